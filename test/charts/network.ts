import type { Pod } from './pods.ts';
import type { KubeObject } from './tools.ts';

/** What NetworkPolicies mean: who may speak to whom. Written from the API's reference, not from how ours are made. */

// oxlint-disable-next-line typescript/no-explicit-any -- as in tools.ts
type Any = any;

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly unknown[];
}

const matches = (selector: Selector, labels: Readonly<Record<string, string>>): boolean => {
  if (selector.matchExpressions) throw new Error('matchExpressions are not evaluated here');
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
};

/** Somebody in the cluster, or an address outside. */
export type End = Pick<Pod, 'namespace' | 'labels'> | { readonly address: string };

const number = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const inside = (cidr: string, address: string): boolean => {
  const [network = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(network) / size) === Math.floor(number(address) / size);
};

const peerMatches = (peer: Any, end: End, policyNamespace: string): boolean => {
  if (peer.ipBlock) {
    // pods have addresses too, but rules about addresses are for what is outside the cluster
    return (
      'address' in end &&
      inside(peer.ipBlock.cidr, end.address) &&
      !(peer.ipBlock.except ?? []).some((cidr: string) => inside(cidr, end.address))
    );
  }
  if ('address' in end) return false;
  const inNamespace = peer.namespaceSelector
    ? matches(peer.namespaceSelector, { 'kubernetes.io/metadata.name': end.namespace })
    : end.namespace === policyNamespace;
  return inNamespace && matches(peer.podSelector ?? {}, end.labels);
};

/** A connection, as one of its two pods sees it. */
interface Connection {
  readonly pod: Pick<Pod, 'namespace' | 'labels'>;
  readonly other: End;
  readonly port: number;
  readonly direction: 'Ingress' | 'Egress';
}

const ruleMatches = (rule: Any, { other, port, direction }: Connection, namespace: string): boolean => {
  const ports: Any[] = rule.ports ?? [];
  const portAllowed =
    ports.length === 0 ||
    ports.some((one) => (one.protocol ?? 'TCP') === 'TCP' && (one.port === undefined || one.port === port));
  const peers: Any[] = (direction === 'Ingress' ? rule.from : rule.to) ?? [];
  return portAllowed && (peers.length === 0 || peers.some((peer) => peerMatches(peer, other, namespace)));
};

/** Whether no policy governs this direction of the pod, or one of those that do lets it through. */
const lets = (policies: readonly KubeObject[], connection: Connection): boolean => {
  const { pod, direction } = connection;
  const governing = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      spec.policyTypes.includes(direction) &&
      matches(spec.podSelector, pod.labels),
  );
  if (governing.length === 0) return true;
  return governing.some(({ metadata, spec }) => {
    const rules: Any[] = (direction === 'Ingress' ? spec.ingress : spec.egress) ?? [];
    return rules.some((rule) => ruleMatches(rule, connection, metadata.namespace ?? ''));
  });
};

/** Whether a TCP connection would come about. */
export const connects = (policies: readonly KubeObject[], from: End, to: End, port: number): boolean =>
  ('address' in from || lets(policies, { pod: from, other: to, port, direction: 'Egress' })) &&
  ('address' in to || lets(policies, { pod: to, other: from, port, direction: 'Ingress' }));

/** All ports that policies speak of. @throws Error for a rule that opens every port, or a range, or one by its name */
export const portsOf = (policies: readonly KubeObject[]): number[] => {
  const rules = policies.flatMap(({ metadata, spec }) =>
    [...(spec.ingress ?? []), ...(spec.egress ?? [])].map((rule: Any) => ({ name: metadata.name, rule })),
  );
  const ports = rules.flatMap(({ name, rule }) => {
    const own: Any[] = rule.ports ?? [];
    if (own.length === 0 || own.some(({ port, endPort }) => typeof port !== 'number' || endPort !== undefined))
      throw new Error(`${name} has a rule of which not every port is named`);
    return own.map(({ port }) => port as number);
  });
  return [...new Set(ports)].toSorted((a, b) => a - b);
};
