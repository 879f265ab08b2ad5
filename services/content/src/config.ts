import { blobSettings, defineConfig, integer, postgresSettings, redisSettings } from '@authorworks/platform';

/** Every setting of the service, beside those that all services have. */
export const config = defineConfig({
  ...postgresSettings,
  ...redisSettings,
  ...blobSettings,
  importThreads: integer({ doc: 'Books that are imported at the same time', default: 1, min: 1, max: 16 }),
  compileThreads: integer({ doc: 'Books that are compiled at the same time', default: 1, min: 1, max: 16 }),
  threadHeapMib: integer({
    doc: 'JavaScript heap in MiB that reading or compiling one book may take; a book that needs more is refused',
    default: 384,
    min: 64,
    max: 8192,
  }),
  chapterCacheMib: integer({
    doc: 'Memory in MiB for published chapters that are ready to be read',
    default: 24,
    min: 1,
    max: 4096,
  }),
});
