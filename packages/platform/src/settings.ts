import { colours } from '@authorworks/contracts';
import { choice, type ConfigOf, defineConfig, flag, integer, oneOf, optional, text, url } from './config.ts';

/** Settings of every service. */
export const baseSettings = defineConfig({
  port: integer({ doc: 'Port to listen on; 0 takes a free one', default: 3000, max: 65_535 }),
  host: text({ doc: 'Address to listen on', default: '0.0.0.0' }),
  publicUrl: url({ doc: 'Address of the house as people see it', default: 'http://localhost:8080' }),
  logLevel: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent'], { doc: 'What is logged', default: 'info' }),
  serviceKey: text({
    doc: 'Secret that the services of one house share, to know each other; at least 32 characters',
    secret: true,
  }),
  drainSeconds: integer({ doc: 'How long running requests may take after SIGTERM', default: 20, max: 600 }),
  checkAnswers: flag({ doc: 'Check every answer against its contract (development and tests)', default: false }),
  colour: optional(oneOf(colours, { doc: 'Which of two houses this is, when two share the data (k3s)' })),
  houseStateDirectory: optional(
    text({
      doc: 'Folder in which stands which house does the background work, and which ones people reach; without it this one does and is',
    }),
  ),
});
export type BaseConfig = ConfigOf<typeof baseSettings>;

/** For services with `needs.postgres`. */
export const postgresSettings = defineConfig({
  databaseUrl: url({
    doc: 'PostgreSQL, e.g. postgres://user:password@postgres:5432/authorworks',
    secret: true,
    protocols: ['postgres:', 'postgresql:'],
  }),
  databasePoolSize: integer({ doc: 'Connections to PostgreSQL', default: 8, min: 1, max: 100 }),
});

/** For services with `needs.redis`. */
export const redisSettings = defineConfig({
  redisUrl: url({ doc: 'Redis, e.g. redis://:password@redis:6379', secret: true, protocols: ['redis:', 'rediss:'] }),
});

/** For services with `needs.blobs`. */
export const blobSettings = defineConfig({
  blobs: choice({
    doc: 'Where files are kept',
    options: {
      disk: { blobsDirectory: text({ doc: 'Folder for files' }) },
      s3: {
        s3Url: url({ doc: 'S3 endpoint, e.g. http://minio:9000' }),
        s3PublicUrl: optional(
          url({ doc: 'The same endpoint as browsers reach it; absent: bytes go through the service' }),
        ),
        s3Region: text({ doc: 'Region', default: 'us-east-1' }),
        s3Bucket: text({ doc: 'Bucket', default: 'authorworks' }),
        s3AccessKey: text({ doc: 'Access key', secret: true }),
        s3SecretKey: text({ doc: 'Secret key', secret: true }),
        s3StallSeconds: integer({
          doc: 'After how many seconds without progress of S3 an operation is given up',
          default: 15,
          min: 1,
          max: 300,
        }),
      },
    },
  }),
});

/** For services with `needs.mail`. */
export const mailSettings = defineConfig({
  mail: choice({
    doc: 'How mail leaves',
    options: {
      outbox: { mailOutboxDirectory: text({ doc: 'Folder in which mails are kept instead of sent' }) },
      smtp: {
        smtpUrl: url({
          doc: 'Mail server, e.g. smtps://user:password@mail:465',
          secret: true,
          protocols: ['smtp:', 'smtps:'],
        }),
        mailFrom: text({ doc: 'Sender, e.g. AuthorWorks <house@books.example>' }),
      },
    },
  }),
});

/** For the process, once: where the neighbours are. Blue and green are two houses in one namespace. */
export const directorySettings = defineConfig({
  serviceUrl: text({
    doc: 'Where services find each other; {service} stands for the name',
    default: 'http://{service}:3000',
  }),
});

/** For the process, once: where traces go. Absent: no tracing is loaded. */
export const telemetrySettings = defineConfig({
  otelExporterOtlpEndpoint: optional(url({ doc: 'OpenTelemetry collector (OTLP over HTTP); absent: no traces' })),
});
