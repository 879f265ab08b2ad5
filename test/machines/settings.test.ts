import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { HEAVY_LABEL, PI_TAINT, POOL_LABEL } from '../../cdk8s/src/constructs/placement.ts';
import { memoryLimitOf, mebibytes, podsOf } from '../charts/pods.ts';
import { makeSchemas } from '../charts/schemas.ts';
import { missing, parse as parseObjects, renderEverything, run as runTool } from '../charts/tools.ts';
import { checker, lacks } from './checkers.ts';
import { run, root, version } from './machine.ts';

const read = (path: string): string => readFileSync(join(root, 'k3s', path), 'utf8');
const yaml = <T>(path: string): T => parse(read(path)) as T;
type Settings = Readonly<Record<string, unknown>> & Readonly<Record<string, readonly string[]>>;

/** Options that `k3s server` and `k3s agent` document; a key of config.yaml is one of them, and any other is ignored in silence. */
const AGENT_OPTIONS =
  `v vmodule log alsologtostderr debug token token-file server bind-address data-dir node-name with-node-id node-label
  node-taint protect-kernel-defaults selinux lb-server-port container-runtime-endpoint default-runtime image-service-endpoint
  pause-image snapshotter private-registry disable-default-registry-endpoint nonroot-devices node-ip node-external-ip
  node-internal-dns node-external-dns resolv-conf flannel-iface flannel-conf flannel-cni-conf kubelet-arg kube-proxy-arg
  enable-pprof rootless prefer-bundled-bin image-credential-provider-bin-dir image-credential-provider-config`.split(
    /\s+/,
  );
const SERVER_OPTIONS = [
  ...AGENT_OPTIONS,
  ...`https-listen-port advertise-address advertise-port tls-san tls-san-security cluster-cidr service-cidr service-node-port-range
  cluster-dns cluster-domain flannel-backend flannel-ipv6-masq flannel-external-ip egress-selector-mode servicelb-namespace
  write-kubeconfig write-kubeconfig-mode write-kubeconfig-group helm-job-image agent-token agent-token-file cluster-init
  cluster-reset kube-apiserver-arg etcd-arg kube-controller-manager-arg kube-scheduler-arg kube-cloud-controller-manager-arg
  datastore-endpoint secrets-encryption secrets-encryption-provider default-local-storage-path disable disable-scheduler
  disable-cloud-controller disable-kube-proxy disable-network-policy disable-helm-controller embedded-registry supervisor-metrics
  system-default-registry`.split(/\s+/),
];

describe('the settings of k3s', () => {
  const server = yaml<Settings>('server/config.yaml');
  const agent = yaml<Settings>('agent/config.yaml');

  it('use only options that k3s knows', () => {
    expect(Object.keys(server).filter((key) => !SERVER_OPTIONS.includes(key))).toEqual([]);
    expect(Object.keys(agent).filter((key) => !AGENT_OPTIONS.includes(key))).toEqual([]);
    for (const script of ['bootstrap-server', 'prepare-pi']) {
      const text = readFileSync(join(root, 'scripts', script), 'utf8');
      // what own_settings writes
      const keys = [...text.matchAll(/(?:printf '|\\n|yaml_list )([a-z]+(?:-[a-z]+)+)(?:: |:\\n| ")/g)].map(
        ([, key]) => key ?? '',
      );
      expect(keys.length, script).toBeGreaterThan(1);
      expect(keys.filter((key) => !(script === 'prepare-pi' ? AGENT_OPTIONS : SERVER_OPTIONS).includes(key))).toEqual(
        [],
      );
    }
  });

  it('keep the state in SQLite: neither a datastore nor etcd is named', () => {
    expect(Object.keys(server).filter((key) => /datastore|etcd|cluster-init/.test(key))).toEqual([]);
  });

  it('give nodes the labels and the taint that the charts place by', () => {
    expect(server['node-label']).toContain(`${POOL_LABEL}=server`);
    expect(agent['node-label']).toContain(`${POOL_LABEL}=pi`);
    expect(agent['node-taint']).toEqual([`${PI_TAINT}=true:NoSchedule`]);
    expect(server['node-taint']).toBeUndefined();
  });

  it('name files that scripts/bootstrap-server writes', () => {
    const script = readFileSync(join(root, 'scripts/bootstrap-server'), 'utf8');
    const files = (server['kube-apiserver-arg'] ?? []).flatMap((arg) => /-file=(.+)$/.exec(arg)?.[1] ?? []);
    expect(files).toHaveLength(2);
    for (const file of files) expect(script).toContain(` ${file}\n`);
  });

  it('trust what the pods of the cluster say about addresses, and nobody else: the same network in k3s, Traefik and charts', () => {
    const { spec } = yaml<{ spec: { valuesContent: string } }>('manifests/authorworks-traefik.yaml');
    const traefik = parse(spec.valuesContent);
    const pods = '10.42.0.0/16';
    expect(server['cluster-cidr'] ?? pods).toBe(pods);
    for (const port of ['web', 'websecure']) expect(traefik.ports[port].forwardedHeaders.trustedIPs).toEqual([pods]);
    const values = parse(readFileSync(join(root, 'charts/authorworks/values.yaml'), 'utf8'));
    expect(values.network.proxies).toBe(pods);
    expect(traefik.nodeSelector).toEqual({ [POOL_LABEL]: 'server' });
  });

  it('make the class of volumes that the example of a home uses', () => {
    const { metadata, reclaimPolicy } = yaml<{ metadata: { name: string }; reclaimPolicy: string }>(
      'manifests/authorworks-storage.yaml',
    );
    const example = parse(readFileSync(join(root, 'charts/authorworks-data/examples/home.yaml'), 'utf8'));
    expect(metadata.name).toBe(example.storage.className);
    expect(reclaimPolicy).toBe('Retain');
  });

  it('exempt only kube-system from Pod Security: the charts’ namespaces keep the level "restricted"', () => {
    const [{ configuration }] = yaml<{
      plugins: [{ configuration: { defaults: object; exemptions: { namespaces: string[] } } }];
    }>('server/pod-security.yaml').plugins;
    expect(configuration.defaults).toMatchObject({ enforce: 'restricted', audit: 'restricted', warn: 'restricted' });
    expect(configuration.exemptions).toEqual({ usernames: [], runtimeClasses: [], namespaces: ['kube-system'] });
  });

  it('speak of one version of Kubernetes everywhere', () => {
    const minor = /^v1\.(\d+)\.\d+\+k3s\d+$/.exec(version)?.[1];
    expect(minor).toBeDefined();
    expect(read('upgrade/plans.yaml').match(/^ {2}version: .*/gm)).toEqual([
      `  version: ${version}`,
      `  version: ${version}`,
    ]);
    expect(read('server/pod-security.yaml')).toContain(`enforce-version: v1.${minor}\n`);
    expect(readFileSync(join(root, 'scripts/install-chart-tools'), 'utf8')).toContain(` kubernetes=1.${minor}\n`);
  });

  it('upgrade the server before the Pis, and reach every node', () => {
    const [first, second] = parseObjects(read('upgrade/plans.yaml'));
    expect(first?.['spec'].nodeSelector.matchExpressions[0].key).toBe('node-role.kubernetes.io/control-plane');
    expect(second?.['spec'].prepare.args).toEqual(['prepare', first?.metadata.name]);
    expect(second?.['spec'].nodeSelector.matchExpressions).toEqual([
      { key: POOL_LABEL, operator: 'In', values: ['pi'] },
    ]);
    expect(second?.['spec'].tolerations).toEqual([{ key: PI_TAINT, operator: 'Exists', effect: 'NoSchedule' }]);
  });

  it('let a plan that drains do what `kubectl drain` does, everywhere', () => {
    const objects = parseObjects(read('upgrade/controller.yaml'));
    const mayEverywhere = (account: string): Set<string> => {
      const isOurs = ({ kind, name }: { kind: string; name: string }): boolean =>
        kind === 'ServiceAccount' && name === account;
      const roles = new Set(
        objects
          .filter(({ kind, subjects }) => kind === 'ClusterRoleBinding' && subjects.some(isOurs))
          .map((binding) => binding['roleRef'].name as string),
      );
      type Rule = Readonly<Record<'apiGroups' | 'resources' | 'verbs', readonly string[]>>;
      const rules = objects
        .filter(({ kind, metadata }) => kind === 'ClusterRole' && roles.has(metadata.name))
        .flatMap((role) => role['rules'] as readonly Rule[]);
      return new Set(
        rules.flatMap(({ apiGroups, resources, verbs }) =>
          apiGroups.flatMap((group) =>
            resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}${group && `.${group}`}`)),
          ),
        ),
      );
    };
    // a cordon is the first step of a drain; then its filters read the owners of pods, and each pod is asked to leave
    const cordon = ['get nodes', 'patch nodes'];
    const drain = [
      ...cordon,
      ...['get', 'list', 'delete'].map((verb) => `${verb} pods`),
      'create pods/eviction',
      ...['daemonsets', 'replicasets', 'statefulsets'].map((kind) => `get ${kind}.apps`),
    ];
    const plans = parseObjects(read('upgrade/plans.yaml'));
    expect(plans.filter(({ spec }) => spec.drain)).not.toEqual([]);
    for (const { metadata, spec } of plans) {
      const may = mayEverywhere(spec.serviceAccountName);
      const needed = spec.drain ? drain : spec.cordon ? cordon : [];
      expect(
        needed.filter((right) => !may.has(right)),
        metadata.name,
      ).toEqual([]);
    }
  });

  it('restart agents as they restart the server', () => {
    const unit = (name: string): string[] =>
      read(`node/${name}.service`)
        .split('\n')
        .filter((line) => !/^#|^Description|^ExecStart=/.test(line));
    expect(unit('k3s-agent')).toEqual(unit('k3s'));
  });
});

describe.skipIf(missing('kubeconform', 'kubernetes.json', 'traefik-crds.yaml'))('the objects of k3s/', () => {
  it('are what their kinds allow, plans too', async () => {
    const location = makeSchemas(read('upgrade/plan-definition.yaml'));
    const objects = [
      'manifests/authorworks-storage.yaml',
      'upgrade/controller.yaml',
      'upgrade/plan-definition.yaml',
      'upgrade/plans.yaml',
    ];
    const check = async (text: string) =>
      await runTool('kubeconform', ['-strict', '-output', 'json', '-schema-location', location, '-'], text);
    const { code, output } = await check(objects.map(read).join('\n---\n'));
    expect(output).toContain('"resources": []');
    expect(code).toBe(0);
    expect((await check(read('upgrade/plans.yaml').replace('concurrency', 'concurency'))).code).not.toBe(0);
    expect((await check(read('upgrade/plans.yaml').replaceAll(version, 'stable'))).code).not.toBe(0);
  });
});

describe.skipIf(missing('helm4'))('a Pi of 1 GB', () => {
  it('has room for a heavy watcher and what runs on each machine, beside k3s and the system', async () => {
    const { systemReserved, kubeReserved, evictionHard } =
      yaml<Record<string, Record<string, string>>>('agent/kubelet.conf');
    const kept = [systemReserved?.['memory'], kubeReserved?.['memory'], evictionHard?.['memory.available']].reduce(
      (sum, text) => sum + mebibytes(text ?? ''),
      0,
    );
    // 1 GiB, without the 118 MiB of the firmware and the kernel's own
    const room = 906 - kept;
    const pods = podsOf(await renderEverything()).filter((pod) => pod.lasting);
    const requests = (pod: (typeof pods)[number]): number =>
      pod.spec.containers.reduce(
        (sum: number, { resources }: { resources: { requests: { memory: string } } }) =>
          sum + mebibytes(resources.requests.memory),
        0,
      );
    const everywhere = pods.filter(({ kind }) => kind === 'DaemonSet').reduce((sum, pod) => sum + requests(pod), 0);
    const heavy = pods.filter(({ labels }) => labels[HEAVY_LABEL] === 'true');
    expect(heavy.length).toBeGreaterThan(2);
    console.log(
      `room on a Pi: ${room} MiB; on each machine ${everywhere} MiB; ${heavy.map((pod) => `${pod.name} ${requests(pod)} (${memoryLimitOf(pod)})`).join(', ')}`,
    );
    for (const pod of heavy) expect(requests(pod) + everywhere, pod.name).toBeLessThanOrEqual(room);
  });
});

describe.skipIf(lacks(checker('shellcheck')))('all shell scripts', () => {
  it('are clean under shellcheck', async () => {
    const { output } = await run('git', [
      '-C',
      root,
      'ls-files',
      '--cached',
      '--others',
      '--exclude-standard',
      'scripts',
      'k3s',
      '.ci',
      'cdk8s/files',
    ]);
    const shell = output
      .split('\n')
      .filter(
        (path) =>
          path !== '' &&
          /^#!.*\b(?:ba)?sh\b|shellcheck shell=/.test(readFileSync(join(root, path), 'utf8').slice(0, 1500)),
      );
    expect(shell.length).toBeGreaterThan(8);
    const { code, said } = await run(checker('shellcheck'), [
      '--external-sources',
      '--source-path',
      root,
      ...shell.map((path) => join(root, path)),
    ]);
    expect(said).toBe('');
    expect(code).toBe(0);
  });
});
