import { defineConfig, integer, postgresSettings, redisSettings } from '@authorworks/platform';

/** Every setting of the service, beside those that all services have. */
export const config = defineConfig({
  ...postgresSettings,
  ...redisSettings,
  documentThreads: integer({ doc: 'Worker threads for large documents', default: 1, min: 1, max: 16 }),
  threadHeapMib: integer({
    doc: 'JavaScript heap in MiB of one of these threads; a document that needs more cannot be compacted or read',
    default: 512,
    min: 64,
    max: 8192,
  }),
  lingerSeconds: integer({
    doc: 'How long a scene stays in memory after the last one has closed it',
    default: 20,
    min: 0,
    max: 3600,
  }),
  historyDays: integer({
    doc: 'For how many days every single change is kept; older ones become one change for each day of writing',
    default: 90,
    min: 1,
    max: 36_500,
  }),
  connectionsPerAccount: integer({ doc: 'Connections that one account may have open', default: 100, min: 1 }),
});
