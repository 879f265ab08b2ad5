import { beforeAll, describe, expect, it } from 'vitest';
import { allowedLinks, arrow } from './house-links.ts';
import { connects, type End, portsOf } from './network.ts';
import { nameOf, type Pod, podsOf } from './pods.ts';
import {
  chartNames,
  type Example,
  examples,
  type KubeObject,
  missing,
  render,
  renderEverything,
  renderExample,
} from './tools.ts';

const policy = (name: string, spec: object): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'a' },
  spec,
});
const pod = (name: string, namespace = 'a') => ({ namespace, labels: { app: name } });

describe('the evaluator of network policies', () => {
  const deny = policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const open = policy('open', {
    podSelector: { matchLabels: { app: 'store' } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'reader' } } }], ports: [{ port: 80 }] }],
  });

  it('lets everything through where there is no policy', () => {
    expect(connects([], pod('reader'), pod('store'), 80)).toBe(true);
  });

  it('lets nothing through that is denied on one of the two sides', () => {
    expect(connects([deny, open], pod('reader'), pod('store'), 80)).toBe(false);
    expect(connects([open], pod('reader'), pod('store'), 80)).toBe(true);
    expect(connects([open], pod('reader'), pod('store'), 81)).toBe(false);
    expect(connects([open], pod('stranger'), pod('store'), 80)).toBe(false);
    expect(connects([open], pod('reader', 'b'), pod('store'), 80)).toBe(false);
  });

  it('knows addresses and their exceptions', () => {
    const out = policy('out', {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['192.168.0.0/16'] } }], ports: [{ port: 443 }] }],
    });
    expect(connects([out], pod('reader'), { address: '1.1.1.1' }, 443)).toBe(true);
    expect(connects([out], pod('reader'), { address: '192.168.7.1' }, 443)).toBe(false);
    expect(connects([out], pod('reader'), pod('store'), 443)).toBe(false);
  });

  it('refuses to say which ports a rule opens that names none', () => {
    const everything = policy('open', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [] }] });
    expect(() => portsOf([everything])).toThrow('open');
    expect(portsOf([open])).toEqual([80]);
  });
});

type Someone = Pick<Pod, 'namespace' | 'labels'>;

const PART_OF = 'app.kubernetes.io/part-of';
const COLOUR = 'authorworks.io/colour';
/** No policy names it, as none names all the others that are not in `portsOf`: what holds for it holds for them. */
const UNNAMED = 4444;
const WORLD = '93.184.216.34';
const HOME = ['10.1.2.3', '172.16.0.9', '192.168.1.20', '169.254.169.254', '100.64.3.4'];
const DNS: Someone = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
/** Traefik is k3s's; its policies are not ours. */
const TRAEFIK: Someone = { namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'traefik' } };

const policiesOf = (objects: readonly KubeObject[]): KubeObject[] =>
  objects.filter(({ kind }) => kind === 'NetworkPolicy');
const sorted = (found: Iterable<string>): string[] => [...new Set(found)].toSorted();

/** Where else pods go than to each other: the world, the home, or both. */
const leaving = (objects: readonly KubeObject[]): string[] => {
  const policies = policiesOf(objects);
  const ports = [...portsOf(policies), UNNAMED];
  return sorted(
    podsOf(objects).flatMap((pod) =>
      ports.flatMap((port) => {
        const reaches = (address: string) => connects(policies, pod, { address }, port);
        const home = HOME.map(reaches);
        if (new Set(home).size > 1) throw new Error(`${pod.owner} reaches a part of the home on ${port}`);
        const where = [reaches(WORLD) ? 'world' : '', home[0] ? 'home' : '']
          .filter((place) => place !== '')
          .join(' and ');
        return where === '' ? [] : [arrow(nameOf(pod), where, port)];
      }),
    ),
  );
};

/** Strangers: of other namespaces, in those of the house, and in that of Kubernetes itself. */
const strangersOf = (pods: readonly Someone[]): Someone[] =>
  [...new Set([...pods.map(({ namespace }) => namespace), 'somewhere', 'kube-system'])].map((namespace) => ({
    namespace,
    labels: { app: 'stranger' },
  }));

/** Who leaves the examples; written down here, not calculated. */
const LEAVING: Readonly<Record<Example, readonly string[]>> = {
  'one-server': ['jobs → world and home:6443'],
  'other-s3': ['content → world and home:443', 'jobs → world and home:6443', 'storage → world and home:443'],
  home: [
    ...['content', 'editor', 'gateway', 'jobs', 'storage', 'user', 'web'].map(
      (name) => `${name} → world and home:4318`,
    ),
    ...[25, 465, 587].map((port) => `user → world and home:${port}`),
    'alertmanager → world and home:587',
    'alertmanager → world and home:443',
    'authelia → world and home:465',
    'cloudflared → world:443',
    'cloudflared → world:7844',
    'jobs → world and home:6443',
    'offsite → world and home:443',
    'ollama → world:443',
    'prometheus → world and home:10250',
    'prometheus → world and home:6443',
    'syncthing → world and home:22000',
    'uptime-kuma → world:443',
    'user → world and home:443',
  ],
};

const INSTALLATIONS: readonly (readonly [string, () => Promise<KubeObject[]>])[] = [
  ...examples.map((example) => [example, async () => await renderExample(example)] as const),
  ['all that there is', renderEverything],
];

describe.skipIf(missing('helm4'))('the network of the house', () => {
  let objects: KubeObject[] = [];
  let policies: KubeObject[] = [];
  let pods: Someone[] = [];
  let ports: number[] = [];

  beforeAll(async () => {
    objects = await renderEverything();
    policies = policiesOf(objects);
    pods = [...podsOf(objects), TRAEFIK];
    ports = [...portsOf(policies), UNNAMED];
  });

  const reachable = (colour: (from: string | undefined, to: string | undefined) => boolean): string[] => {
    const found = new Set<string>();
    for (const from of pods) {
      for (const to of pods) {
        // Traefik is not of the house: what it says to itself no policy of ours governs
        if ((from === TRAEFIK && to === TRAEFIK) || !colour(from.labels[COLOUR], to.labels[COLOUR])) continue;
        for (const port of ports) {
          if (connects(policies, from, to, port)) found.add(arrow(nameOf(from), nameOf(to), port));
        }
      }
    }
    return sorted(found);
  };

  it('lets through what the table needs, and nothing else: for every pair and every port', () => {
    const found = reachable((from, to) => from === undefined || to === undefined || from === to);
    expect(found).toEqual(sorted(allowedLinks()));
  });

  it('lets no service of one colour speak to one of the other', () => {
    const found = reachable((from, to) => from !== undefined && to !== undefined && from !== to);
    expect(found.filter((link) => !link.startsWith('house-test'))).toEqual([]);
  });

  it('lets nobody but the service jobs and Prometheus to the API server, and them to no more than the addresses that are named', async () => {
    expect(ports).toContain(6443);
    const set = ['network.apiServer=192.168.1.2/32'];
    const narrow = (await Promise.all([render('authorworks', { set }), render('authorworks-watch', { set })])).flat();
    const asking = (from: readonly KubeObject[], address: string) =>
      sorted(
        podsOf(from)
          .filter((pod) => connects(policiesOf(from), pod, { address }, 6443))
          .map(nameOf),
      );
    for (const address of [WORLD, '192.168.1.2', '10.43.0.1'])
      expect(asking(objects, address)).toEqual(['jobs', 'prometheus']);
    expect(asking(narrow, '192.168.1.2')).toEqual(['jobs', 'prometheus']);
    for (const address of [WORLD, '192.168.1.3', '10.43.0.1']) expect(asking(narrow, address)).toEqual([]);
  });

  it.each(examples)(
    'lets those out of the example %s who have to go, and only to where they have to',
    async (example) => {
      expect(leaving(await renderExample(example))).toEqual(LEAVING[example].toSorted());
    },
  );

  it('takes nobody of another namespace for one of the house, whatever he is called', () => {
    const strangers = [...podsOf(objects)].map(({ labels }) => ({ namespace: 'somewhere', labels }));
    for (const one of pods.filter(({ namespace }) => namespace !== 'kube-system'))
      for (const stranger of strangers)
        for (const port of ports)
          if (connects(policies, stranger, one, port) || connects(policies, one, stranger, port))
            expect.fail(`${nameOf(stranger)} of another namespace and ${nameOf(one)} speak on ${port}`);
  });

  it('lets nobody in from outside of the cluster but devices that synchronise', () => {
    for (const address of [WORLD, ...HOME]) {
      const found = pods
        .filter(({ namespace }) => namespace !== 'kube-system')
        .flatMap((to) =>
          ports.filter((port) => connects(policies, { address }, to, port)).map((port) => `${nameOf(to)}:${port}`),
        );
      expect(sorted(found)).toEqual(['syncthing:22000']);
    }
  });
});

describe.skipIf(missing('helm4'))('no pod is forgotten', () => {
  it.each(INSTALLATIONS)('%s: every pod has the label by which all is refused, whatever makes it', async (_, make) => {
    const objects = await make();
    const pods = podsOf(objects);
    // podsOf knows whatever makes pods
    expect(objects.filter((one) => one['spec']?.containers !== undefined || one.kind === 'ReplicaSet')).toEqual([]);
    expect(pods.filter(({ labels }) => labels[PART_OF] !== 'authorworks').map(({ owner }) => owner)).toEqual([]);
    const kinds = sorted(pods.map(({ kind }) => kind));
    expect(kinds).toEqual(expect.arrayContaining(['CronJob', 'Deployment', 'Job', 'StatefulSet']));
  });

  it.each(chartNames)(
    '%s refuses everything by itself, to a pod of which nothing is known but that label',
    async (chart) => {
      const objects = await render(chart);
      const policies = policiesOf(objects);
      const ports = [...portsOf(policies), UNNAMED];
      const others: End[] = [DNS, TRAEFIK, { address: WORLD }, ...HOME.map((address) => ({ address }))];
      const pods = podsOf(objects);
      const namespaces = sorted(pods.map(({ namespace }) => namespace));
      expect(namespaces.length).toBeGreaterThan(0);
      for (const namespace of namespaces) {
        const nobody: Someone = { namespace, labels: { [PART_OF]: 'authorworks' } };
        for (const other of [...others, ...pods, ...strangersOf(pods)]) {
          for (const port of ports) {
            expect(connects(policies, nobody, other, port), `out of ${namespace} on ${port}`).toBe(false);
            expect(connects(policies, other, nobody, port), `into ${namespace} on ${port}`).toBe(false);
          }
        }
      }
    },
  );

  it.each(INSTALLATIONS)(
    '%s: strangers reach nobody, and nobody reaches them; all may ask for names',
    async (_, make) => {
      const objects = await make();
      const policies = policiesOf(objects);
      const pods = podsOf(objects);
      for (const one of pods) {
        expect(connects(policies, one, DNS, 53), one.owner).toBe(true);
        for (const port of [...portsOf(policies), UNNAMED]) {
          if (port !== 53)
            expect(connects(policies, one, DNS, port), `${one.owner} reaches DNS on ${port}`).toBe(false);
          for (const stranger of strangersOf(pods)) {
            expect(connects(policies, stranger, one, port), `a stranger reaches ${one.owner} on ${port}`).toBe(false);
            expect(connects(policies, one, stranger, port), `${one.owner} reaches a stranger on ${port}`).toBe(false);
          }
        }
      }
    },
  );

  it('has the policy of a hook there before its pod, and at no other time', async () => {
    const objects = await renderEverything();
    const hook = ({ metadata }: KubeObject, key = 'hook') => metadata.annotations?.[`helm.sh/${key}`];
    const jobs = objects.filter((object) => object.kind === 'Job' && hook(object) !== undefined);
    expect(jobs.length).toBeGreaterThan(6);
    for (const job of jobs) {
      const [pod] = podsOf([job]);
      const own = policiesOf(objects).filter(
        ({ metadata, spec }) =>
          metadata.namespace === pod?.namespace &&
          spec.podSelector.matchLabels['app.kubernetes.io/name'] === pod?.labels['app.kubernetes.io/name'],
      );
      // both colours have one
      const before = own.filter(
        (one) => hook(one) === hook(job) && Number(hook(one, 'hook-weight')) < Number(hook(job, 'hook-weight')),
      );
      expect(before.length, job.metadata.name).toBe(own.length);
      expect(own.length, job.metadata.name).toBeGreaterThan(0);
    }
  });

  it('has Jobs that the service jobs makes carry the label too', async () => {
    const boundaries = (await render('authorworks')).filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
    const said = boundaries.flatMap(({ spec }) =>
      spec.validations.map(({ expression }: { expression: string }) => expression),
    );
    expect(said.join('\n')).toContain(`['${PART_OF}'] == 'authorworks'`);
  });
});
