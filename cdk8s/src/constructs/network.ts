import { Construct } from 'constructs';
import type { k8s } from 'cdk8s-plus-27';
import { HelmChart, manifest, whenItems, type Written } from '../packaging/index.ts';
import { objectNameOf } from './account.ts';
import { type Link, links, outsideLinks, parties, type Zone } from './house.ts';
import { COLOUR_LABEL, labelsOf, type Named, PART_OF, selectorOf } from './labels.ts';
import { outside } from './outside.ts';
import { namespaceOf } from './zones.ts';

type Peer = Written<k8s.NetworkPolicyPeer>;
const ANYWHERE: Peer = { ipBlock: { cidr: '0.0.0.0/0' } };

/** Addresses that are not the world's: home, pods, services, this machine (RFC 1918, 3927, 6598). */
export const HOME = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'];

export interface NetworkProps extends Named {
  readonly zone: Zone;
  /** Namespace, when it is not the release's. */
  readonly namespace?: string | undefined;
  /** For hooks of Helm, which come before everything else. */
  readonly annotations?: Record<string, string> | undefined;
}

/** Everything that a workload may hear and say, from the list of links; all else is refused. */
export class Network extends Construct {
  constructor(scope: Construct, props: NetworkProps) {
    super(scope, 'network');
    const { name, namespace, annotations } = props;
    const ingress = links.filter(({ to }) => to === name);
    const metadata = {
      name: objectNameOf(props),
      labels: labelsOf(this, props),
      ...(namespace === undefined ? {} : { namespace }),
      ...(annotations === undefined ? {} : { annotations }),
    };
    manifest<k8s.KubeNetworkPolicyProps>(
      this,
      'policy',
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
      {
        metadata,
        spec: {
          podSelector: { matchLabels: selectorOf(this, props) },
          policyTypes: ['Ingress', 'Egress'],
          ingress: ingress.map(({ from, port }) => ({
            from: [from === 'anywhere' ? ANYWHERE : this.#peer(from, props)],
            ports: [{ port, protocol: 'TCP' }],
          })),
          egress: [this.#dns(), ...this.#inside(props), ...this.#outside(props)],
        },
      },
    );
  }

  #inside(props: NetworkProps): Written<k8s.NetworkPolicyEgressRule>[] {
    const byDestination = Map.groupBy(
      links.filter(({ from }) => from === props.name),
      ({ to }) => to,
    );
    return [...byDestination].flatMap(([to, ports]) => {
      const rule = this.#rule(to, ports, props);
      const another = ports.find(({ unless }) => unless !== undefined)?.unless;
      return another === undefined ? [rule] : whenItems(this, outside[another](this).own, [rule]);
    });
  }

  /** Names of hosts mean nothing to policies: any address, in the world or at home, but this port alone. */
  #outside({ name }: NetworkProps): Written<k8s.NetworkPolicyEgressRule>[] {
    return outsideLinks
      .filter(({ from }) => from === name)
      .flatMap(({ to }) => {
        const { when, ports } = outside[to](this);
        const rule = { to: [ANYWHERE], ports: [...ports] };
        return when === undefined ? [rule] : whenItems(this, when, [rule]);
      });
  }

  #rule(to: string, ports: readonly Link[], props: NetworkProps): Written<k8s.NetworkPolicyEgressRule> {
    return { to: this.#destination(to, props), ports: ports.map(({ port }) => ({ port, protocol: 'TCP' })) };
  }

  #destination(to: string, props: NetworkProps): Peer[] {
    const { values } = HelmChart.around(this);
    if (to === 'world') {
      const home = values.list<string>('network.home', {
        doc: 'Addresses that are not the world: what may only speak to the world cannot reach them',
        default: HOME,
        items: { type: 'string', pattern: '^[0-9.]+/[0-9]+$' },
      });
      return [{ ipBlock: { cidr: '0.0.0.0/0', except: home } }];
    }
    if (to === 'anywhere') return [ANYWHERE];
    if (to === 'apiserver') {
      const cidr = values.string('network.apiServer', {
        doc: 'Addresses of the Kubernetes API server (CIDR), after translation: the server itself',
        default: '0.0.0.0/0',
        pattern: '^[0-9.]+/[0-9]+$',
      });
      return [{ ipBlock: { cidr } }];
    }
    return [this.#peer(to, props)];
  }

  #peer(other: string, props: NetworkProps): Peer {
    const zone = parties[other]?.zone;
    if (zone === undefined) throw new Error(`${other} is no party of the house`);
    const sameColour = zone === 'app' && props.colour !== undefined && parties[other]?.ports.includes(3000);
    const matchLabels = {
      'app.kubernetes.io/name': other,
      ...(zone === 'ingress' ? {} : PART_OF),
      ...(sameColour && props.colour !== undefined ? { [COLOUR_LABEL]: props.colour } : {}),
    };
    if (zone === props.zone) return { podSelector: { matchLabels } };
    return {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespaceOf(this, zone) } },
      podSelector: { matchLabels },
    };
  }

  #dns(): Written<k8s.NetworkPolicyEgressRule> {
    return {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
      ],
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    };
  }
}

/** Nothing of the house may speak or be spoken to, unless another policy says so. */
export class DefaultDeny extends Construct {
  constructor(scope: Construct, namespace?: string) {
    super(scope, namespace === undefined ? 'default-deny' : 'default-deny-nodes');
    const { values } = HelmChart.around(this);
    manifest<k8s.KubeNetworkPolicyProps>(
      this,
      'policy',
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
      {
        metadata: {
          name: values.builtIn('printf "%s-default-deny" .Release.Name'),
          labels: labelsOf(this, { name: 'default-deny', component: 'network' }),
          ...(namespace === undefined ? {} : { namespace }),
        },
        spec: { podSelector: { matchLabels: PART_OF }, policyTypes: ['Ingress', 'Egress'] },
      },
    );
  }
}
