import { builtServiceNames, services } from '@authorworks/contracts';

/** Dashboards of Grafana, by file name; written from the table. */

interface Panel {
  readonly title: string;
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
  readonly unit: string;
  readonly source?: 'prometheus' | 'loki';
}

const WIDTH = 12;
const HEIGHT = 8;

const panelOf = ({ title, queries, unit, source = 'prometheus' }: Panel, index: number) => ({
  id: index + 1,
  title,
  type: source === 'loki' ? 'logs' : 'timeseries',
  datasource: { type: source, uid: source },
  gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
  fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 8, showPoints: 'never' } }, overrides: [] },
  options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
  targets: queries.map(({ expr, legend }, at) => ({
    refId: String.fromCodePoint(65 + at),
    expr,
    legendFormat: legend,
    datasource: { type: source, uid: source },
  })),
});

const dashboard = (uid: string, title: string, panels: readonly Panel[]): string =>
  `${JSON.stringify(
    {
      uid,
      title,
      tags: ['authorworks'],
      timezone: 'browser',
      schemaVersion: 41,
      refresh: '1m',
      time: { from: 'now-6h', to: 'now' },
      panels: panels.map(panelOf),
    },
    null,
    1,
  )}\n`;

const one = (expr: string, legend: string) => [{ expr, legend }];

const house: readonly Panel[] = [
  {
    title: 'Requests per second',
    unit: 'reqps',
    queries: one('sum by (app, colour) (rate(http_request_duration_seconds_count[5m]))', '{{app}} {{colour}}'),
  },
  {
    title: 'Errors of our own',
    unit: 'percentunit',
    queries: one(
      'sum by (app, colour) (rate(http_request_duration_seconds_count{status=~"5.."}[5m])) / sum by (app, colour) (rate(http_request_duration_seconds_count[5m]))',
      '{{app}} {{colour}}',
    ),
  },
  {
    title: 'Slowest twentieth',
    unit: 's',
    queries: one(
      'histogram_quantile(0.95, sum by (app, le) (rate(http_request_duration_seconds_bucket[5m])))',
      '{{app}}',
    ),
  },
  { title: 'Requests being answered', unit: 'short', queries: one('sum by (app) (http_requests_open)', '{{app}}') },
  { title: 'Waiting for PostgreSQL', unit: 'short', queries: one('sum by (app) (postgres_pool_waiting)', '{{app}}') },
  {
    title: 'Event loop delay (99 %)',
    unit: 's',
    queries: one('max by (app) (nodejs_eventloop_lag_p99_seconds)', '{{app}}'),
  },
];

/** Memory of each service beside what it may take. */
const memory: readonly Panel[] = builtServiceNames.map((name) => ({
  title: services[name].title,
  unit: 'bytes',
  queries: [
    { expr: `sum by (pod) (container_memory_working_set_bytes{container="${name}"})`, legend: '{{pod}}' },
    { expr: `vector(${services[name].memoryMiB.limit * 1024 * 1024})`, legend: 'limit' },
  ],
}));

const machines: readonly Panel[] = [
  {
    title: 'Processor',
    unit: 'percentunit',
    queries: one('1 - avg by (node) (rate(node_cpu_seconds_total{mode="idle"}[5m]))', '{{node}}'),
  },
  { title: 'Memory left', unit: 'bytes', queries: one('node_memory_MemAvailable_bytes', '{{node}}') },
  {
    title: 'Disk left',
    unit: 'percentunit',
    queries: one(
      'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs"} / node_filesystem_size_bytes',
      '{{node}} {{mountpoint}}',
    ),
  },
  { title: 'Temperature', unit: 'celsius', queries: one('max by (node) (node_thermal_zone_temp)', '{{node}}') },
  {
    title: 'Volumes left',
    unit: 'percentunit',
    queries: one(
      'kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes',
      '{{persistentvolumeclaim}}',
    ),
  },
  {
    title: 'Backups',
    unit: 'none',
    source: 'loki',
    queries: one('{app=~"postgres-(dump|base|drill)|files-mirror|offsite"}', ''),
  },
];

export const dashboards = (): Record<string, string> => ({
  'house.json': dashboard('house', 'The house', house),
  'memory.json': dashboard('memory', 'Memory and its limits', memory),
  'machines.json': dashboard('machines', 'Machines and backups', machines),
});
