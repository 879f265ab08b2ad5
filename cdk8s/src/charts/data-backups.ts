import { Construct } from 'constructs';
import { ConfigFiles } from '../constructs/config-files.ts';
import { mirrorUrl, offsiteRepository } from '../constructs/outside.ts';
import { CronTask, type CronTaskProps } from '../constructs/task.ts';
import { HelmChart } from '../packaging/index.ts';
import { dataFiles, databaseName, POSTGRES_IMAGE, POSTGRES_USER, type StoreProps } from './data-stores.ts';

const HOUR = 3600;
const BACKUPS = { name: 'backups', persistentVolumeClaim: { claimName: 'backups' } };
const WAL = { name: 'postgres-wal', persistentVolumeClaim: { claimName: 'postgres-wal' } };
const CONFIG_MOUNT = { name: 'config', mountPath: '/config', readOnly: true };

/** The same user as PostgreSQL's, so that all backups belong to one. */
const shared = {
  component: 'backup',
  zone: 'data',
  // the volumes are the server's
  placement: 'server',
  user: POSTGRES_USER,
  memoryMiB: { request: 64, limit: 512 },
  cpuMillis: { request: 100, limit: 1000 },
} as const;

/** Dumps each hour, base backups each day, a restore drill each week, copies of the files, copies far away. */
export class Backups extends Construct {
  readonly #secret: string;

  constructor(scope: Construct, { secret }: StoreProps) {
    super(scope, 'backups');
    this.#secret = secret;
    const chart = HelmChart.around(this);
    const { values } = chart;
    const scripts = new ConfigFiles(this, {
      name: 'backups',
      component: 'backup',
      as: 'backup-scripts',
      files: dataFiles(['dump.sh', 'base-backup.sh', 'drill.sh', 'mirror.sh', 'offsite.sh']),
    });
    const config = scripts.volume('config');
    const keep = (path: string, doc: string, fallback: number) =>
      values.calculate(
        'string',
        (ref) => `toString ${ref(values.integer(path, { doc, default: fallback, min: 1, max: 10_000 }))}`,
      );
    this.#postgresTask({
      name: 'postgres-dump',
      path: 'dump',
      schedule: '5 * * * *',
      env: { KEEP: keep('dump.keep', 'Dumps that are kept', 72) },
      command: ['sh', '/config/dump.sh'],
      volumes: [config, BACKUPS],
      mounts: [CONFIG_MOUNT, { name: 'backups', mountPath: '/backups' }],
      deadlineSeconds: HOUR,
    });
    this.#postgresTask({
      name: 'postgres-base',
      path: 'base',
      schedule: '20 3 * * *',
      env: { KEEP: keep('base.keep', 'Base backups that are kept, and the WAL since the oldest', 7) },
      command: ['sh', '/config/base-backup.sh'],
      volumes: [config, BACKUPS, WAL],
      mounts: [CONFIG_MOUNT, { name: 'backups', mountPath: '/backups' }, { name: 'postgres-wal', mountPath: '/wal' }],
      deadlineSeconds: 6 * HOUR,
    });
    this.#drill(config, keep('drill.maxAgeSeconds', 'Age of the newest dump from which on the drill fails', 2 * HOUR));
    chart.when(
      values.boolean('mirror.enabled', { doc: 'Copy the files to the volume for backups each day', default: true }),
      () => this.#mirror(config, keep),
    );
    chart.when(
      values.boolean('offsite.enabled', { doc: 'Encrypted copies in an S3 far away each week', default: false }),
      () => this.#offsite(config, keep),
    );
  }

  #postgresTask(
    props: Pick<CronTaskProps, 'name' | 'path' | 'schedule' | 'command' | 'volumes' | 'mounts' | 'deadlineSeconds'> & {
      env: Record<string, string>;
    },
  ): void {
    new CronTask(this, {
      ...shared,
      image: POSTGRES_IMAGE,
      secrets: [{ secret: this.#secret, key: 'postgres-password', variable: 'SUPERUSER_PASSWORD_FILE' }],
      ...props,
      env: { HOUSE_DATABASE: databaseName(this), ...props.env },
    });
  }

  #drill(config: NonNullable<CronTaskProps['volumes']>[number], maxAge: string): void {
    new CronTask(this, {
      ...shared,
      name: 'postgres-drill',
      path: 'drill',
      schedule: '40 4 * * 0',
      image: POSTGRES_IMAGE,
      command: ['sh', '/config/drill.sh'],
      env: { MAX_AGE_SECONDS: maxAge },
      volumes: [config, BACKUPS, { name: 'scratch', emptyDir: { sizeLimit: '20Gi' } }],
      mounts: [
        CONFIG_MOUNT,
        { name: 'backups', mountPath: '/backups', readOnly: true },
        { name: 'scratch', mountPath: '/scratch' },
      ],
      memoryMiB: { request: 256, limit: 1024 },
      diskMiB: { request: 1024, limit: 20_480 },
      deadlineSeconds: 4 * HOUR,
    });
  }

  #mirror(
    config: NonNullable<CronTaskProps['volumes']>[number],
    keep: (path: string, doc: string, fallback: number) => string,
  ): void {
    const { values } = HelmChart.around(this);
    new CronTask(this, {
      ...shared,
      name: 'files-mirror',
      path: 'mirror',
      schedule: '10 2 * * *',
      image: { repository: 'docker.io/rclone/rclone', tag: '1.71.2' },
      command: ['sh', '/config/mirror.sh'],
      env: {
        S3_URL: mirrorUrl(this),
        BUCKET: values.string('mirror.bucket', {
          doc: 'Bucket',
          default: 'authorworks',
          pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
        }),
        KEEP_DAYS: keep('mirror.keepDays', 'Days for which removed and replaced files are kept', 30),
      },
      secrets: [
        { secret: this.#secret, key: 's3-access-key', variable: 'S3_ACCESS_KEY_FILE' },
        { secret: this.#secret, key: 's3-secret-key', variable: 'S3_SECRET_KEY_FILE' },
      ],
      volumes: [config, BACKUPS],
      mounts: [CONFIG_MOUNT, { name: 'backups', mountPath: '/backups' }],
      deadlineSeconds: 12 * HOUR,
    });
  }

  #offsite(
    config: NonNullable<CronTaskProps['volumes']>[number],
    keep: (path: string, doc: string, fallback: number) => string,
  ): void {
    const { values } = HelmChart.around(this);
    const secret = values.name('offsite.existingSecret', {
      doc: 'Secret with access-key, secret-key and passphrase; scripts/secrets makes it, and is given the first two',
      default: 'authorworks-offsite',
    });
    new CronTask(this, {
      ...shared,
      name: 'offsite',
      path: 'offsite',
      schedule: '30 5 * * 1',
      image: { repository: 'docker.io/restic/restic', tag: '0.18.1' },
      command: ['sh', '/config/offsite.sh'],
      env: {
        RESTIC_REPOSITORY: offsiteRepository(this),
        STORAGE_CLASS: values.string('offsite.storageClass', {
          doc: 'Storage class; GLACIER_IR can be read at once, which restic needs',
          default: 'GLACIER_IR',
          enum: ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'],
        }),
        KEEP_WEEKS: keep('offsite.keepWeeks', 'Weekly copies that are kept', 26),
      },
      secrets: [
        { secret, key: 'access-key', variable: 'OFFSITE_ACCESS_KEY_FILE' },
        { secret, key: 'secret-key', variable: 'OFFSITE_SECRET_KEY_FILE' },
        { secret, key: 'passphrase', variable: 'OFFSITE_PASSPHRASE_FILE' },
      ],
      volumes: [config, BACKUPS, WAL],
      mounts: [
        CONFIG_MOUNT,
        { name: 'backups', mountPath: '/backups', readOnly: true },
        { name: 'postgres-wal', mountPath: '/wal', readOnly: true },
      ],
      memoryMiB: { request: 128, limit: 1024 },
      tmpMiB: 2048,
      diskMiB: { request: 256, limit: 3072 },
      deadlineSeconds: 24 * HOUR,
    });
  }
}
