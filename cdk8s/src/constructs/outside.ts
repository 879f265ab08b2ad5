import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { HelmChart, type Written } from '../packaging/index.ts';
import type { Outside } from './house.ts';
import { namespaceOf } from './zones.ts';

/** An address without a path, e.g. http://nas.home:9000. */
export const ORIGIN_PATTERN = '^https?://[a-z0-9.-]+(:[0-9]+)?$';

/** Where a value leads. */
export interface Way {
  readonly ports: readonly Written<k8s.NetworkPolicyPort>[];
  /** Boolean value: it leads there. @default always */
  readonly when?: unknown;
  /** Boolean value: it leads to what the house has itself. */
  readonly own?: unknown;
}

export const filesUrl = (scope: Construct): string =>
  HelmChart.around(scope).values.string('files.url', {
    doc: 'S3 endpoint, in the world or at home; empty: MinIO of the chart authorworks-data',
    default: '',
    pattern: `^(${ORIGIN_PATTERN.slice(1, -1)})?$`,
  });

export const mirrorUrl = (scope: Construct): string =>
  HelmChart.around(scope).values.string('mirror.url', {
    doc: 'S3 endpoint, in the world or at home',
    default: 'http://minio:9000',
    pattern: ORIGIN_PATTERN,
  });

export const offsiteRepository = (scope: Construct): string =>
  HelmChart.around(scope).values.string('offsite.repository', {
    doc: 'Where to, as restic writes it',
    default: 's3:https://s3.eu-central-1.amazonaws.com/authorworks-offsite',
    pattern: '^s3:https?://.+/.+$',
  });

export const tracesEndpoint = (scope: Construct): string =>
  HelmChart.around(scope).values.string('telemetry.endpoint', {
    doc: 'OpenTelemetry collector (OTLP over HTTP), in the world or at home; empty: no traces',
    default: '',
    pattern: '^(https?://.+)?$',
  });

export const mailKind = (scope: Construct): string =>
  HelmChart.around(scope).values.string('mail.kind', {
    doc: 'How mail leaves: smtp, or outbox, where only the operator reads it (it is gone with the pod)',
    default: 'outbox',
    enum: ['outbox', 'smtp'],
  });

/** Addresses that are in a Secret the chart does not see; so it is told their ports. */
const portsOf = (scope: Construct, key: string, doc: string, defaults: readonly number[]): Way['ports'] => {
  const { values } = HelmChart.around(scope);
  const [declared] = values.list(key, {
    doc: `${doc}, in the world or at home`,
    default: defaults,
    items: { type: 'integer', minimum: 1, maximum: 65_535 },
    min: 1,
  });
  const ports = values.calculate('items', (ref) => `fromYamlArray (include "authorworks.ports" ${ref(declared)})`);
  return [ports as unknown as Way['ports'][number]];
};

export const isSignInProvided = (scope: Construct): boolean =>
  HelmChart.around(scope).values.boolean('oidc.enabled', {
    doc: 'Sign-in with a provider (OpenID Connect)',
    default: false,
  });

export const signInIssuer = (scope: Construct): string =>
  HelmChart.around(scope).values.string('oidc.issuer', {
    doc: 'Issuer of the provider, in the world or at home',
    default: 'https://auth.books.example',
    pattern: '^https?://.+$',
  });

export const signInMailAddress = (scope: Construct): string =>
  HelmChart.around(scope).values.string('authelia.smtpAddress', {
    doc: 'Mail server, in the world or at home',
    default: 'submissions://mail.books.example:465',
    pattern: '^(smtp|submissions?)://.+$',
  });

export const alertMailAddress = (scope: Construct): string =>
  HelmChart.around(scope).values.string('alertmanager.smtpAddress', {
    doc: 'Mail server, in the world or at home',
    default: 'mail.books.example:587',
    pattern: '^[a-z0-9.-]+:[0-9]+$',
  });

export const alertChannels = (scope: Construct): string =>
  HelmChart.around(scope).values.string('alertmanager.channels', {
    doc: 'none: nothing is sent, alerts are seen in Alertmanager; mail: everything by mail; all: SMS for severe alerts, Matrix for critical ones, mail for the daily summary (Alertmanager 0.26 or newer)',
    default: 'none',
    enum: ['none', 'mail', 'all'],
  });

/** Whether a value is, or is not, one of its choices. */
const choice = (scope: Construct, test: 'eq' | 'ne', value: string, wanted: string): unknown =>
  HelmChart.around(scope).values.calculate('boolean', (ref) => `${test} ${ref(value)} "${wanted}"`);

/** The port of an address: its own, or that of its scheme. @param text Expression of the address */
const portOf = (scope: Construct, text: (ref: (value: unknown) => string) => string): Way['ports'] => {
  const { values } = HelmChart.around(scope);
  const port = values.calculate('integer', (ref) => `include "authorworks.port" ${text(ref)}`);
  return [{ port, protocol: 'TCP' }];
};

interface Store {
  readonly url: string;
  /** Regular expression of the names that MinIO of the house has, with %s for its namespace. */
  readonly names: string;
  readonly namespace: string;
}

/** An object storage, which may be MinIO of the house under one of its names. */
const store = (scope: Construct, { url, names, namespace }: Store): Way => {
  const { values } = HelmChart.around(scope);
  const own = values.calculate('boolean', (ref) => `regexMatch (printf "${names}" ${ref(namespace)}) ${ref(url)}`);
  const when = values.calculate('boolean', (ref) => `not (${ref(own)})`);
  return { own, when, ports: portOf(scope, (ref) => ref(url)) };
};

const NAMESPACE = '[.]%s([.]svc([.]cluster[.]local)?)?';

export const outside: Readonly<Record<Outside, (scope: Construct) => Way>> = {
  files: (scope) =>
    store(scope, {
      url: filesUrl(scope),
      names: `^(http://minio${NAMESPACE}:9000)?$`,
      namespace: namespaceOf(scope, 'data'),
    }),
  mirror: (scope) =>
    store(scope, {
      url: mirrorUrl(scope),
      names: `^http://minio(${NAMESPACE})?:9000$`,
      namespace: HelmChart.around(scope).values.builtIn('.Release.Namespace'),
    }),
  offsite: (scope) => ({ ports: portOf(scope, (ref) => `(trimPrefix "s3:" ${ref(offsiteRepository(scope))})`) }),
  traces: (scope) => ({ when: tracesEndpoint(scope), ports: portOf(scope, (ref) => ref(tracesEndpoint(scope))) }),
  mail: (scope) => ({
    when: choice(scope, 'eq', mailKind(scope), 'smtp'),
    ports: portsOf(scope, 'mail.ports', 'Ports on which the mail server of smtp-url may be spoken to', [25, 465, 587]),
  }),
  'sign-in provider': (scope) => ({
    when: isSignInProvided(scope),
    ports: portOf(scope, (ref) => ref(signInIssuer(scope))),
  }),
  'sign-in mail': (scope) => ({ ports: portOf(scope, (ref) => ref(signInMailAddress(scope))) }),
  'alert mail': (scope) => ({
    when: choice(scope, 'ne', alertChannels(scope), 'none'),
    ports: portOf(scope, (ref) => `(printf "smtp://%s" ${ref(alertMailAddress(scope))})`),
  }),
  'alert bridges': (scope) => ({
    when: choice(scope, 'eq', alertChannels(scope), 'all'),
    ports: portsOf(
      scope,
      'alertmanager.bridgePorts',
      'Ports on which the bridges of matrix-url and sms-url may be spoken to',
      [443],
    ),
  }),
};
