import { builtServiceNames, services } from '@authorworks/contracts';
import { Construct } from 'constructs';
import { claimTemplate } from '../constructs/claim.ts';
import { ConfigFiles, readSource } from '../constructs/config-files.ts';
import { commandProbe, httpProbe } from '../constructs/container.ts';
import { HookJob } from '../constructs/task.ts';
import { Workload } from '../constructs/workload.ts';
import { HelmChart } from '../packaging/index.ts';

export const POSTGRES_IMAGE = { repository: 'docker.io/library/postgres', tag: '17-bookworm' };
/** Nobody on the host; the images take any user. */
export const POSTGRES_USER = 10_070;
const REDIS_USER = 10_071;
const MINIO_USER = 10_072;

/** Files of cdk8s/files/data, by their names. */
export const dataFiles = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, readSource(`data/${name}`)]));

export interface StoreProps {
  /** Name of the Secret. */
  readonly secret: string;
}

export const databaseName = (scope: Construct): string =>
  HelmChart.around(scope).values.string('postgres.database', {
    doc: 'Name of the database',
    default: 'authorworks',
    pattern: '^[a-z][a-z0-9_]{0,62}$',
  });

/** After a power cut it reads its WAL first. */
const POSTGRES_PROBES = {
  startup: commandProbe(['pg_isready', '-U', 'postgres'], { periodSeconds: 5, failureThreshold: 240 }),
  readiness: commandProbe(['pg_isready', '-U', 'postgres'], { periodSeconds: 5, failureThreshold: 3 }),
  liveness: commandProbe(['pg_isready', '-U', 'postgres', '-t', '20'], {
    periodSeconds: 20,
    timeoutSeconds: 25,
    failureThreshold: 6,
  }),
};

/** PostgreSQL with an archive of its WAL, and a role for each service. */
export class Postgres extends Construct {
  constructor(scope: Construct, { secret }: StoreProps) {
    super(scope, 'postgres');
    const { values } = HelmChart.around(this);
    const common = { name: 'postgres', component: 'database' };
    const config = new ConfigFiles(this, {
      ...common,
      as: 'postgres-config',
      files: dataFiles(['postgresql.conf', 'pg_hba.conf', 'archive-wal.sh']),
    });
    const memory = values.integer('postgres.memory.limitMiB', {
      doc: 'Memory that it may take, in MiB',
      default: 4096,
      min: 16,
    });
    const share = (divisor: number) => values.calculate('integer', (ref) => `div ${ref(memory)} ${divisor}`);
    const connections = values.integer('postgres.maxConnections', {
      doc: 'Connections at a time: pods × database.poolSize of both colours, and some',
      default: 200,
      min: 20,
      max: 1000,
    });
    new Workload(this, {
      ...common,
      kind: 'StatefulSet',
      zone: 'data',
      path: 'postgres',
      placement: 'server',
      image: POSTGRES_IMAGE,
      user: POSTGRES_USER,
      args: [
        'postgres',
        '-c',
        'config_file=/config/postgresql.conf',
        '-c',
        'hba_file=/config/pg_hba.conf',
        '-c',
        `shared_buffers=${share(4)}MB`,
        '-c',
        `effective_cache_size=${share(2)}MB`,
        '-c',
        `maintenance_work_mem=${share(16)}MB`,
        '-c',
        `max_connections=${connections}`,
      ],
      env: {
        PGDATA: '/var/lib/postgresql/data/pgdata',
        POSTGRES_USER: 'postgres',
        POSTGRES_DB: databaseName(this),
        POSTGRES_INITDB_ARGS: '--data-checksums --encoding=UTF8 --locale=C.UTF-8',
      },
      secrets: [{ secret, key: 'postgres-password', variable: 'POSTGRES_PASSWORD_FILE' }],
      ports: { postgres: 5432 },
      memoryMiB: { request: 1024, limit: 4096 },
      cpuMillis: { request: 500, limit: 4000 },
      claims: [claimTemplate(this, { path: 'postgres', size: '50Gi', doc: 'Size of the database volume' })],
      volumes: [
        config.volume('config'),
        { name: 'postgres-wal', persistentVolumeClaim: { claimName: 'postgres-wal' } },
        // for a recovery; and a volume that no pod uses stays unbound, for which `helm --wait` would wait for ever
        { name: 'backups', persistentVolumeClaim: { claimName: 'backups' } },
        { name: 'run', emptyDir: { sizeLimit: '16Mi' } },
        { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '256Mi' } },
      ],
      mounts: [
        { name: 'data', mountPath: '/var/lib/postgresql/data' },
        { name: 'postgres-wal', mountPath: '/wal' },
        { name: 'backups', mountPath: '/backups', readOnly: true },
        { name: 'config', mountPath: '/config', readOnly: true },
        { name: 'run', mountPath: '/var/run/postgresql' },
        { name: 'memory', mountPath: '/dev/shm' },
      ],
      podAnnotations: { 'checksum/config': config.checksum },
      graceSeconds: 120,
      probes: POSTGRES_PROBES,
    });
  }
}

/** Roles and passwords of the services, after each installation. */
export class PostgresRoles extends Construct {
  constructor(scope: Construct, { secret }: StoreProps) {
    super(scope, 'postgres-roles');
    const owners = builtServiceNames.filter((name) => services[name].needs.postgres);
    const common = { name: 'postgres-roles', component: 'job' };
    const config = new ConfigFiles(this, { ...common, as: 'postgres-roles', files: dataFiles(['make-roles.sh']) });
    new HookJob(this, {
      ...common,
      zone: 'data',
      path: 'roles',
      placement: 'server',
      image: POSTGRES_IMAGE,
      user: POSTGRES_USER,
      command: ['sh', '/config/make-roles.sh'],
      env: { HOUSE_DATABASE: databaseName(this), SERVICES: owners.join(' ') },
      secrets: [
        { secret, key: 'postgres-password', variable: 'SUPERUSER_PASSWORD_FILE' },
        ...owners.map((name) => ({
          secret,
          key: `${name}-password`,
          variable: `${name.toUpperCase().replaceAll('-', '_')}_PASSWORD_FILE`,
        })),
      ],
      volumes: [config.volume('config')],
      mounts: [{ name: 'config', mountPath: '/config', readOnly: true }],
      memoryMiB: { request: 32, limit: 128 },
      cpuMillis: { request: 50, limit: 500 },
      hook: 'post-install,post-upgrade',
      deadlineSeconds: 600,
    });
  }
}

/** Redis with an append-only log. */
export class Redis extends Construct {
  constructor(scope: Construct, { secret }: StoreProps) {
    super(scope, 'redis');
    const { values } = HelmChart.around(this);
    const common = { name: 'redis', component: 'database' };
    const config = new ConfigFiles(this, {
      ...common,
      as: 'redis-config',
      files: dataFiles(['redis.conf', 'start-redis.sh', 'ask-redis.sh']),
    });
    const memory = values.integer('redis.memory.limitMiB', {
      doc: 'Memory that it may take, in MiB',
      default: 1024,
      min: 16,
    });
    const ask = ['sh', '/config/ask-redis.sh'];
    new Workload(this, {
      ...common,
      kind: 'StatefulSet',
      zone: 'data',
      path: 'redis',
      placement: 'server',
      image: { repository: 'docker.io/library/redis', tag: '7-bookworm' },
      user: REDIS_USER,
      command: ['sh', '/config/start-redis.sh'],
      // while the log is written anew, the pages that change meanwhile are there twice
      env: { MAX_MEMORY_MIB: values.calculate('string', (ref) => `toString (div (mul ${ref(memory)} 60) 100)`) },
      secrets: [{ secret, key: 'redis-password', variable: 'REDIS_PASSWORD_FILE' }],
      ports: { redis: 6379 },
      memoryMiB: { request: 256, limit: 1024 },
      cpuMillis: { request: 100, limit: 1000 },
      claims: [claimTemplate(this, { path: 'redis', size: '5Gi', doc: 'Size of the volume for its log' })],
      volumes: [config.volume('config')],
      mounts: [
        { name: 'data', mountPath: '/data' },
        { name: 'config', mountPath: '/config', readOnly: true },
      ],
      podAnnotations: { 'checksum/config': config.checksum },
      probes: {
        startup: commandProbe(ask, { periodSeconds: 2, failureThreshold: 150 }),
        readiness: commandProbe(ask, { periodSeconds: 5, failureThreshold: 2 }),
        liveness: { tcpSocket: { port: 'redis' }, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 5 },
      },
    });
  }
}

/** MinIO, as an S3. Services know S3 only, so another one (Garage, versitygw, AWS) can take its place. */
export class ObjectStore extends Construct {
  constructor(scope: Construct, { secret }: StoreProps) {
    super(scope, 'minio');
    new Workload(this, {
      name: 'minio',
      component: 'database',
      kind: 'StatefulSet',
      zone: 'data',
      path: 'minio',
      placement: 'server',
      image: { repository: 'quay.io/minio/minio', tag: 'RELEASE.2025-09-07T16-13-09Z' },
      user: MINIO_USER,
      args: ['server', '/data', '--address', ':9000', '--console-address', ':9001', '--quiet'],
      env: { MINIO_BROWSER: 'off', MINIO_UPDATE: 'off', HOME: '/tmp' },
      secrets: [
        { secret, key: 's3-access-key', variable: 'MINIO_ROOT_USER_FILE' },
        { secret, key: 's3-secret-key', variable: 'MINIO_ROOT_PASSWORD_FILE' },
      ],
      ports: { http: 9000 },
      memoryMiB: { request: 512, limit: 2048 },
      cpuMillis: { request: 200, limit: 2000 },
      claims: [claimTemplate(this, { path: 'minio', size: '500Gi', doc: 'Size of the volume for files' })],
      mounts: [{ name: 'data', mountPath: '/data' }],
      probes: {
        startup: httpProbe({ path: '/minio/health/live', periodSeconds: 2, failureThreshold: 150 }),
        readiness: httpProbe({ path: '/minio/health/ready', periodSeconds: 5, failureThreshold: 3 }),
        liveness: httpProbe({ path: '/minio/health/live', periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 5 }),
      },
    });
  }
}
