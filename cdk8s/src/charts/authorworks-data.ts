import type { App } from 'cdk8s';
import { Claim } from '../constructs/claim.ts';
import { ShownToOperators } from '../constructs/namespace-rights.ts';
import { DefaultDeny } from '../constructs/network.ts';
import { HookJob } from '../constructs/task.ts';
import { namespaceOf } from '../constructs/zones.ts';
import { HelmChart } from '../packaging/index.ts';
import { Backups } from './data-backups.ts';
import { ObjectStore, Postgres, POSTGRES_IMAGE, POSTGRES_USER, PostgresRoles, Redis } from './data-stores.ts';
import { VERSION } from './version.ts';

const README = `
PostgreSQL (with an archive of its WAL), Redis (append-only) and MinIO on the home server, and their backups. One release, which both colours use.

\`\`\`sh
scripts/secrets            # once: makes the Secrets
helm upgrade --install authorworks-data charts/authorworks-data --namespace authorworks-data --create-namespace --values my-data.yaml
\`\`\`

| what | when | loss at most |
| --- | --- | --- |
| WAL archive on the volume postgres-wal | every 60 s | one minute |
| dump of everything (volume backups) | hourly | one hour |
| base backup, from which the WAL leads to any minute | daily | |
| copies of the files, those that were removed for 30 days | daily | one day |
| restore drill: the newest dump into an own PostgreSQL, time and rows in the log | weekly | |
| encrypted copies far away (\`offsite.enabled\`) | weekly | one week |

Every service has its own role, which sees no other's schema. To change a password: change it in the Secrets of both namespaces (scripts/secrets), and two minutes
later upgrade this release, whose Job sets it; services take the new one by themselves (docs/secrets.md).

Another S3 (Garage, versitygw, AWS) takes MinIO's place with \`minio.enabled: false\` here and \`files.url\` in the chart authorworks.
The network policies follow \`mirror.url\` and \`offsite.repository\`, in the world or at home: to any address, but only to that port.
The volumes stay when the release is removed.
`;

/** The chart `authorworks-data`. */
export const authorworksData = (app: App): HelmChart => {
  const chart = new HelmChart(app, 'authorworks-data', {
    description: 'PostgreSQL, Redis and MinIO for AuthorWorks, with backups',
    version: VERSION,
    appVersion: VERSION,
    readme: README,
    notes: (values) => `PostgreSQL, Redis and MinIO are being started on the server.

  kubectl --namespace ${values.builtIn('.Release.Namespace')} get pods,pvc,cronjobs
  helm test ${values.builtIn('.Release.Name')} --namespace ${values.builtIn('.Release.Namespace')}

Next: the chart authorworks. Make a first dump now, rather than in an hour:
  kubectl --namespace ${values.builtIn('.Release.Namespace')} create job --from=cronjob/postgres-dump first-dump`,
  });
  const { values } = chart;
  const secret = values.name('existingSecret', {
    doc: 'Secret with postgres-password, redis-password, s3-access-key, s3-secret-key and SERVICE-password for each service. scripts/secrets makes it',
    default: 'authorworks-data',
  });
  new Postgres(chart, { secret });
  new PostgresRoles(chart, { secret });
  new Redis(chart, { secret });
  chart.when(
    values.boolean('minio.enabled', { doc: 'MinIO; false where another S3 is used', default: true }),
    () => void new ObjectStore(chart, { secret }),
  );
  new Claim(chart, {
    name: 'postgres',
    component: 'database',
    as: 'postgres-wal',
    path: 'wal',
    size: '50Gi',
    doc: 'Size of the volume for archived WAL',
  });
  new Claim(chart, {
    name: 'backups',
    component: 'backup',
    as: 'backups',
    path: 'backups',
    size: '1Ti',
    doc: 'Size of the volume for dumps, base backups and copies of files',
  });
  new Backups(chart, { secret });
  new DefaultDeny(chart);
  new ShownToOperators(chart, namespaceOf(chart, 'app'));
  new HookJob(chart, {
    name: 'data-test',
    component: 'test',
    zone: 'data',
    path: 'test',
    placement: 'server',
    image: POSTGRES_IMAGE,
    user: POSTGRES_USER,
    command: [
      'bash',
      '-euc',
      'until pg_isready --host=postgres --username=postgres; do sleep 1; done; for door in "$@"; do until (exec 3<>"/dev/tcp/${door/://}"); do sleep 1; done; echo "$door is open"; done',
      'test',
    ],
    args: [
      'redis:6379',
      values.calculate('string', () => 'ternary "minio:9000" "postgres:5432" .Values.minio.enabled'),
    ],
    memoryMiB: { request: 16, limit: 64 },
    cpuMillis: { request: 10, limit: 200 },
    hook: 'test',
    deadlineSeconds: 120,
  });
  return chart;
};
