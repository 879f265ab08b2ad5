import { kubectl, list, type PodState } from './cluster.ts';

/** Something that listens. */
export interface Door {
  /** Of the label app.kubernetes.io/name; `apiserver` is Kubernetes. */
  readonly app: string;
  readonly colour: string | undefined;
  /** The one inside the pod, by which the lists of who may speak to whom name it. */
  readonly port: number;
  /** What is knocked at, e.g. 10.42.0.7:3000; a Service may have another port. */
  readonly address: string;
  /** The pod or Service, for people. */
  readonly what: string;
}

export const COLOUR = 'authorworks.io/colour';

// oxlint-disable-next-line typescript/no-explicit-any -- parts of objects of Kubernetes
type Any = any;

const portsOf = ({ object }: PodState): Any[] =>
  object['spec'].containers.flatMap((container: Any) => container.ports ?? []).filter(isTcp);
const isTcp = ({ protocol = 'TCP' }: { protocol?: string }): boolean => protocol === 'TCP';

/** Doors of pods. */
export const doorsOfPods = (pods: readonly PodState[]): Door[] =>
  pods.flatMap((pod) =>
    portsOf(pod).map(({ containerPort }) => ({
      app: pod.app,
      colour: pod.object.metadata.labels?.[COLOUR],
      port: containerPort,
      address: `${pod.object['status'].podIP}:${containerPort}`,
      what: `pod ${pod.name}`,
    })),
  );

/** Doors of Services that have an address of their own and one of the pods behind it. */
export const doorsOfServices = async (namespaces: readonly string[], pods: readonly PodState[]): Promise<Door[]> => {
  const services = (await Promise.all(namespaces.map(async (namespace) => await list('services', namespace)))).flat();
  return services.flatMap(({ metadata, spec }) => {
    const selector = Object.entries((spec.selector ?? {}) as Record<string, string>);
    const behind = pods.find(
      ({ namespace, object }) =>
        namespace === metadata.namespace &&
        selector.length > 0 &&
        selector.every(([key, value]) => object.metadata.labels?.[key] === value),
    );
    if (!behind || spec.clusterIP === 'None') return [];
    return (spec.ports as Any[]).filter(isTcp).flatMap(({ port, targetPort }) => {
      const inside = portsOf(behind).find(({ name, containerPort }) => [name, containerPort].includes(targetPort));
      if (inside === undefined) return [];
      return [
        {
          app: behind.app,
          colour: behind.object.metadata.labels?.[COLOUR],
          port: inside.containerPort as number,
          address: `${spec.clusterIP}:${port}`,
          what: `Service ${metadata.name}`,
        },
      ];
    });
  });
};

/** Kubernetes itself, as its clients find it. */
export const doorOfApiServer = async (): Promise<Door> => {
  const service = (await list('services', 'default')).find(({ metadata }) => metadata.name === 'kubernetes');
  if (!service) throw new Error('there is no Service kubernetes in the namespace default');
  const { clusterIP, ports } = service['spec'];
  return {
    app: 'apiserver',
    colour: undefined,
    port: 6443,
    address: `${clusterIP}:${ports[0].port}`,
    what: 'Kubernetes',
  };
};

const KNOCK = `
import { connect } from 'node:net';
const [timeout, ...addresses] = process.argv.slice(1);
const knock = (address) => new Promise((done) => {
  const [host, port] = address.split(':');
  const socket = connect({ host, port: Number(port), timeout: Number(timeout) });
  const end = (what) => { socket.destroy(); done([address, what]); };
  socket.on('connect', () => end('open')).on('timeout', () => end('silent')).on('error', (error) => end(error.code ?? error.message));
});
console.log(JSON.stringify(await Promise.all(addresses.map(knock))));
`;

/** Knocks from a pod with Node in it at all addresses at once. @returns `open`, or what was there instead, by address */
export const knock = async (
  pod: PodState,
  addresses: readonly string[],
  timeoutMs: number,
): Promise<ReadonlyMap<string, string>> => {
  const program = ['node', '--input-type=module', '--eval', KNOCK, String(timeoutMs), ...new Set(addresses)];
  const output = await kubectl(['--namespace', pod.namespace, 'exec', pod.name, '--', ...program]);
  return new Map(JSON.parse(output) as [string, string][]);
};
