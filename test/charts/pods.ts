import type { KubeObject } from './tools.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- as in tools.ts
type Spec = any;

/** What a Deployment, Job and the like makes. */
export interface Pod {
  /** e.g. Deployment/content-blue */
  readonly owner: string;
  /** The same without its colour, e.g. Deployment/content: what the list of exceptions calls it. */
  readonly workload: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Spec;
  /** Runs for ever, and is not a hook or a job. */
  readonly lasting: boolean;
  readonly replicas: number;
}

const COLOUR = 'authorworks.io/colour';

const templateOf = (object: KubeObject): Spec => {
  if (['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(object.kind)) return object['spec'].template;
  if (object.kind === 'CronJob') return object['spec'].jobTemplate.spec.template;
  return undefined;
};

export const podsOf = (objects: readonly KubeObject[]): Pod[] =>
  objects.flatMap((object) => {
    const template = templateOf(object);
    if (template === undefined) return [];
    const { name, namespace = '' } = object.metadata;
    return [
      {
        owner: `${object.kind}/${name}`,
        workload: `${object.kind}/${name}`.replace(new RegExp(`-${template.metadata.labels[COLOUR]}$`), ''),
        kind: object.kind,
        name,
        namespace,
        labels: template.metadata.labels,
        annotations: template.metadata.annotations ?? {},
        spec: template.spec,
        lasting: ['Deployment', 'StatefulSet', 'DaemonSet'].includes(object.kind),
        replicas: object['spec'].replicas ?? 1,
      },
    ];
  });

/** Who it is to the network. */
export const nameOf = ({ labels }: Pick<Pod, 'labels'>): string => labels['app.kubernetes.io/name'] ?? '';

export const containersOf = (pod: Pod): Spec[] => [...(pod.spec.initContainers ?? []), ...pod.spec.containers];

const UNITS: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1024 * 1024 };

/** 1Gi → 1024 */
export const mebibytes = (quantity: string): number => {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti)$/.exec(quantity);
  const unit = UNITS[match?.[2] ?? ''];
  if (!match || unit === undefined) throw new Error(`${quantity} has no binary unit`);
  return Number(match[1]) * unit;
};

/** Memory that a pod may take. */
export const memoryLimitOf = (pod: Pod): number =>
  pod.spec.containers.reduce((sum: number, container: Spec) => sum + mebibytes(container.resources.limits.memory), 0);
