import { builtServiceNames } from '@authorworks/contracts';
import { Construct } from 'constructs';
import { ClusterReader } from '../constructs/cluster-reader.ts';
import { ConfigFiles, readSource } from '../constructs/config-files.ts';
import { httpProbe, PRE_STOP_SECONDS, SECRETS_FOLDER, secretsVolume, type Volume } from '../constructs/container.ts';
import { alertChannels, alertMailAddress } from '../constructs/outside.ts';
import { Workload } from '../constructs/workload.ts';
import { namespaceOf } from '../constructs/zones.ts';
import { HelmChart, whenItems } from '../packaging/index.ts';
import { dashboards } from './dashboards.ts';

export const PROMETHEUS_IMAGE = { repository: 'docker.io/prom/prometheus', tag: 'v2.53.0' };
export const ALERTMANAGER_IMAGE = { repository: 'docker.io/prom/alertmanager', tag: 'v0.27.0' };

/** Nobody on the host. */
const USERS = { prometheus: 10_090, alertmanager: 10_093, grafana: 10_472, loki: 10_100, kuma: 10_030 };

/**
 * What watchers keep is on the Pi's own disk and goes with the pod, so that the pod can go to another Pi when its own
 * dies; what has to be kept is kept by the house.
 */
const keptFor = (name: string, sizeMiB: number): Volume => ({ name, emptyDir: { sizeLimit: `${sizeMiB}Mi` } });

const watcher = { component: 'monitor', zone: 'watch', placement: 'pi' } as const;
/** Needs most of a Pi: the next one finds no other that is free, so the one before it goes first. */
const heavyWatcher = { ...watcher, heavy: true, recreate: true } as const;
/** Two of them fit beside each other for a moment: the next one answers before the one before it goes. */
const lightWatcher = { ...watcher, preStopSeconds: PRE_STOP_SECONDS } as const;

/** For a Prometheus that may not, or cannot, ask Kubernetes: services by their names. */
const discoveryByNames = (scope: Construct): string => {
  const app = namespaceOf(scope, 'app');
  const names = builtServiceNames.flatMap((name) => ['blue', 'green'].map((colour) => `${name}-${colour}.${app}`));
  const job = (name: string, targets: readonly string[], port: number) =>
    `  - job_name: ${name}\n    dns_sd_configs:\n${targets.map((target) => `      - { type: A, port: ${port}, names: [${target}] }`).join('\n')}\n`;
  return `global: { scrape_interval: 30s, scrape_timeout: 10s, evaluation_interval: 30s }
rule_files: [/config/house.rules.yml]
alerting:
  alertmanagers:
    - static_configs: [{ targets: ['alertmanager:9093'] }]
scrape_configs:
${job(
  'house',
  names.map((name) => whole(scope, name)),
  3000,
)}    relabel_configs:
      - { source_labels: [__meta_dns_name], regex: '([a-z-]+)-(blue|green)\\..*', replacement: '$1', target_label: app }
      - { source_labels: [__meta_dns_name], regex: '([a-z-]+)-(blue|green)\\..*', replacement: '$2', target_label: colour }
${job('machines', [whole(scope, `node-exporter.${namespaceOf(scope, 'nodes')}`)], 9100)}    relabel_configs:
      - { target_label: app, replacement: node-exporter }
  - job_name: prometheus
    static_configs: [{ targets: ['localhost:9090'] }]
`;
};

/** A text with values in it as one value, so that it is one scalar. */
const whole = (scope: Construct, text: string): string => {
  const { values } = HelmChart.around(scope);
  const [before = '', sentinel = '', after = ''] = text.split(/(⟦\d+⟧)/);
  return values.calculate('string', (ref) => `printf ${JSON.stringify(`${before}%s${after}`)} ${ref(sentinel)}`);
};

export class Prometheus extends Construct {
  constructor(scope: Construct) {
    super(scope, 'prometheus');
    const { values } = HelmChart.around(this);
    const common = { name: 'prometheus', component: 'monitor' };
    const config = new ConfigFiles(this, {
      ...common,
      as: 'prometheus-config',
      files: {
        'prometheus-kubernetes.yml': readSource('watch/prometheus.yml'),
        'house.rules.yml': readSource('watch/house.rules.yml'),
      },
      templates: { 'prometheus-dns.yml': discoveryByNames(this) },
    });
    new ClusterReader(this, common, [
      { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
    ]);
    const discovery = values.string('prometheus.discovery', {
      doc: 'How it finds what to watch: kubernetes sees every pod and what containers take; dns needs no rights, and sees services by their names only',
      default: 'kubernetes',
      enum: ['kubernetes', 'dns'],
    });
    const memory = values.integer('prometheus.memory.limitMiB', {
      doc: 'Memory that it may take, in MiB',
      default: 450,
      min: 16,
    });
    const retention = values.string('prometheus.retention', {
      doc: 'For how long figures are kept',
      default: '15d',
      pattern: '^[0-9]+(h|d|w)$',
    });
    const size = values.integer('prometheus.retentionMiB', {
      doc: 'Space that figures may take, in MiB',
      default: 4096,
      min: 256,
      max: 65_536,
    });
    new Workload(this, {
      ...heavyWatcher,
      ...common,
      token: true,
      path: 'prometheus',
      image: PROMETHEUS_IMAGE,
      user: USERS.prometheus,
      args: [
        `--config.file=/config/prometheus-${discovery}.yml`,
        '--storage.tsdb.path=/data',
        `--storage.tsdb.retention.time=${retention}`,
        `--storage.tsdb.retention.size=${size}MB`,
        '--storage.tsdb.wal-compression',
        '--query.max-concurrency=4',
        '--query.max-samples=5000000',
      ],
      env: {
        GOMEMLIMIT: values.calculate('string', (ref) => `printf "%dMiB" (div (mul ${ref(memory)} 85) 100)`),
        GOGC: '60',
      },
      ports: { http: 9090 },
      memoryMiB: { request: 300, limit: 450 },
      cpuMillis: { request: 100, limit: 1000 },
      diskMiB: { request: 1024, limit: 8192 },
      volumes: [config.volume('config'), keptFor('data', 6144)],
      mounts: [
        { name: 'config', mountPath: '/config', readOnly: true },
        { name: 'data', mountPath: '/data' },
      ],
      podAnnotations: { 'checksum/config': config.checksum },
      probes: {
        startup: httpProbe({ path: '/-/ready', periodSeconds: 5, failureThreshold: 120 }),
        readiness: httpProbe({ path: '/-/ready', periodSeconds: 10, failureThreshold: 3 }),
        liveness: httpProbe({ path: '/-/healthy', periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 }),
      },
    });
  }
}

interface Channels {
  readonly none: string;
  readonly all: string;
  readonly mail: string;
}

/** severity → who is told how: nobody, on all channels, or by mail alone. */
const alertmanagerConfigs = (scope: Construct): Channels => {
  const { values } = HelmChart.around(scope);
  const text = (name: string, doc: string, fallback: string, pattern = '^.+$') =>
    values.string(`alertmanager.${name}`, { doc, default: fallback, pattern });
  const smart = alertMailAddress(scope);
  const from = text('from', 'Sender', 'house@books.example', '^.+@.+$');
  const user = text('smtpUser', 'User of the mail server', 'house@books.example');
  const to = text('to', 'Who gets the daily summary', 'operator@books.example', '^.+@.+$');
  const mail = `global:
  smtp_smarthost: ${smart}
  smtp_from: ${from}
  smtp_auth_username: ${user}
  smtp_auth_password_file: ${SECRETS_FOLDER}/smtp-password
`;
  const common = `inhibit_rules:
  - { source_matchers: ['alertname="MachineAway"'], target_matchers: ['alertname="ServiceAway"'], equal: [node] }
  - { source_matchers: ['alertname="HouseAway"'], target_matchers: ['alertname="ServiceAway"'] }
`;
  const route = (routes: readonly string[]) => `route:
  receiver: daily
  group_by: [alertname]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
${routes.map((one) => `    - ${one}\n`).join('')}`;
  const warnings =
    "{ matchers: ['severity=\"warning\"'], receiver: daily, group_by: ['...'], group_wait: 10m, group_interval: 24h, repeat_interval: 24h }";
  const daily = `  - name: daily\n    email_configs: [{ to: ${to}, send_resolved: true }]\n`;
  return {
    none: `${common}route: { receiver: nobody, group_by: [alertname] }\nreceivers: [{ name: nobody }]\n`,
    mail: `${mail}${common}${route([warnings])}receivers:\n${daily}`,
    all: `${mail}${common}${route([
      '{ matchers: [\'severity="severe"\'], receiver: sms, continue: true, repeat_interval: 1h }',
      '{ matchers: [\'severity=~"severe|critical"\'], receiver: matrix }',
      warnings,
    ])}receivers:
  # bridges that take Alertmanager's webhook; their addresses hold tokens, so they come from the Secret
  - name: matrix
    webhook_configs: [{ url_file: ${SECRETS_FOLDER}/matrix-url, send_resolved: true }]
  - name: sms
    webhook_configs: [{ url_file: ${SECRETS_FOLDER}/sms-url, send_resolved: false }]
${daily}`,
  };
};

export class Alertmanager extends Construct {
  constructor(scope: Construct) {
    super(scope, 'alertmanager');
    const { values } = HelmChart.around(this);
    const common = { name: 'alertmanager', component: 'monitor' };
    const secret = values.name('alertmanager.existingSecret', {
      doc: 'Secret with smtp-password, and for all channels matrix-url and sms-url; scripts/secrets --give makes it',
      default: 'authorworks-alerts',
    });
    const configs = alertmanagerConfigs(this);
    const channels = alertChannels(this);
    const isAll = values.calculate('boolean', (ref) => `eq ${ref(channels)} "all"`);
    const isSent = values.calculate('boolean', (ref) => `ne ${ref(channels)} "none"`);
    const bridges = secretsVolume(this, [
      { secret, key: 'smtp-password', variable: 'SMTP_PASSWORD_FILE' },
      { secret, key: 'matrix-url', variable: 'MATRIX_URL_FILE', when: isAll },
      { secret, key: 'sms-url', variable: 'SMS_URL_FILE', when: isAll },
    ]);
    const config = new ConfigFiles(this, {
      ...common,
      as: 'alertmanager-config',
      files: {},
      templates: {
        'alertmanager-none.yml': configs.none,
        'alertmanager-mail.yml': configs.mail,
        'alertmanager-all.yml': configs.all,
      },
    });
    new Workload(this, {
      ...lightWatcher,
      ...common,
      path: 'alertmanager',
      image: ALERTMANAGER_IMAGE,
      user: USERS.alertmanager,
      args: [`--config.file=/config/alertmanager-${channels}.yml`, '--storage.path=/data', '--cluster.listen-address='],
      ports: { http: 9093 },
      memoryMiB: { request: 32, limit: 96 },
      cpuMillis: { request: 10, limit: 200 },
      volumes: [config.volume('config'), keptFor('data', 64), ...whenItems(this, isSent, [bridges])],
      mounts: [
        { name: 'config', mountPath: '/config', readOnly: true },
        { name: 'data', mountPath: '/data' },
        ...whenItems(this, isSent, [{ name: 'secrets', mountPath: SECRETS_FOLDER, readOnly: true }]),
      ],
      podAnnotations: { 'checksum/config': config.checksum },
      probes: {
        startup: httpProbe({ path: '/-/ready', periodSeconds: 3, failureThreshold: 40 }),
        readiness: httpProbe({ path: '/-/ready', periodSeconds: 10, failureThreshold: 3 }),
        liveness: httpProbe({ path: '/-/healthy', periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 5 }),
      },
    });
  }
}

export class Grafana extends Construct {
  constructor(scope: Construct) {
    super(scope, 'grafana');
    const { values } = HelmChart.around(this);
    const common = { name: 'grafana', component: 'monitor' };
    const secret = values.name('grafana.existingSecret', {
      doc: 'Secret with admin-password',
      default: 'authorworks-grafana',
    });
    const provision = new ConfigFiles(this, {
      ...common,
      as: 'grafana-config',
      files: {
        'datasources.yml': readSource('watch/datasources.yml'),
        'dashboards.yml': readSource('watch/dashboards.yml'),
      },
    });
    const boards = new ConfigFiles(this, { ...common, as: 'grafana-dashboards', files: dashboards() });
    const folder = (file: string, path: string) => ({
      name: 'config',
      mountPath: `/etc/grafana/provisioning/${path}/house.yml`,
      subPath: file,
      readOnly: true,
    });
    new Workload(this, {
      ...heavyWatcher,
      ...common,
      path: 'grafana',
      image: { repository: 'docker.io/grafana/grafana', tag: '12.3.1' },
      user: USERS.grafana,
      env: {
        GF_SERVER_ROOT_URL: values.string('grafana.url', {
          doc: 'Address under which it is reached',
          default: 'https://grafana.books.example',
          pattern: '^https?://.+$',
        }),
        GF_SECURITY_ADMIN_PASSWORD__FILE: `${SECRETS_FOLDER}/admin-password`,
        GF_ANALYTICS_REPORTING_ENABLED: 'false',
        GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
        GF_USERS_ALLOW_SIGN_UP: 'false',
        GF_PLUGINS_PREINSTALL_DISABLED: 'true',
        GOMEMLIMIT: '200MiB',
      },
      secrets: [{ secret, key: 'admin-password', variable: 'ADMIN_PASSWORD_FILE' }],
      ports: { http: 3000 },
      memoryMiB: { request: 160, limit: 256 },
      cpuMillis: { request: 50, limit: 1000 },
      volumes: [provision.volume('config'), boards.volume('dashboards'), keptFor('data', 512)],
      mounts: [
        folder('datasources.yml', 'datasources'),
        folder('dashboards.yml', 'dashboards'),
        { name: 'dashboards', mountPath: '/dashboards', readOnly: true },
        { name: 'data', mountPath: '/var/lib/grafana' },
      ],
      podAnnotations: { 'checksum/config': provision.checksum, 'checksum/dashboards': boards.checksum },
      probes: {
        startup: httpProbe({ path: '/api/health', periodSeconds: 5, failureThreshold: 60 }),
        readiness: httpProbe({ path: '/api/health', periodSeconds: 10, failureThreshold: 3 }),
        liveness: { tcpSocket: { port: 'http' }, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 },
      },
    });
  }
}

export class Loki extends Construct {
  constructor(scope: Construct) {
    super(scope, 'loki');
    const common = { name: 'loki', component: 'monitor' };
    const config = new ConfigFiles(this, {
      ...common,
      as: 'loki-config',
      files: { 'loki.yml': readSource('watch/loki.yml') },
    });
    const rules = new ConfigFiles(this, {
      ...common,
      as: 'loki-rules',
      files: { 'house.yml': readSource('watch/loki.rules.yml') },
    });
    new Workload(this, {
      ...heavyWatcher,
      ...common,
      path: 'loki',
      image: { repository: 'docker.io/grafana/loki', tag: '3.6.3' },
      user: USERS.loki,
      args: ['-config.file=/config/loki.yml', '-target=all'],
      env: { GOMEMLIMIT: '380MiB', GOGC: '60' },
      ports: { http: 3100 },
      memoryMiB: { request: 250, limit: 450 },
      cpuMillis: { request: 100, limit: 1000 },
      diskMiB: { request: 1024, limit: 10_240 },
      volumes: [config.volume('config'), rules.volume('rules'), keptFor('data', 8192)],
      mounts: [
        { name: 'config', mountPath: '/config', readOnly: true },
        // one tenant, which Loki calls fake
        { name: 'rules', mountPath: '/rules/fake', readOnly: true },
        { name: 'data', mountPath: '/data' },
      ],
      podAnnotations: { 'checksum/config': config.checksum, 'checksum/rules': rules.checksum },
      probes: {
        startup: httpProbe({ path: '/ready', periodSeconds: 5, failureThreshold: 60 }),
        readiness: httpProbe({ path: '/ready', periodSeconds: 10, failureThreshold: 3 }),
        liveness: { tcpSocket: { port: 'http' }, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 },
      },
    });
  }
}

/** Looks at the house from outside. */
export class UptimeKuma extends Construct {
  constructor(scope: Construct) {
    super(scope, 'uptime-kuma');
    new Workload(this, {
      ...lightWatcher,
      name: 'uptime-kuma',
      path: 'uptimeKuma',
      image: { repository: 'docker.io/louislam/uptime-kuma', tag: '2.0.2-slim-rootless' },
      user: USERS.kuma,
      command: ['node', 'server/server.js'],
      env: { DATA_DIR: '/data/', UPTIME_KUMA_PORT: '3001', HOME: '/tmp' },
      ports: { http: 3001 },
      memoryMiB: { request: 120, limit: 200 },
      cpuMillis: { request: 50, limit: 500 },
      heapPercent: 60,
      volumes: [keptFor('data', 512)],
      mounts: [{ name: 'data', mountPath: '/data' }],
      probes: {
        startup: { tcpSocket: { port: 'http' }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 60 },
        readiness: httpProbe({ path: '/', periodSeconds: 15, timeoutSeconds: 5, failureThreshold: 3 }),
        liveness: { tcpSocket: { port: 'http' }, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
      },
    });
  }
}
