import type { App } from 'cdk8s';
import { Construct } from 'constructs';
import { ShownToOperators } from '../constructs/namespace-rights.ts';
import { DefaultDeny } from '../constructs/network.ts';
import { HookJob, untilItWorks } from '../constructs/task.ts';
import { Middleware, traefikObject } from '../constructs/traefik.ts';
import { namespaceOf } from '../constructs/zones.ts';
import { HelmChart } from '../packaging/index.ts';
import { hostValue } from './edge-routes.ts';
import { VERSION } from './version.ts';
import {
  Alertmanager,
  ALERTMANAGER_IMAGE,
  Grafana,
  Loki,
  Prometheus,
  PROMETHEUS_IMAGE,
  UptimeKuma,
} from './watch-metrics.ts';
import { LogAgent, NodeExporter, NodesNamespace, Syncthing } from './watch-nodes.ts';

const README = `
Who watches over the house, on the Raspberry Pis: Prometheus, Alertmanager, Grafana, Loki, a log agent and node-exporter on each machine, Uptime Kuma, Syncthing.

\`\`\`sh
helm upgrade --install authorworks-watch charts/authorworks-watch --namespace authorworks-watch --create-namespace --values my-watch.yaml
\`\`\`

A Pi of 1 GB has 450 to 600 MB for pods, so Prometheus, Loki, Grafana and Syncthing (label \`authorworks.io/heavy\`) are never two on one: four Pis are needed.
When a Pi dies its watchers go to another within three minutes; what they kept on it is gone (figures and logs, not backups).

Alerts are sent to nobody until \`alertmanager.channels\` says so: by mail, or (all) severe ones by SMS, critical ones to Matrix, warnings once a day by
mail. The Secret \`alertmanager.existingSecret\` then holds the password and the addresses of the bridges: \`scripts/secrets --give alerts-smtp-password=FILE …\`.
Bridges may be in the world or at home; if a port is not 443, name it in \`alertmanager.bridgePorts\`.
node-exporter, the log agent and Syncthing read or write files of the machines; they are alone in a namespace of their own (\`namespaces.nodes\`), the only
one that is not restricted.
`;

/** Grafana and Uptime Kuma, for the operator's networks. */
class WatchRoutes extends Construct {
  constructor(scope: Construct) {
    super(scope, 'routes');
    const { values } = HelmChart.around(this);
    const networks = values.list<string>('routes.networks', {
      doc: 'Networks (CIDR) that may look',
      default: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
      items: { type: 'string', pattern: '^[0-9a-f.:]+/[0-9]+$' },
    });
    const only = new Middleware(this, 'operators-only', { ipAllowList: { sourceRange: networks } }).reference;
    const doors = [
      {
        name: 'grafana',
        port: 3000,
        host: hostValue(this, 'routes.grafana', 'Name of Grafana', 'grafana.books.example'),
      },
      {
        name: 'uptime-kuma',
        port: 3001,
        host: hostValue(this, 'routes.uptimeKuma', 'Name of Uptime Kuma', 'status.books.example'),
      },
    ];
    for (const { name, port, host } of doors) {
      traefikObject(new Construct(this, name), 'IngressRoute', name, {
        entryPoints: ['websecure'],
        routes: [
          {
            kind: 'Rule',
            match: `Host(\`${host}\`)`,
            middlewares: [only],
            services: [{ kind: 'Service', name, port }],
          },
        ],
        tls: { domains: [{ main: host }] },
      });
    }
  }
}

/** The chart `authorworks-watch`. */
export const authorworksWatch = (app: App): HelmChart => {
  const chart = new HelmChart(app, 'authorworks-watch', {
    description: 'Monitoring of AuthorWorks for Raspberry Pis',
    version: VERSION,
    appVersion: VERSION,
    readme: README,
    notes: (values) => `The watchers are being started on the Pis.

  kubectl --namespace ${values.builtIn('.Release.Namespace')} get pods --output wide
  helm test ${values.builtIn('.Release.Name')} --namespace ${values.builtIn('.Release.Namespace')}
  kubectl --namespace ${values.builtIn('.Release.Namespace')} port-forward service/grafana 3000
  alerts are sent by (none: nobody is told): ${values.builtIn('.Values.alertmanager.channels')}`,
  });
  const { values } = chart;
  const optional = (name: string, doc: string, build: () => void, fallback = true): void =>
    chart.when(values.boolean(`${name}.enabled`, { doc, default: fallback }), build);
  new Prometheus(chart);
  new Alertmanager(chart);
  optional('grafana', 'Pictures of figures', () => void new Grafana(chart));
  optional('loki', 'Logs', () => void new Loki(chart));
  optional('uptimeKuma', 'Looks at the house from outside', () => void new UptimeKuma(chart));
  optional('nodeExporter', 'Figures of each machine', () => void new NodeExporter(chart));
  optional('logAgent', 'Hands logs to Loki', () => void new LogAgent(chart));
  optional('syncthing', 'Copies a folder between machines', () => void new Syncthing(chart), false);
  optional('routes', 'Grafana and Uptime Kuma under names of their own', () => void new WatchRoutes(chart), false);
  new NodesNamespace(chart);
  new DefaultDeny(chart);
  new ShownToOperators(chart, namespaceOf(chart, 'app'));
  const small = { memoryMiB: { request: 32, limit: 128 }, cpuMillis: { request: 10, limit: 500 } };
  const alertmanager = 'http://alertmanager:9093';
  new HookJob(chart, {
    ...small,
    name: 'watch-test',
    path: 'test.figures',
    image: PROMETHEUS_IMAGE,
    command: untilItWorks('promtool query instant http://prometheus:9090 "count(up)"'),
    more: [
      {
        ...small,
        name: 'alerts',
        path: 'test.alerts',
        image: ALERTMANAGER_IMAGE,
        command: untilItWorks(`amtool --alertmanager.url=${alertmanager} alert query`),
      },
    ],
    component: 'test',
    zone: 'watch',
    placement: 'pi',
    hook: 'test',
    deadlineSeconds: 120,
  });
  return chart;
};
