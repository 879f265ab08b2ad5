import { blobSettings, defineConfig, integer, postgresSettings, redisSettings } from '@authorworks/platform';

export const config = defineConfig({
  ...postgresSettings,
  ...redisSettings,
  ...blobSettings,
  quotaMebibytes: integer({ doc: 'What the files of one account may take together, in MiB', default: 1024, min: 1 }),
  pictureProcesses: integer({ doc: 'Processes that read pictures at the same time', default: 2, min: 1, max: 16 }),
  pictureMemoryMebibytes: integer({
    doc: 'Memory that reading one picture may take, in MiB; broken pictures and bombs end there',
    default: 512,
    min: 64,
    max: 8192,
  }),
});
