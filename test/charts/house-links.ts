import { builtServiceNames, services } from '@authorworks/contracts';

/** A connection, as lists of them have it. */
export const arrow = (from: string, to: string, port: number): string => `${from} → ${to}:${port}`;

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
  'jobs → jobs:3000',
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

/** Everything that is allowed between two of the house: what the table needs, and the rest. */
export const allowedLinks = (): ReadonlySet<string> => new Set([...needed(), ...INFRASTRUCTURE]);
