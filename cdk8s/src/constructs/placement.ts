import type { Placement } from '@authorworks/contracts';
import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { HelmChart, whenKeys, type Written } from '../packaging/index.ts';

export const POOL_LABEL = 'authorworks.io/pool';
export const PI_TAINT = 'authorworks.io/pi';
/** Watchers that need most of what a Pi has: never two of them on one. */
export const HEAVY_LABEL = 'authorworks.io/heavy';

type PodSpec = Written<k8s.PodSpec>;

/** A dead node's pods are elsewhere within three minutes: it counts as dead after some 50 s (Kubernetes itself waits 300 s more). */
const DEAD_NODE_SECONDS = 60;

const onPis = { key: PI_TAINT, operator: 'Equal', value: 'true', effect: 'NoSchedule' } as const;
const amd64 = { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] };
const pool = (name: string) => ({ key: POOL_LABEL, operator: 'In', values: [name] });

const required = (expression: typeof amd64): Written<k8s.NodeAffinity> => ({
  requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [expression] }] },
});

const preferred = (name: string): Written<k8s.NodeAffinity> => ({
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 50, preference: { matchExpressions: [pool(name)] } }],
});

const affinityOf = (scope: Construct, placement: Placement): Written<k8s.NodeAffinity> => {
  // no current builds for arm64, or too heavy for a Pi: the server or nowhere
  if (placement === 'server') return required(amd64);
  if (placement === 'any') return preferred('server');
  const { values } = HelmChart.around(scope);
  const pis = values.string('placement.pis', {
    doc: 'What belongs on Raspberry Pis: required waits until there is one; preferred runs on the server where there is none',
    default: 'required',
    enum: ['required', 'preferred'],
  });
  const is = (choice: string): string => values.calculate('boolean', (ref) => `eq ${ref(pis)} "${choice}"`);
  return {
    ...whenKeys(scope, is('required'), required(pool('pi'))),
    ...whenKeys(scope, is('preferred'), preferred('pi')),
  };
};

export interface PlacementProps {
  readonly placement: Placement;
  readonly selector: Record<string, string>;
  /** Path of the workload's values. */
  readonly path: string;
  /** Needs most of a Pi: never two such pods on one. @default false */
  readonly heavy?: boolean;
  /** Runs on each node, whatever it is. @default false */
  readonly everywhere?: boolean;
}

/** Where pods may run, and how they are spread. */
export const placementOf = (scope: Construct, props: PlacementProps): Partial<PodSpec> => {
  const { values } = HelmChart.around(scope);
  const { placement, selector, path, heavy = false, everywhere = false } = props;
  const nodeSelector = values.map(`${path}.nodeSelector`, { doc: 'Further labels that a node must have', default: {} });
  const extra = values.list<Written<k8s.Toleration>>(`${path}.tolerations`, {
    doc: 'Further taints that are tolerated',
    default: [],
    items: { type: 'object' },
  });
  if (everywhere) return { nodeSelector, tolerations: [{ operator: 'Exists' }, ...extra] };
  const gone = ['not-ready', 'unreachable'].map((state) => ({
    key: `node.kubernetes.io/${state}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: DEAD_NODE_SECONDS,
  }));
  return {
    nodeSelector,
    affinity: {
      nodeAffinity: affinityOf(scope, placement),
      ...(heavy
        ? {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                {
                  topologyKey: 'kubernetes.io/hostname',
                  labelSelector: { matchLabels: { [HEAVY_LABEL]: 'true' } },
                  namespaceSelector: {},
                },
              ],
            },
          }
        : {}),
    },
    tolerations: [...(placement === 'server' ? [] : [onPis]), ...gone, ...extra],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selector },
      },
    ],
  };
};
