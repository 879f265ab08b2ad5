import type { Construct } from 'constructs';
import {
  filesUrl,
  isSignInProvided,
  mailKind,
  ORIGIN_PATTERN,
  signInIssuer,
  tracesEndpoint,
} from '../constructs/outside.ts';
import { namespaceOf } from '../constructs/zones.ts';
import { HelmChart, NAME_PATTERN, whenKeys } from '../packaging/index.ts';

const NETWORKS_PATTERN = '^([0-9a-f.:]+/[0-9]+(,[0-9a-f.:]+/[0-9]+)*)?$';

/** Where pods see the ConfigMap of the chart authorworks-edge. */
export const HOUSE_STATE_DIRECTORY = '/run/authorworks/house';

/** The values that several services share. */
export const houseValues = (scope: Construct) => {
  const { values } = HelmChart.around(scope);
  const mail = mailKind(scope);
  const oidc = isSignInProvided(scope);
  return {
    colour: values.string('colour', {
      doc: 'Which of the two houses this release is; it cannot be changed later',
      default: 'blue',
      enum: ['blue', 'green'],
    }),
    secret: values.string('existingSecret', {
      doc: 'Secret with service-key, redis-url, s3-access-key, s3-secret-key and database-url-SERVICE; smtp-url and oidc-client-secret if used. scripts/secrets makes it, and is given the last two',
      default: 'authorworks-house',
      pattern: NAME_PATTERN,
    }),
    drainSeconds: values.integer('house.drainSeconds', {
      doc: 'How long running requests may take when a pod ends',
      default: 20,
      min: 1,
      max: 600,
    }),
    isSmtp: values.calculate('boolean', (ref) => `eq ${ref(mail)} "smtp"`),
    mail,
    oidc,
  };
};

export type HouseValues = ReturnType<typeof houseValues>;

/** Settings of every service, by variable. */
export const sharedSettings = (scope: Construct, { colour, drainSeconds }: HouseValues): Record<string, string> => {
  const { values } = HelmChart.around(scope);
  const endpoint = tracesEndpoint(scope);
  return {
    PORT: '3000',
    COLOUR: colour,
    HOUSE_STATE_DIRECTORY,
    SERVICE_URL: `http://{service}-${colour}:3000`,
    PUBLIC_URL: values.string('house.publicUrl', {
      doc: 'Address of the house as people see it',
      default: 'https://books.example',
      pattern: ORIGIN_PATTERN,
    }),
    LOG_LEVEL: values.string('house.logLevel', {
      doc: 'What is logged',
      default: 'info',
      enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    }),
    DRAIN_SECONDS: values.calculate('string', (ref) => `toString ${ref(drainSeconds)}`),
    ...whenKeys(scope, endpoint, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
  };
};

/** Where S3 is, as browsers reach it; empty: bytes go through the house. */
const publicFiles = (scope: Construct): string =>
  HelmChart.around(scope).values.string('files.publicUrl', {
    doc: 'The object storage as browsers reach it; empty: bytes go through the services',
    default: '',
    pattern: `^(${ORIGIN_PATTERN.slice(1, -1)})?$`,
  });

/** Settings for `needs.blobs`. */
export const fileSettings = (scope: Construct): Record<string, string> => {
  const { values } = HelmChart.around(scope);
  const url = filesUrl(scope);
  const data = namespaceOf(scope, 'data');
  return {
    BLOBS: 's3',
    S3_URL: values.calculate('string', (ref) => `${ref(url)} | default (printf "http://minio.%s:9000" ${ref(data)})`),
    S3_REGION: values.string('files.region', {
      doc: 'Region of the object storage',
      default: 'us-east-1',
      pattern: '^[a-z0-9-]+$',
    }),
    S3_BUCKET: values.string('files.bucket', {
      doc: 'Bucket',
      default: 'authorworks',
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
    }),
    ...publicFileSettings(scope, 'S3_PUBLIC_URL'),
  };
};

/** For services that tell browsers where files are. */
export const publicFileSettings = (
  scope: Construct,
  variable: 'S3_PUBLIC_URL' | 'FILE_ORIGINS',
): Record<string, string> => {
  const url = publicFiles(scope);
  return { ...whenKeys(scope, url, { [variable]: url }) } as Record<string, string>;
};

/** Settings for `needs.mail`. */
export const mailSettings = (scope: Construct, { mail, isSmtp }: HouseValues): Record<string, string> => {
  const { values } = HelmChart.around(scope);
  const from = values.string('mail.from', {
    doc: 'Sender',
    default: 'AuthorWorks <house@books.example>',
    pattern: '^.*[^ <]+@[^ >]+>?$',
  });
  const isOutbox = values.calculate('boolean', (ref) => `not (${ref(isSmtp)})`);
  return {
    MAIL: mail,
    ...whenKeys(scope, isSmtp, { MAIL_FROM: from }),
    ...whenKeys(scope, isOutbox, { MAIL_OUTBOX_DIRECTORY: '/tmp/outbox' }),
  };
};

/** Settings of single services that the chart knows by itself. */
export const ownSettings = (
  scope: Construct,
  house: HouseValues,
): Readonly<Record<string, () => Record<string, string>>> => {
  const { values } = HelmChart.around(scope);
  const traefik = () =>
    values.string('network.proxies', {
      doc: 'Networks (CIDR) of Traefik and cloudflared, whose word about the address of a client is taken: the pods of the cluster',
      default: '10.42.0.0/16',
      pattern: NETWORKS_PATTERN,
    });
  const signIn = () =>
    values.string('network.signInProxies', {
      doc: 'Networks (CIDR) that may say who somebody is (Traefik in front of Authelia); empty: none',
      default: '',
      pattern: NETWORKS_PATTERN,
    });
  return {
    gateway: () => ({
      TRUSTED_PROXIES: traefik(),
      ...whenKeys(scope, signIn(), { SIGN_IN_PROXIES: signIn() }),
      ...publicFileSettings(scope, 'FILE_ORIGINS'),
    }),
    jobs: () => ({
      RUNNER: 'kubernetes',
      KUBERNETES_NAMESPACE: values.builtIn('.Release.Namespace'),
      CONSOLE_NAMESPACES: values.calculate(
        'string',
        (ref) =>
          `printf "%s,%s,%s,%s" ${(['data', 'ai', 'watch', 'nodes'] as const).map((zone) => ref(namespaceOf(scope, zone))).join(' ')}`,
      ),
      TIME_ZONE: values.string('timeZone', {
        doc: 'Time zone of schedules',
        default: 'Etc/UTC',
        pattern: '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$',
      }),
    }),
    web: () => publicFileSettings(scope, 'S3_PUBLIC_URL'),
    user: () => ({
      ...whenKeys(scope, signIn(), { REMOTE_AUTH_PROXIES: signIn() }),
      ...whenKeys(scope, house.oidc, {
        OIDC: 'on',
        OIDC_ISSUER: signInIssuer(scope),
        OIDC_CLIENT_ID: values.string('oidc.clientId', { doc: 'Client id at the provider', default: 'authorworks' }),
      }),
    }),
  };
};
