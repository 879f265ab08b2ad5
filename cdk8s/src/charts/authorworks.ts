import { builtServiceNames, houseState, type ServiceName, type ServiceRow, services } from '@authorworks/contracts';
import type { App } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { httpProbe, PRE_STOP_SECONDS, type SecretFile } from '../constructs/container.ts';
import { labelsOf } from '../constructs/labels.ts';
import { DefaultDeny } from '../constructs/network.ts';
import { HookJob } from '../constructs/task.ts';
import { Workload } from '../constructs/workload.ts';
import { HelmChart, manifest } from '../packaging/index.ts';
import {
  fileSettings,
  HOUSE_STATE_DIRECTORY,
  type HouseValues,
  houseValues,
  mailSettings,
  ownSettings,
  sharedSettings,
} from './house-values.ts';
import { imageFor } from './image-for.ts';
import { addJobsRights } from './jobs-rights.ts';
import { addTasks } from './tasks.ts';
import { VERSION } from './version.ts';

/** Services whose work is done in threads and processes beside the main heap. */
const WORK_BESIDE_HEAP: ReadonlySet<ServiceName> = new Set(['content', 'editor', 'storage']);
const HEAP_PERCENT = 70;
const HEAP_PERCENT_BESIDE = 50;
/** Beside preStop and draining: proxies learn (3 s), connections are closed. */
const END_SECONDS = 15;

const README = `
The services of the house, as the table (\`packages/contracts/src/services.ts\`) lists them. One release for each colour, in one namespace:

\`\`\`sh
helm upgrade --install authorworks-blue charts/authorworks --namespace authorworks --set colour=blue --values my-house.yaml
\`\`\`

Needs the chart authorworks-data and the Secret \`existingSecret\`. Migrations run before the pods change, and are made so that the version
before them goes on to work. The first operator is made by a command, as the notes after the installation say. \`authorworks-edge\` decides which colour people reach. \`helm test authorworks-blue\` asks every service whether it is ready.

Network policies let the services speak to those whom the table names, and follow the values that lead out of the house: \`files.url\` (an S3 in the world or at home)
opens its port, to any address (policies know no names), to the services with files alone; \`telemetry.endpoint\` to all services; \`mail.kind: smtp\` opens \`mail.ports\` to those
that send mail: name the port of \`smtp-url\` there if it is another; \`oidc.enabled\` that of \`oidc.issuer\` to \`user\`. For something in this cluster it is the port of its pods, not of its Service.

A service's further settings (the tables in services/*/README.md) go under \`services.NAME.settings\`, by the name of the variable.
`;

const NOTES = (values: HelmChart['values']): string => {
  const colour = values.string('colour', {
    doc: 'Which of the two houses this release is; it cannot be changed later',
    default: 'blue',
    enum: ['blue', 'green'],
  });
  return `The ${colour} house is being started: ${builtServiceNames.join(', ')}.

  kubectl --namespace ${values.builtIn('.Release.Namespace')} get pods --selector authorworks.io/colour=${colour}
  helm test ${values.builtIn('.Release.Name')} --namespace ${values.builtIn('.Release.Namespace')}

The first operator of a new house, with a password for the first sign-in:

  kubectl --namespace ${values.builtIn('.Release.Namespace')} exec deployment/user-${colour} -- node packages/platform/src/operator-main.ts me@books.example

People reach it when the chart authorworks-edge gives it weight (scripts/deploy does all of this).`;
};

class Settings extends Construct {
  readonly objectName: string;
  readonly checksum: string;

  constructor(scope: HelmChart, name: ServiceName, settings: Record<string, string>) {
    super(scope, `${name}-settings`);
    const { values } = scope;
    const colour = settings['SERVICE_URL']?.match(/⟦\d+⟧/)?.[0] ?? '';
    this.objectName = `${name}-${colour}`;
    const further = values.map(`services.${name}.settings`, {
      doc: `Further settings of ${name} (services/${name}/README.md), as NAME: "text"; secrets do not belong here`,
      default: {},
      keys: '^[A-Z][A-Z0-9_]*$',
      reserved: [
        'HOST',
        'SERVICE_KEY',
        'DATABASE_URL',
        'REDIS_URL',
        'S3_ACCESS_KEY',
        'S3_SECRET_KEY',
        'SMTP_URL',
        'OIDC_CLIENT_SECRET',
        'NODE_OPTIONS',
        ...Object.keys(flattened(settings)),
      ],
    });
    manifest<k8s.KubeConfigMapProps>(
      this,
      'config',
      { apiVersion: 'v1', kind: 'ConfigMap' },
      {
        metadata: { name: this.objectName, labels: labelsOf(this, { name, component: 'service', colour }) },
        data: { ...settings, ...further },
      },
    );
    this.checksum = values.builtIn(`include (print .Template.BasePath "/${name}-settings.yaml") . | sha256sum`);
  }
}

/** Names of settings, those under a condition too. */
const flattened = (settings: Record<string, unknown>): Record<string, true> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null ? Object.keys(value).map((inner) => [inner, true]) : [[key, true]],
    ),
  ) as Record<string, true>;

const secretsOf = (name: ServiceName, { needs }: ServiceRow, { secret, isSmtp, oidc }: HouseValues): SecretFile[] => [
  { secret, key: 'service-key', variable: 'SERVICE_KEY_FILE' },
  ...(needs.postgres ? [{ secret, key: `database-url-${name}`, variable: 'DATABASE_URL_FILE' }] : []),
  ...(needs.redis ? [{ secret, key: 'redis-url', variable: 'REDIS_URL_FILE' }] : []),
  ...(needs.blobs
    ? [
        { secret, key: 's3-access-key', variable: 'S3_ACCESS_KEY_FILE' },
        { secret, key: 's3-secret-key', variable: 'S3_SECRET_KEY_FILE' },
      ]
    : []),
  ...(needs.mail ? [{ secret, key: 'smtp-url', variable: 'SMTP_URL_FILE', when: isSmtp }] : []),
  ...(name === 'user' ? [{ secret, key: 'oidc-client-secret', variable: 'OIDC_CLIENT_SECRET_FILE', when: oidc }] : []),
];

const addService = (chart: HelmChart, name: ServiceName, house: HouseValues): void => {
  const row: ServiceRow = services[name];
  const { needs, replicas } = row;
  const { values } = chart;
  const settings = {
    ...sharedSettings(chart, house),
    ...(needs.postgres
      ? {
          DATABASE_POOL_SIZE: values.calculate(
            'string',
            (ref) =>
              `toString ${ref(values.integer('database.poolSize', { doc: 'Connections of one pod to PostgreSQL', default: 8, min: 1, max: 100 }))}`,
          ),
        }
      : {}),
    ...(needs.blobs ? fileSettings(chart) : {}),
    ...(needs.mail ? mailSettings(chart, house) : {}),
    ...ownSettings(chart, house)[name]?.(),
  };
  const config = new Settings(chart, name, settings);
  new Workload(chart, {
    name,
    component: 'service',
    colour: house.colour,
    zone: 'app',
    path: `services.${name}`,
    placement: row.placement,
    image: imageFor(name),
    memoryMiB: row.memoryMiB,
    cpuMillis: row.cpuMillis,
    diskMiB: { request: 128, limit: 2048 },
    tmpMiB: 1024,
    replicas: { min: 0, max: replicas.max, default: replicas.min },
    ports: { http: row.port },
    metricsPath: '/metrics',
    // it alone speaks with Kubernetes (jobs-rights.ts)
    ...(name === 'jobs' ? { token: true } : {}),
    envFrom: [{ configMapRef: { name: config.objectName } }],
    secrets: secretsOf(name, row, house),
    // written by the chart authorworks-edge; a house that stands alone has none
    volumes: [{ name: houseState.configMap, configMap: { name: houseState.configMap, optional: true } }],
    mounts: [{ name: houseState.configMap, mountPath: HOUSE_STATE_DIRECTORY, readOnly: true }],
    heapPercent: WORK_BESIDE_HEAP.has(name) ? HEAP_PERCENT_BESIDE : HEAP_PERCENT,
    preStopSeconds: PRE_STOP_SECONDS,
    graceSeconds: values.calculate(
      'integer',
      (ref) => `add ${ref(house.drainSeconds)} ${PRE_STOP_SECONDS + END_SECONDS}`,
    ) as unknown as number,
    podAnnotations: { 'checksum/settings': config.checksum },
    probes: {
      // migrations, and a PostgreSQL that comes up at the same time after a power cut
      startup: httpProbe({ path: '/livez', periodSeconds: 2, failureThreshold: 120 }),
      readiness: httpProbe({ path: '/readyz', periodSeconds: 5, failureThreshold: 2 }),
      liveness: httpProbe({ path: '/livez', periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }),
    },
  });
};

/** Expands the schemas before the pods change; with the same code by which each service does it when it starts. */
const addMigrations = (chart: HelmChart, house: HouseValues): void => {
  const owners = builtServiceNames.filter((name) => services[name].needs.postgres);
  const containers = owners.map((name) => ({
    name,
    path: `migrate.${name}`,
    image: imageFor(name),
    command: ['node', 'packages/platform/src/migrate-main.ts', name],
    memoryMiB: { request: 96, limit: 256 },
    cpuMillis: { request: 50, limit: 1000 },
    secrets: [{ secret: house.secret, key: `database-url-${name}`, variable: 'DATABASE_URL_FILE' }],
  }));
  const [first, ...more] = containers;
  if (!first) return;
  chart.when(chart.values.boolean('migrate.enabled', { doc: 'Migrate before the pods change', default: true }), () => {
    new HookJob(chart, {
      ...first,
      more,
      name: 'migrate',
      component: 'job',
      colour: house.colour,
      zone: 'app',
      placement: 'any',
      hook: 'pre-install,pre-upgrade',
      deadlineSeconds: 600,
    });
  });
};

/** Rules of the network know a new pod's address a moment after it has begun: what is refused at first is asked again. */
const SMOKE = `
const [house, web] = process.argv.slice(1);
const answerOf = async (url) => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10000) });
  return [answer.status, await answer.text()];
};
const ask = async (url, wanted) => {
  for (let tries = 10; ; tries -= 1) {
    const [status, body] = await answerOf(url).catch((error) => [0, String(error.cause ?? error)]);
    if (status === 200 && wanted.test(body)) return console.log("ok", url);
    if (tries === 0) throw new Error(url + " answered " + status + ": " + body.slice(0, 500));
    await new Promise((done) => setTimeout(done, 2000));
  }
};
await ask(house + "/healthz", /./);
await ask(house + "/api/services", /content/);
await ask(web + "/", /<html/i);
`
  .trim()
  .replaceAll(/\n */g, ' ');

/** The chart `authorworks`: all built services of the table. */
export const authorworks = (app: App): HelmChart => {
  const chart = new HelmChart(app, 'authorworks', {
    description: 'The services of AuthorWorks, a publishing house for authors',
    version: VERSION,
    appVersion: VERSION,
    readme: README,
    notes: NOTES,
  });
  const house = houseValues(chart);
  for (const name of builtServiceNames) addService(chart, name, house);
  addMigrations(chart, house);
  addJobsRights(chart, house);
  addTasks(chart, house);
  new DefaultDeny(chart);
  new HookJob(chart, {
    name: 'house-test',
    component: 'test',
    colour: house.colour,
    zone: 'app',
    path: 'test',
    placement: 'any',
    image: imageFor('gateway'),
    command: ['node', '--input-type=module', '--eval', SMOKE],
    args: [`http://gateway-${house.colour}:3000`, `http://web-${house.colour}:3000`],
    memoryMiB: { request: 48, limit: 128 },
    cpuMillis: { request: 50, limit: 500 },
    hook: 'test',
    deadlineSeconds: 120,
  });
  return chart;
};
