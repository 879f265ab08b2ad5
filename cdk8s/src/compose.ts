import { builtServiceNames, type ServiceName, services } from '@authorworks/contracts';
import { stringify } from 'yaml';

/** Where scripts/secrets puts what Compose mounts. */
const SECRETS = './secrets/compose';
const NOBODY = '10001:10001';

const mounted = (name: string): string => `/run/secrets/${name}`;
const owners = builtServiceNames.filter((name) => services[name].needs.postgres);

/** What every container gets: nothing that it does not need. */
const hardened = (memoryMiB: number) => ({
  restart: 'unless-stopped',
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  mem_limit: `${memoryMiB}m`,
  pids_limit: 512,
  logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
});

/** Names of the secrets of a service → the variable that says where they are. */
const secretsOf = (name: ServiceName): Record<string, string> => {
  const { needs } = services[name];
  return {
    'service-key': 'SERVICE_KEY_FILE',
    ...(needs.postgres ? { [`database-url-${name}`]: 'DATABASE_URL_FILE' } : {}),
    ...(needs.redis ? { 'redis-url': 'REDIS_URL_FILE' } : {}),
    ...(needs.blobs ? { 's3-access-key': 'S3_ACCESS_KEY_FILE', 's3-secret-key': 'S3_SECRET_KEY_FILE' } : {}),
  };
};

const ready = "fetch('http://127.0.0.1:3000/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))";

const serviceOf = (name: ServiceName) => {
  const { needs, memoryMiB } = services[name];
  const secrets = secretsOf(name);
  const stores = [
    ...(needs.postgres ? ['postgres'] : []),
    ...(needs.redis ? ['redis'] : []),
    ...(needs.blobs ? ['minio'] : []),
  ];
  return {
    image: `docker.io/authorworks/${name}:\${AUTHORWORKS_VERSION:-0.1.0}`,
    build: { context: '.', args: { SERVICE: name } },
    ...hardened(memoryMiB.limit),
    user: NOBODY,
    tmpfs: ['/tmp:size=1g,mode=1777'],
    environment: {
      PUBLIC_URL: '${PUBLIC_URL:-http://localhost:8080}',
      LOG_LEVEL: '${LOG_LEVEL:-info}',
      ...(needs.blobs ? { BLOBS: 's3', S3_URL: 'http://minio:9000' } : {}),
      ...(needs.mail ? { MAIL: 'outbox', MAIL_OUTBOX_DIRECTORY: '/outbox' } : {}),
      ...Object.fromEntries(Object.entries(secrets).map(([secret, variable]) => [variable, mounted(secret)])),
    },
    secrets: Object.keys(secrets),
    networks: ['house', ...(stores.length > 0 ? ['data'] : [])],
    ...(needs.mail ? { volumes: ['outbox:/outbox'] } : {}),
    ...(name === 'gateway' ? { ports: ['${LISTEN:-127.0.0.1:8080}:3000'] } : {}),
    ...(stores.length > 0
      ? {
          depends_on: {
            ...Object.fromEntries(stores.map((store) => [store, { condition: 'service_healthy' }])),
            ...(needs.postgres ? { 'postgres-roles': { condition: 'service_completed_successfully' } } : {}),
          },
        }
      : {}),
    healthcheck: {
      test: ['CMD', 'node', '-e', ready],
      interval: '10s',
      timeout: '5s',
      retries: 6,
      start_period: '120s',
    },
    stop_grace_period: '60s',
  };
};

const stores = {
  postgres: {
    image: 'docker.io/library/postgres:17-bookworm',
    ...hardened(4096),
    user: '10070:10070',
    shm_size: '256m',
    tmpfs: ['/tmp:size=64m,mode=1777', '/var/run/postgresql:size=16m,mode=1777'],
    environment: {
      PGDATA: '/data/pgdata',
      POSTGRES_USER: 'postgres',
      POSTGRES_DB: 'authorworks',
      POSTGRES_PASSWORD_FILE: mounted('postgres-password'),
      POSTGRES_INITDB_ARGS: '--data-checksums --encoding=UTF8 --locale=C.UTF-8',
    },
    command: ['postgres', '-c', 'max_connections=200', '-c', 'shared_buffers=1GB'],
    secrets: ['postgres-password'],
    volumes: ['postgres:/data'],
    networks: ['data'],
    depends_on: { 'prepare-volumes': { condition: 'service_completed_successfully' } },
    healthcheck: {
      test: ['CMD', 'pg_isready', '-U', 'postgres', '-h', '127.0.0.1'],
      interval: '5s',
      timeout: '5s',
      retries: 60,
    },
    stop_grace_period: '120s',
  },
  'postgres-roles': {
    image: 'docker.io/library/postgres:17-bookworm',
    ...hardened(128),
    restart: 'on-failure:5',
    user: '10070:10070',
    entrypoint: ['sh', '/make-roles.sh'],
    environment: {
      HOUSE_DATABASE: 'authorworks',
      SERVICES: owners.join(' '),
      SUPERUSER_PASSWORD_FILE: mounted('postgres-password'),
      ...Object.fromEntries(owners.map((name) => [`${name.toUpperCase()}_PASSWORD_FILE`, mounted(`${name}-password`)])),
    },
    secrets: ['postgres-password', ...owners.map((name) => `${name}-password`)],
    volumes: ['./cdk8s/files/data/make-roles.sh:/make-roles.sh:ro'],
    networks: ['data'],
    depends_on: { postgres: { condition: 'service_healthy' } },
  },
  redis: {
    image: 'docker.io/library/redis:7-bookworm',
    ...hardened(1024),
    user: '10071:10071',
    tmpfs: ['/tmp:size=1m,mode=1777'],
    entrypoint: ['sh', '/config/start-redis.sh'],
    environment: { REDIS_PASSWORD_FILE: mounted('redis-password'), MAX_MEMORY_MIB: '614' },
    secrets: ['redis-password'],
    volumes: ['redis:/data', './cdk8s/files/data:/config:ro'],
    networks: ['data'],
    depends_on: { 'prepare-volumes': { condition: 'service_completed_successfully' } },
    healthcheck: { test: ['CMD', 'sh', '/config/ask-redis.sh'], interval: '5s', timeout: '5s', retries: 30 },
  },
  minio: {
    image: 'quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z',
    ...hardened(2048),
    user: '10072:10072',
    tmpfs: ['/tmp:size=64m,mode=1777'],
    command: ['server', '/data', '--address', ':9000', '--quiet'],
    environment: {
      HOME: '/tmp',
      MINIO_BROWSER: 'off',
      MINIO_ROOT_USER_FILE: mounted('s3-access-key'),
      MINIO_ROOT_PASSWORD_FILE: mounted('s3-secret-key'),
    },
    secrets: ['s3-access-key', 's3-secret-key'],
    volumes: ['files:/data'],
    networks: ['data'],
    depends_on: { 'prepare-volumes': { condition: 'service_completed_successfully' } },
    healthcheck: {
      test: ['CMD', 'curl', '--fail', '--silent', 'http://127.0.0.1:9000/minio/health/ready'],
      interval: '5s',
      timeout: '5s',
      retries: 30,
    },
  },
  // gives each volume to the user of its store, once; Compose has no fsGroup
  'prepare-volumes': {
    image: 'docker.io/library/busybox:1.36.1',
    ...hardened(32),
    restart: 'no',
    user: '0:0',
    cap_add: ['CHOWN'],
    network_mode: 'none',
    command: [
      'sh',
      '-c',
      'chown 10070:10070 /postgres; chown 10071:10071 /redis; chown 10072:10072 /files; chown 10001:10001 /outbox',
    ],
    volumes: ['postgres:/postgres', 'redis:/redis', 'files:/files', 'outbox:/outbox'],
  },
};

/** compose.yaml: the house for those without Kubernetes. One network for the services, one for the stores, which reaches nowhere. */
export const compose = (): string => {
  const secrets = [
    ...new Set([
      'postgres-password',
      'redis-password',
      ...owners.map((name) => `${name}-password`),
      ...builtServiceNames.flatMap((name) => Object.keys(secretsOf(name))),
    ]),
  ].toSorted();
  const document = {
    name: 'authorworks',
    services: { ...Object.fromEntries(builtServiceNames.map((name) => [name, serviceOf(name)])), ...stores },
    networks: { house: {}, data: { internal: true } },
    volumes: { postgres: {}, redis: {}, files: {}, outbox: {} },
    secrets: Object.fromEntries(secrets.map((name) => [name, { file: `${SECRETS}/${name}` }])),
  };
  return `# Written by cdk8s/ from the table: change it there.
# scripts/secrets once, then: docker compose up --detach --build, and http://localhost:8080\n${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })}`;
};
