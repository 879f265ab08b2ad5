import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ConfigFiles, readSource } from '../constructs/config-files.ts';
import { httpProbe } from '../constructs/container.ts';
import { labelsOf } from '../constructs/labels.ts';
import { ShownToOperators } from '../constructs/namespace-rights.ts';
import { DefaultDeny } from '../constructs/network.ts';
import { Workload } from '../constructs/workload.ts';
import { namespaceOf } from '../constructs/zones.ts';
import { HelmChart, manifest } from '../packaging/index.ts';

const LEVEL = 'pod-security.kubernetes.io';

/** The namespace of what touches machines; the only one that is not restricted. */
export class NodesNamespace extends Construct {
  constructor(scope: Construct) {
    super(scope, 'nodes-namespace');
    const chart = HelmChart.around(this);
    const { values } = chart;
    const name = namespaceOf(this, 'nodes');
    chart.when(
      values.boolean('nodes.createNamespace', { doc: 'Make the namespace of what touches machines', default: true }),
      () => {
        manifest<k8s.KubeNamespaceProps>(
          this,
          'namespace',
          { apiVersion: 'v1', kind: 'Namespace' },
          {
            metadata: {
              name,
              labels: {
                ...labelsOf(this, { name: 'nodes', component: 'monitor' }),
                [`${LEVEL}/enforce`]: 'privileged',
                [`${LEVEL}/warn`]: 'baseline',
              },
              annotations: { 'helm.sh/resource-policy': 'keep' },
            },
          },
        );
      },
    );
    new DefaultDeny(this, name);
    new ShownToOperators(this, namespaceOf(this, 'app'), name);
  }
}

const onMachines = { component: 'monitor', zone: 'nodes', placement: 'any' } as const;

/** Figures of each machine. Reads the whole file system, and can write nowhere. */
export class NodeExporter extends Construct {
  constructor(scope: Construct) {
    super(scope, 'node-exporter');
    new Workload(this, {
      ...onMachines,
      name: 'node-exporter',
      namespace: namespaceOf(this, 'nodes'),
      kind: 'DaemonSet',
      path: 'nodeExporter',
      image: { repository: 'docker.io/prom/node-exporter', tag: 'v1.8.1' },
      user: 10_110,
      args: [
        '--path.rootfs=/host',
        '--path.procfs=/host/proc',
        '--path.sysfs=/host/sys',
        '--collector.disable-defaults',
        ...[
          'cpu',
          'diskstats',
          'filesystem',
          'loadavg',
          'meminfo',
          'netdev',
          'stat',
          'thermal_zone',
          'time',
          'uname',
          'vmstat',
        ].map((name) => `--collector.${name}`),
        '--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run|var/lib/(kubelet|containerd|rancher)/.+)($|/)',
      ],
      ports: { metrics: 9100 },
      metricsPath: '/metrics',
      memoryMiB: { request: 24, limit: 48 },
      cpuMillis: { request: 10, limit: 200 },
      diskMiB: { request: 8, limit: 64 },
      tmpMiB: 8,
      volumes: [{ name: 'host', hostPath: { path: '/', type: 'Directory' } }],
      mounts: [{ name: 'host', mountPath: '/host', readOnly: true, mountPropagation: 'HostToContainer' }],
      probes: {
        startup: { tcpSocket: { port: 'metrics' }, periodSeconds: 3, timeoutSeconds: 3, failureThreshold: 40 },
        readiness: httpProbe({ path: '/', port: 'metrics', periodSeconds: 15, failureThreshold: 3 }),
        liveness: { tcpSocket: { port: 'metrics' }, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5 },
      },
    });
  }
}

/** Hands what containers write to Loki. Only root can read these files; it has no other right of root. */
export class LogAgent extends Construct {
  constructor(scope: Construct) {
    super(scope, 'log-agent');
    const namespace = namespaceOf(this, 'nodes');
    const common = { name: 'log-agent', component: 'monitor' };
    const config = new ConfigFiles(this, {
      ...common,
      namespace,
      as: 'log-agent-config',
      files: { 'fluent-bit.yaml': readSource('watch/fluent-bit.yaml'), 'labels.json': readSource('watch/labels.json') },
    });
    const watch = HelmChart.around(this).values.builtIn('.Release.Namespace');
    new Workload(this, {
      ...onMachines,
      ...common,
      namespace,
      kind: 'DaemonSet',
      path: 'logAgent',
      image: { repository: 'docker.io/fluent/fluent-bit', tag: '4.2.0' },
      user: 0,
      args: ['--config=/config/fluent-bit.yaml'],
      env: { LOKI_HOST: `loki.${watch}` },
      fieldEnv: { NODE_NAME: 'spec.nodeName' },
      ports: { metrics: 2020 },
      metricsPath: '/api/v2/metrics/prometheus',
      memoryMiB: { request: 32, limit: 72 },
      cpuMillis: { request: 20, limit: 300 },
      diskMiB: { request: 64, limit: 256 },
      tmpMiB: 128,
      volumes: [config.volume('config'), { name: 'logs', hostPath: { path: '/var/log', type: 'Directory' } }],
      mounts: [
        { name: 'config', mountPath: '/config', readOnly: true },
        { name: 'logs', mountPath: '/var/log', readOnly: true },
      ],
      podAnnotations: { 'checksum/config': config.checksum },
      probes: {
        startup: { tcpSocket: { port: 'metrics' }, periodSeconds: 3, timeoutSeconds: 3, failureThreshold: 40 },
        readiness: httpProbe({ path: '/api/v1/health', port: 'metrics', periodSeconds: 15, failureThreshold: 3 }),
        liveness: { tcpSocket: { port: 'metrics' }, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5 },
      },
    });
  }
}

/** Copies a folder between machines as it changes. That is no backup: what is deleted here is deleted there. */
export class Syncthing extends Construct {
  constructor(scope: Construct) {
    super(scope, 'syncthing');
    const { values } = HelmChart.around(this);
    const path = values.string('syncthing.path', {
      doc: 'Folder on the machine',
      default: '/srv/authorworks/sync',
      pattern: '^/[A-Za-z0-9._/-]+$',
    });
    new Workload(this, {
      ...onMachines,
      name: 'syncthing',
      component: 'backup',
      namespace: namespaceOf(this, 'nodes'),
      placement: 'pi',
      heavy: true,
      recreate: true,
      path: 'syncthing',
      image: { repository: 'docker.io/syncthing/syncthing', tag: '2.0.13' },
      user: 10_120,
      env: { HOME: '/var/syncthing', STNOUPGRADE: '1', STGUIADDRESS: '0.0.0.0:8384', GOMEMLIMIT: '260MiB' },
      // the page of its settings answers the kubelet only: no policy lets anybody else there
      ports: { sync: 22_000, gui: 8384 },
      memoryMiB: { request: 150, limit: 300 },
      cpuMillis: { request: 50, limit: 1000 },
      volumes: [{ name: 'folder', hostPath: { path, type: 'DirectoryOrCreate' } }],
      mounts: [{ name: 'folder', mountPath: '/var/syncthing' }],
      probes: {
        startup: httpProbe({ path: '/rest/noauth/health', port: 'gui', periodSeconds: 5, failureThreshold: 60 }),
        readiness: httpProbe({ path: '/rest/noauth/health', port: 'gui', periodSeconds: 15, failureThreshold: 3 }),
        liveness: { tcpSocket: { port: 'sync' }, periodSeconds: 30, timeoutSeconds: 15, failureThreshold: 6 },
      },
    });
  }
}
