import { builtServiceNames, services } from '@authorworks/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { connects, type End } from './network.ts';
import { nameOf, type Pod, podsOf } from './pods.ts';
import { type KubeObject, missing, renderEverything } from './tools.ts';

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
});

/** Who needs whom beside what the table says; written down here a second time, on purpose. */
const INFRASTRUCTURE = [
  ...['postgres-roles', 'postgres-dump', 'postgres-base', 'data-test'].map((job) => `${job} → postgres:5432`),
  'data-test → redis:6379',
  'data-test → minio:9000',
  'files-mirror → minio:9000',
  'house-test → gateway:3000',
  'house-test → web:3000',
  'edge-test → gateway:3000',
  'edge-test → traefik:8000',
  'edge-test → traefik:8443',
  ...['gateway', 'user', 'content', 'editor', 'storage', 'web', 'jobs'].map((name) => `task → ${name}:3000`),
  'authelia → redis:6379',
  'traefik → authelia:9091',
  'traefik → grafana:3000',
  'traefik → uptime-kuma:3001',
  'cloudflared → traefik:8000',
  'uptime-kuma → traefik:8443',
  'ollama-pull → ollama:11434',
  'ai-test → ollama:11434',
  'prometheus → cloudflared:2000',
  'prometheus → alertmanager:9093',
  'prometheus → node-exporter:9100',
  'prometheus → log-agent:2020',
  'prometheus → loki:3100',
  'grafana → prometheus:9090',
  'grafana → loki:3100',
  'loki → alertmanager:9093',
  'log-agent → loki:3100',
  'watch-test → prometheus:9090',
  'watch-test → alertmanager:9093',
];

const needed = (): string[] =>
  builtServiceNames.flatMap((name) => {
    const { needs, paths } = services[name];
    return [
      `prometheus → ${name}:3000`,
      ...(paths.length > 0 ? [`traefik → ${name}:3000`] : []),
      ...(needs.postgres ? [`${name} → postgres:5432`, 'migrate → postgres:5432'] : []),
      ...(needs.redis ? [`${name} → redis:6379`] : []),
      ...(needs.blobs ? [`${name} → minio:9000`] : []),
      ...(needs.services ?? []).map((other) => `${name} → ${other}:3000`),
    ];
  });

const PORTS = [
  22, 53, 80, 443, 2000, 2020, 3000, 3001, 3100, 5432, 6379, 7860, 8000, 8443, 8880, 9000, 9001, 9090, 9091, 9093, 9095,
  9100, 10_250, 11_434, 22_000,
];

describe.skipIf(missing('helm4'))('the network of the house', () => {
  let policies: KubeObject[] = [];
  let pods: Pick<Pod, 'namespace' | 'labels'>[] = [];

  beforeAll(async () => {
    const objects = await renderEverything();
    policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    // Traefik is k3s's; its policies are not ours
    pods = [...podsOf(objects), { namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'traefik' } }];
  });

  const reachable = (colour: (from: string | undefined, to: string | undefined) => boolean): Set<string> => {
    const found = new Set<string>();
    for (const from of pods) {
      for (const to of pods) {
        const label = 'authorworks.io/colour';
        if (from === to || !colour(from.labels[label], to.labels[label])) continue;
        for (const port of PORTS) {
          if (connects(policies, from, to, port)) found.add(`${nameOf(from)} → ${nameOf(to)}:${port}`);
        }
      }
    }
    return found;
  };

  it('lets through what the table needs, and nothing else: for every pair and every port', () => {
    const found = reachable((from, to) => from === undefined || to === undefined || from === to);
    expect([...found].toSorted()).toEqual([...new Set([...needed(), ...INFRASTRUCTURE])].toSorted());
  });

  it('lets no service of one colour speak to one of the other', () => {
    const found = reachable((from, to) => from !== undefined && to !== undefined && from !== to);
    expect([...found].filter((link) => !link.startsWith('house-test'))).toEqual([]);
  });

  it('governs every pod in both directions', () => {
    const stranger: End = { namespace: 'somewhere', labels: { app: 'stranger' } };
    const ours = pods.filter(({ namespace }) => namespace !== 'kube-system');
    for (const one of ours) {
      for (const port of PORTS) {
        expect(connects(policies, stranger, one, port), `a stranger reaches ${nameOf(one)}:${port}`).toBe(false);
        expect(connects(policies, one, stranger, port), `${nameOf(one)} reaches a stranger on ${port}`).toBe(false);
      }
    }
  });

  const reaching = (address: string, port: number): string[] =>
    [
      ...new Set(
        pods.filter((one) => one.namespace !== 'kube-system' && connects(policies, one, { address }, port)).map(nameOf),
      ),
    ].toSorted();

  it('lets few out into the world, and those only where they have to go', () => {
    expect(reaching('93.184.216.34', 443)).toEqual([
      'alertmanager',
      'cloudflared',
      'offsite',
      'ollama',
      'uptime-kuma',
      'user',
    ]);
    expect(reaching('93.184.216.34', 587)).toEqual(['alertmanager', 'user']);
    expect(reaching('93.184.216.34', 465)).toEqual(['authelia', 'user']);
    expect(reaching('93.184.216.34', 7844)).toEqual(['cloudflared']);
    expect(reaching('93.184.216.34', 80)).toEqual([]);
  });

  it('lets none of them into the home', () => {
    for (const port of [22, 80, 445]) expect(reaching('192.168.1.10', port)).toEqual([]);
    // values lead there
    expect(reaching('192.168.1.10', 443)).toEqual(['offsite']);
    expect(reaching('192.168.1.10', 587)).toEqual(['alertmanager', 'user']);
    expect(reaching('192.168.1.10', 10_250)).toEqual(['prometheus']);
    expect(reaching('192.168.1.10', 22_000)).toEqual(['syncthing']);
  });
});
