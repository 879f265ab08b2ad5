// Which secrets a house has, where they come from, and which Secrets of Kubernetes and files of Docker Compose hold them.
import { builtServiceNames, services } from '@authorworks/contracts';

export type Values = Readonly<Record<string, string>>;

const owners = builtServiceNames.filter((name) => services[name].needs.postgres);
const passwordOf = (name: string): string => `${name}-password`;

/** Everything that is made by chance. */
export const madeNames = [
  'service-key',
  'postgres-password',
  'redis-password',
  's3-access-key',
  's3-secret-key',
  'grafana-password',
  ...owners.map(passwordOf),
  'offsite-passphrase',
  'authelia-session-secret',
  'authelia-storage-key',
  'authelia-jwt-secret',
];

/** What was written with these cannot be read with others. */
export const lastingNames: readonly string[] = ['offsite-passphrase', 'authelia-storage-key'];

const isUrl =
  (...protocols: readonly string[]) =>
  (text: string): boolean =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol);
const isLine = (text: string): boolean => !text.includes('\n');

interface Given {
  /** The value of a chart that needs it; as long as the chart's own stands, nothing waits for it. */
  readonly for: string;
  readonly is: string;
  readonly isGood: (text: string) => boolean;
}

/** What others give: it is asked for by nobody who does not want what it is for. */
export const givenNames: Readonly<Record<string, Given>> = {
  'smtp-url': {
    for: 'mail.kind: smtp',
    is: 'an address like smtps://user:password@mail.example:465',
    isGood: isUrl('smtp:', 'smtps:'),
  },
  'oidc-client-secret': { for: 'oidc.enabled', is: 'one line', isGood: isLine },
  'alerts-smtp-password': { for: 'alertmanager.channels', is: 'one line', isGood: isLine },
  'alerts-matrix-url': {
    for: 'alertmanager.channels: all',
    is: 'an http or https address',
    isGood: isUrl('http:', 'https:'),
  },
  'alerts-sms-url': {
    for: 'alertmanager.channels: all',
    is: 'an http or https address',
    isGood: isUrl('http:', 'https:'),
  },
  'offsite-access-key': { for: 'offsite.enabled', is: 'one line', isGood: isLine },
  'offsite-secret-key': { for: 'offsite.enabled', is: 'one line', isGood: isLine },
  'tunnel-token': { for: 'cloudflared.enabled', is: 'one line', isGood: isLine },
  'authelia-smtp-password': { for: 'authelia.enabled', is: 'one line', isGood: isLine },
  'authelia-users': {
    for: 'authelia.enabled',
    is: "Authelia's file of users",
    isGood: (text) => /^users:/m.test(text),
  },
};

export interface Kube {
  readonly namespace: string;
  readonly name: string;
  readonly data: Values;
}

/** Of these names what is there, each under its key of a Secret. */
const known = (values: Values, keys: Values): Values =>
  Object.fromEntries(
    Object.entries(keys).flatMap(([key, name]) => (values[name] === undefined ? [] : [[key, values[name]]])),
  );
const pick = (values: Values, names: readonly string[]): Values =>
  known(values, Object.fromEntries(names.map((name) => [name, name])));

const databaseUrls = (values: Values, host: string): Values =>
  Object.fromEntries(
    owners.map((name) => [
      `database-url-${name}`,
      `postgres://${name}:${values[passwordOf(name)]}@${host}:5432/authorworks`,
    ]),
  );

const STORES = ['postgres-password', 'redis-password', 's3-access-key', 's3-secret-key', ...owners.map(passwordOf)];

/** The Secrets that the charts name, with the keys that they mount; without those that hold nothing. */
export const kubeSecrets = (
  values: Values,
  { app, data, watch }: { readonly app: string; readonly data: string; readonly watch: string },
): readonly Kube[] => {
  const house = pick(values, ['service-key', 's3-access-key', 's3-secret-key', 'smtp-url', 'oidc-client-secret']);
  const redisUrl = `redis://:${values['redis-password']}@redis.${data}:6379`;
  const secret = (namespace: string, name: string, holds: Values): Kube => ({
    namespace,
    name: `authorworks-${name}`,
    data: holds,
  });
  return [
    secret(app, 'house', { ...house, 'redis-url': redisUrl, ...databaseUrls(values, `postgres.${data}`) }),
    secret(
      app,
      'authelia',
      known(values, {
        'session-secret': 'authelia-session-secret',
        'storage-key': 'authelia-storage-key',
        'jwt-secret': 'authelia-jwt-secret',
        'redis-password': 'redis-password',
        'smtp-password': 'authelia-smtp-password',
        'users.yml': 'authelia-users',
      }),
    ),
    secret(app, 'cloudflared', known(values, { token: 'tunnel-token' })),
    secret(data, 'data', pick(values, STORES)),
    secret(
      data,
      'offsite',
      known(values, {
        'access-key': 'offsite-access-key',
        'secret-key': 'offsite-secret-key',
        passphrase: 'offsite-passphrase',
      }),
    ),
    secret(watch, 'grafana', known(values, { 'admin-password': 'grafana-password' })),
    secret(
      watch,
      'alerts',
      known(values, {
        'smtp-password': 'alerts-smtp-password',
        'matrix-url': 'alerts-matrix-url',
        'sms-url': 'alerts-sms-url',
      }),
    ),
  ].filter((one) => Object.keys(one.data).length > 0);
};

/** The files that compose.yaml mounts. */
export const composeSecrets = (values: Values): Values => ({
  ...pick(values, ['service-key', ...STORES]),
  'redis-url': `redis://:${values['redis-password']}@redis:6379`,
  ...databaseUrls(values, 'postgres'),
});
