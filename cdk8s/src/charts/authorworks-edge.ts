import type { App } from 'cdk8s';
import { DefaultDeny } from '../constructs/network.ts';
import { HelmChart } from '../packaging/index.ts';
import { Authelia, Cloudflared } from './edge-doors.ts';
import { Routes } from './edge-routes.ts';
import { addEdgeTest } from './edge-test.ts';
import { VERSION } from './version.ts';

const README = `
What stands between the world and the house: Traefik's routes by the table, the weights between the blue and the green house, the question to the gateway
(ForwardAuth) about every request, limits, headers. In the namespace of the services, because Traefik does not look into others.

\`\`\`sh
helm upgrade --install authorworks-edge charts/authorworks-edge --namespace authorworks --values my-edge.yaml
\`\`\`

A switch is an upgrade of this release and nothing else (scripts/deploy does it in steps):

1. install the idle colour, set \`preview.enabled\` and \`preview.colour\`, look at it under \`preview.host\`;
2. \`working: none\`, and when the old house has stopped (its metric \`house_working\` is 0) \`working: green\`;
3. \`weights.blue: 90, weights.green: 10\`, and so on;
4. \`live: green\`, \`weights.green: 100\`, \`weights.blue: 0\`: the old house sends its sockets over by itself.

While both are open, a visitor stays in the house that the first page came from (cookie \`authorworks-colour\`, set by the service web);
inside, services speak with those of their own colour. The ConfigMap \`house-state\` tells the pods who works and who is open.

A weight knows nothing of the health of a house: look first. \`helm test authorworks-edge\` asks the gateway of every open house, and then Traefik, by \`hosts.house\`
and as a visitor of each of them. Both 0, or \`live\` at 0, is refused. \`authelia.enabled\` signs people in at the proxy,
\`cloudflared.enabled\` brings them in by a tunnel (then set \`limits.trustedProxies: 1\`, or all share one limit).
`;

/** The chart `authorworks-edge`. */
export const authorworksEdge = (app: App): HelmChart => {
  const chart = new HelmChart(app, 'authorworks-edge', {
    description: 'The doors of AuthorWorks: routes, weights between two houses, limits, sign-in, tunnel',
    version: VERSION,
    appVersion: VERSION,
    readme: README,
    notes: (values) => `The ${values.builtIn('.Values.live')} house answers at ${values.builtIn('.Values.hosts.house')}.

  kubectl --namespace ${values.builtIn('.Release.Namespace')} get ingressroutes,traefikservices,middlewares
  helm test ${values.builtIn('.Release.Name')} --namespace ${values.builtIn('.Release.Namespace')}
  weights: blue ${values.builtIn('.Values.weights.blue')}, green ${values.builtIn('.Values.weights.green')}`,
  });
  const { values } = chart;
  const { open } = new Routes(chart);
  const authelia = values.boolean('authelia.enabled', { doc: 'Authelia', default: false });
  const tunnel = values.boolean('cloudflared.enabled', { doc: 'Cloudflare Tunnel', default: false });
  chart.when(authelia, () => void new Authelia(chart));
  chart.when(tunnel, () => void new Cloudflared(chart));
  new DefaultDeny(chart);
  addEdgeTest(chart, open);
  return chart;
};
