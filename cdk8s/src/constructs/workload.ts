import type { Placement } from '@authorworks/contracts';
import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { HelmChart, manifest, type Written } from '../packaging/index.ts';
import { Account, objectNameOf } from './account.ts';
import {
  type Container,
  type ContainerProps,
  containerOf,
  pullSecretsOf,
  tagOf,
  secretsVolume,
  type Volume,
} from './container.ts';
import type { Zone } from './house.ts';
import { labelsOf, type Named, podLabelsOf, selectorOf } from './labels.ts';
import { Network } from './network.ts';
import { HEAVY_LABEL, placementOf } from './placement.ts';

export interface WorkloadProps extends ContainerProps, Named {
  readonly zone: Zone;
  readonly placement: Placement;
  /** @default Deployment */
  readonly kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  /** Bounds and default of the value `replicas`. @default 1 and no value */
  readonly replicas?: { readonly min: number; readonly max: number; readonly default: number };
  /** Further containers, e.g. that prepare something. */
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly claims?: readonly Written<k8s.KubePersistentVolumeClaimProps>[];
  /** preStop and draining together take less. @default 60 */
  readonly graceSeconds?: number;
  /** A single one that cannot run twice, or whose volume cannot. @default false */
  readonly recreate?: boolean;
  readonly heavy?: boolean;
  /** ServiceAccount with a token; only for what speaks to Kubernetes. @default false */
  readonly token?: boolean;
  /** Annotations of the pod, e.g. checksums of what it reads. */
  readonly podAnnotations?: Record<string, string>;
  /** Path below which Prometheus finds metrics on the port `http` or `metrics`. @default none */
  readonly metricsPath?: string;
  /** Namespace, when it is not the release's. */
  readonly namespace?: string;
  /** Size of /tmp in MiB. @default 128 */
  readonly tmpMiB?: number;
}

const APPS = 'apps/v1';

/** A long-running part of the house with everything that belongs to it: account, service, budget, network, disruption budget. */
export class Workload extends Construct {
  readonly props: WorkloadProps;
  /** Name of its objects. */
  readonly objectName: string;

  constructor(scope: Construct, props: WorkloadProps) {
    super(scope, props.name);
    // what is not ours has the version of its image
    this.props = props.image.tag === '' ? props : { ...props, version: tagOf(scope, props) };
    this.objectName = objectNameOf(props);
    new Account(this, this.props);
    if (props.ports) this.#service(props.ports);
    this.#controller();
    if (props.kind !== 'DaemonSet') this.#disruptionBudget();
    new Network(this, this.props);
  }

  #metadata(): Written<k8s.ObjectMeta> {
    const { namespace } = this.props;
    return {
      name: this.objectName,
      labels: labelsOf(this, this.props),
      ...(namespace === undefined ? {} : { namespace }),
    };
  }

  #service(ports: Readonly<Record<string, number>>): void {
    manifest<k8s.KubeServiceProps>(
      this,
      'service',
      { apiVersion: 'v1', kind: 'Service' },
      {
        metadata: this.#metadata(),
        spec: {
          selector: selectorOf(this, this.props),
          // each pod of these is somebody
          ...(this.props.kind === 'StatefulSet' || this.props.kind === 'DaemonSet'
            ? { clusterIp: 'None' }
            : { type: 'ClusterIP' }),
          ports: Object.entries(ports).map(([name, port]) => ({
            name,
            port,
            targetPort: name,
            protocol: 'TCP' as const,
          })),
        },
      },
    );
  }

  #podTemplate(): Written<k8s.PodTemplateSpec> {
    const { props } = this;
    const { values } = HelmChart.around(this);
    const {
      user = 10_001,
      token = false,
      secrets = [],
      volumes = [],
      initContainers = [],
      podAnnotations = {},
      tmpMiB = 128,
    } = props;
    const metrics = props.metricsPath === undefined ? {} : this.#scraping(props.metricsPath);
    const revision = values.string(`${props.path}.revision`, {
      doc: 'Any text; changing it restarts the pods, e.g. after a Secret was changed',
      default: '',
    });
    return {
      metadata: {
        labels: { ...podLabelsOf(this, props), ...(props.heavy ? { [HEAVY_LABEL]: 'true' } : {}) },
        annotations: { 'authorworks.io/revision': revision, ...metrics, ...podAnnotations },
      },
      spec: {
        serviceAccountName: this.objectName,
        automountServiceAccountToken: token,
        enableServiceLinks: false,
        imagePullSecrets: pullSecretsOf(this),
        securityContext: {
          runAsNonRoot: user !== 0,
          runAsUser: user,
          runAsGroup: user,
          fsGroup: user,
          fsGroupChangePolicy: 'OnRootMismatch',
          seccompProfile: { type: 'RuntimeDefault' },
        },
        terminationGracePeriodSeconds: props.graceSeconds ?? 60,
        ...placementOf(this, {
          placement: props.placement,
          selector: selectorOf(this, props),
          path: props.path,
          ...(props.heavy ? { heavy: true } : {}),
          ...(props.kind === 'DaemonSet' ? { everywhere: true } : {}),
        }),
        ...(initContainers.length > 0 ? { initContainers: [...initContainers] } : {}),
        containers: [containerOf(this, props)],
        volumes: [
          { name: 'tmp', emptyDir: { sizeLimit: `${tmpMiB}Mi` } },
          ...(secrets.length > 0 ? [secretsVolume(this, secrets)] : []),
          ...volumes,
        ],
      },
    };
  }

  #scraping(path: string): Record<string, string> {
    const ports = this.props.ports ?? {};
    const port = ports['metrics'] ?? ports['http'];
    return { 'prometheus.io/scrape': 'true', 'prometheus.io/path': path, 'prometheus.io/port': String(port) };
  }

  #replicas(): number {
    const { replicas, path } = this.props;
    if (!replicas) return 1;
    const { min, max } = replicas;
    return HelmChart.around(this).values.integer(`${path}.replicas`, {
      doc: max === 1 ? 'Pods; it may not run twice' : 'Pods',
      default: replicas.default,
      min,
      max,
    });
  }

  #controller(): void {
    const { kind = 'Deployment', claims = [], recreate = false } = this.props;
    const metadata = this.#metadata();
    const selector = { matchLabels: selectorOf(this, this.props) };
    const template = this.#podTemplate();
    if (kind === 'DaemonSet') {
      const body = {
        metadata,
        spec: {
          selector,
          template,
          updateStrategy: { type: 'RollingUpdate' as const, rollingUpdate: { maxUnavailable: 1 } },
        },
      };
      manifest<k8s.KubeDaemonSetProps>(this, 'pods', { apiVersion: APPS, kind }, body);
    } else if (kind === 'StatefulSet') {
      const spec = {
        selector,
        template,
        replicas: this.#replicas(),
        serviceName: this.objectName,
        updateStrategy: { type: 'RollingUpdate' as const },
        volumeClaimTemplates: [...claims],
      };
      manifest<k8s.KubeStatefulSetProps>(this, 'pods', { apiVersion: APPS, kind }, { metadata, spec });
    } else {
      const strategy = recreate
        ? { type: 'Recreate' as const }
        : { type: 'RollingUpdate' as const, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
      const spec = { selector, template, replicas: this.#replicas(), revisionHistoryLimit: 3, strategy };
      manifest<k8s.KubeDeploymentProps>(this, 'pods', { apiVersion: APPS, kind }, { metadata, spec });
    }
  }

  /** One at a time; and what is not well anyway must not hold up the drain of a node. */
  #disruptionBudget(): void {
    manifest<k8s.KubePodDisruptionBudgetProps>(
      this,
      'disruption',
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
      {
        metadata: this.#metadata(),
        spec: {
          maxUnavailable: 1,
          selector: { matchLabels: selectorOf(this, this.props) },
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
        },
      },
    );
  }
}
