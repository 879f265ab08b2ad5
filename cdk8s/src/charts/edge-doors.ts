import { Construct } from 'constructs';
import { claimTemplate } from '../constructs/claim.ts';
import { ConfigFiles, readSource } from '../constructs/config-files.ts';
import { httpProbe } from '../constructs/container.ts';
import { signInMailAddress } from '../constructs/outside.ts';
import { Middleware, traefikObject } from '../constructs/traefik.ts';
import { Workload } from '../constructs/workload.ts';
import { namespaceOf } from '../constructs/zones.ts';
import { HelmChart } from '../packaging/index.ts';
import { hostValue } from './edge-routes.ts';

const AUTHELIA_PROBES = {
  startup: httpProbe({ path: '/api/health', periodSeconds: 3, failureThreshold: 60 }),
  readiness: httpProbe({ path: '/api/health', periodSeconds: 5, failureThreshold: 3 }),
  liveness: { tcpSocket: { port: 'http' }, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 5 },
};

const AUTHELIA_SECRETS: Readonly<Record<string, string>> = {
  'session-secret': 'AUTHELIA_SESSION_SECRET_FILE',
  'storage-key': 'AUTHELIA_STORAGE_ENCRYPTION_KEY_FILE',
  'jwt-secret': 'AUTHELIA_IDENTITY_VALIDATION_RESET_PASSWORD_JWT_SECRET_FILE',
  'redis-password': 'AUTHELIA_SESSION_REDIS_PASSWORD_FILE',
  'smtp-password': 'AUTHELIA_NOTIFIER_SMTP_PASSWORD_FILE',
};

/** Sign-in for the operator's own tools and, if wished, for the house (`/api/user/v1/sessions/proxy`). */
export class Authelia extends Construct {
  constructor(scope: Construct) {
    super(scope, 'authelia');
    const { values } = HelmChart.around(this);
    const secret = values.name('authelia.existingSecret', {
      doc: 'Secret with session-secret, storage-key, jwt-secret, redis-password, smtp-password and users.yml; scripts/secrets makes it, and is given the last two',
      default: 'authorworks-authelia',
    });
    const host = hostValue(this, 'authelia.host', 'Name under which people sign in', 'auth.books.example');
    const domain = hostValue(this, 'authelia.cookieDomain', 'Domain of its cookie', 'books.example');
    const common = { name: 'authelia', component: 'edge' };
    const config = new ConfigFiles(this, {
      ...common,
      as: 'authelia-config',
      files: { 'configuration.yml': readSource('edge/authelia.yml') },
    });
    const forward = new Middleware(this, 'authelia', {
      forwardAuth: {
        address: `http://authelia.${values.builtIn('.Release.Namespace')}:9091/api/authz/forward-auth`,
        maxResponseBodySize: 65_536,
        trustForwardHeader: true,
        authResponseHeaders: ['Remote-User', 'Remote-Groups', 'Remote-Name', 'Remote-Email'],
      },
    });
    this.#house(forward);
    traefikObject(new Construct(this, 'route'), 'IngressRoute', 'authelia', {
      entryPoints: ['websecure'],
      routes: [
        { kind: 'Rule', match: `Host(\`${host}\`)`, services: [{ kind: 'Service', name: 'authelia', port: 9091 }] },
      ],
      tls: { domains: [{ main: host }] },
    });
    new Workload(this, {
      ...common,
      kind: 'StatefulSet',
      zone: 'app',
      path: 'authelia',
      placement: 'any',
      image: { repository: 'ghcr.io/authelia/authelia', tag: '4.39.13' },
      args: ['--config', '/config/configuration.yml'],
      env: {
        X_AUTHELIA_CONFIG_FILTERS: 'template',
        AUTHELIA_SESSION_REDIS_HOST: `redis.${namespaceOf(this, 'data')}`,
        AUTHELIA_SESSION_COOKIES_0_DOMAIN: domain,
        AUTHELIA_SESSION_COOKIES_0_AUTHELIA_URL: `https://${host}`,
        AUTHELIA_NOTIFIER_SMTP_ADDRESS: signInMailAddress(this),
        AUTHELIA_NOTIFIER_SMTP_SENDER: values.string('authelia.smtpSender', {
          doc: 'Sender',
          default: 'house@books.example',
          pattern: '^.+@.+$',
        }),
      },
      secrets: Object.entries(AUTHELIA_SECRETS).map(([key, variable]) => ({ secret, key, variable })),
      ports: { http: 9091 },
      memoryMiB: { request: 64, limit: 192 },
      cpuMillis: { request: 20, limit: 500 },
      claims: [claimTemplate(this, { path: 'authelia', size: '1Gi', doc: 'Size of the volume for second factors' })],
      volumes: [
        config.volume('config'),
        {
          name: 'users',
          secret: { secretName: secret, defaultMode: 0o440, items: [{ key: 'users.yml', path: 'users.yml' }] },
        },
      ],
      mounts: [
        { name: 'data', mountPath: '/data' },
        { name: 'config', mountPath: '/config', readOnly: true },
        { name: 'users', mountPath: '/users', readOnly: true },
      ],
      podAnnotations: { 'checksum/config': config.checksum },
      probes: AUTHELIA_PROBES,
    });
  }

  /** Sign-in to the house itself by what Authelia says; the gateway believes it only from `network.signInProxies`. */
  #house({ reference }: Middleware): void {
    const host = hostValue(this, 'hosts.house', 'Name under which the house is reached', 'books.example');
    traefikObject(new Construct(this, 'house-route'), 'IngressRoute', 'house-sign-in', {
      entryPoints: ['websecure'],
      routes: [
        {
          kind: 'Rule',
          match: `Host(\`${host}\`) && Path(\`/api/user/v1/sessions/proxy\`)`,
          priority: 1000,
          middlewares: [{ name: 'clean' }, { name: 'rate' }, { name: 'headers' }, reference, { name: 'authorize' }],
          services: [{ kind: 'TraefikService', name: 'user' }],
        },
      ],
      tls: { domains: [{ main: host }] },
    });
  }
}

/** The tunnel through which the world comes in without knowing the home's address. */
export class Cloudflared extends Construct {
  constructor(scope: Construct) {
    super(scope, 'cloudflared');
    const { values } = HelmChart.around(this);
    const secret = values.name('cloudflared.existingSecret', {
      doc: 'Secret with token; scripts/secrets --give tunnel-token=FILE makes it',
      default: 'authorworks-cloudflared',
    });
    new Workload(this, {
      name: 'cloudflared',
      component: 'edge',
      zone: 'app',
      path: 'cloudflared',
      placement: 'any',
      image: { repository: 'docker.io/cloudflare/cloudflared', tag: '2026.1.2' },
      args: ['tunnel', '--no-autoupdate', '--metrics', '0.0.0.0:2000', 'run'],
      env: { NO_AUTOUPDATE: 'true' },
      secrets: [{ secret, key: 'token', variable: 'TUNNEL_TOKEN_FILE' }],
      ports: { metrics: 2000 },
      metricsPath: '/metrics',
      replicas: { min: 1, max: 4, default: 2 },
      memoryMiB: { request: 48, limit: 128 },
      cpuMillis: { request: 20, limit: 500 },
      graceSeconds: 45,
      probes: {
        startup: httpProbe({ path: '/ready', port: 'metrics', periodSeconds: 3, failureThreshold: 60 }),
        readiness: httpProbe({ path: '/ready', port: 'metrics', periodSeconds: 10, failureThreshold: 3 }),
        liveness: httpProbe({
          path: '/metrics',
          port: 'metrics',
          periodSeconds: 20,
          timeoutSeconds: 5,
          failureThreshold: 5,
        }),
      },
    });
  }
}
