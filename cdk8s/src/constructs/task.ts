import type { Placement } from '@authorworks/contracts';
import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { HelmChart, manifest, type Written } from '../packaging/index.ts';
import { Account, objectNameOf } from './account.ts';
import { type ContainerProps, containerOf, pullSecretsOf, secretsVolume, type Volume } from './container.ts';
import type { Zone } from './house.ts';
import { labelsOf, type Named, podLabelsOf, selectorOf } from './labels.ts';
import { Network } from './network.ts';
import { placementOf } from './placement.ts';

export interface TaskProps extends ContainerProps, Named {
  readonly zone: Zone;
  readonly placement: Placement;
  readonly volumes?: readonly Volume[];
  /** Longer than this it may not take. */
  readonly deadlineSeconds: number;
  /** How long it may take to end when it is asked to. @default 30 */
  readonly graceSeconds?: number;
  /** Size of /tmp in MiB. @default 128 */
  readonly tmpMiB?: number;
  /** Further containers of the pod, beside the first; they have the values of the first. */
  readonly more?: readonly ContainerProps[];
}

const HOUR = 3600;

/** A shell command again and again: rules of the network know a new pod's address a moment after it has begun. */
export const untilItWorks = (command: string): string[] => ['sh', '-c', `until ${command}; do sleep 1; done`];

/** The pod of something that ends; its account has to be there. */
export const podOf = (scope: Construct, props: TaskProps): Written<k8s.PodTemplateSpec> => {
  const { user = 10_001, volumes = [], tmpMiB = 128, more = [] } = props;
  const containers: ContainerProps[] = [
    props,
    ...more.map((one) => ({ ...one, secretsVolume: `secrets-${one.name}` })),
  ];
  return {
    metadata: { labels: podLabelsOf(scope, props) },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: props.graceSeconds ?? 30,
      serviceAccountName: objectNameOf(props),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      imagePullSecrets: pullSecretsOf(scope),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...placementOf(scope, { placement: props.placement, selector: selectorOf(scope, props), path: props.path }),
      containers: containers.map((one) => containerOf(scope, one)),
      volumes: [
        { name: 'tmp', emptyDir: { sizeLimit: `${tmpMiB}Mi` } },
        ...containers.flatMap((one) => (one.secrets ? [secretsVolume(scope, one.secrets, one.secretsVolume)] : [])),
        ...volumes,
      ],
    },
  };
};

export interface HookProps extends TaskProps {
  /** e.g. `pre-install,pre-upgrade` or `test` */
  readonly hook: string;
  /** The lower the earlier. @default 0 */
  readonly weight?: number;
}

/** A Job that Helm waits for, with an account and a network policy of its own that come before it. */
export class HookJob extends Construct {
  constructor(scope: Construct, props: HookProps) {
    super(scope, props.name);
    const { hook, weight = 0, deadlineSeconds } = props;
    const annotations = (order: number, policy: string) => ({
      'helm.sh/hook': hook,
      'helm.sh/hook-weight': String(order),
      'helm.sh/hook-delete-policy': policy,
    });
    const before = { ...props, annotations: annotations(weight - 10, 'before-hook-creation') };
    new Account(this, before);
    new Network(this, before);
    manifest<k8s.KubeJobProps>(
      this,
      'job',
      { apiVersion: 'batch/v1', kind: 'Job' },
      {
        metadata: {
          name: objectNameOf(props),
          labels: labelsOf(this, props),
          annotations: annotations(weight, 'before-hook-creation,hook-succeeded'),
        },
        spec: {
          backoffLimit: 3,
          activeDeadlineSeconds: deadlineSeconds,
          ttlSecondsAfterFinished: HOUR,
          template: podOf(this, props),
        },
      },
    );
  }
}

export interface CronTaskProps extends TaskProps {
  /** Default of the value `schedule`. */
  readonly schedule: string;
}

/** Work by the clock; one at a time. */
export class CronTask extends Construct {
  constructor(scope: Construct, props: CronTaskProps) {
    super(scope, props.name);
    const { values } = HelmChart.around(this);
    const schedule = values.string(`${props.path}.schedule`, {
      doc: 'When, as cron writes it',
      default: props.schedule,
      pattern: '^(@(hourly|daily|weekly|monthly)|[0-9*/,-]+( [0-9A-Za-z*/,-]+){4})$',
    });
    const timeZone = values.string('timeZone', {
      doc: 'Time zone of schedules',
      default: 'Etc/UTC',
      pattern: '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$',
    });
    const suspend = values.boolean(`${props.path}.suspend`, { doc: 'Not for now', default: false });
    new Account(this, props);
    new Network(this, props);
    manifest<k8s.KubeCronJobProps>(
      this,
      'job',
      { apiVersion: 'batch/v1', kind: 'CronJob' },
      {
        metadata: { name: props.name, labels: labelsOf(this, props) },
        spec: {
          schedule,
          timeZone,
          suspend,
          concurrencyPolicy: 'Forbid',
          startingDeadlineSeconds: HOUR,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            metadata: { labels: labelsOf(this, props) },
            spec: {
              backoffLimit: 2,
              activeDeadlineSeconds: props.deadlineSeconds,
              ttlSecondsAfterFinished: 24 * HOUR,
              template: podOf(this, props),
            },
          },
        },
      },
    );
  }
}
