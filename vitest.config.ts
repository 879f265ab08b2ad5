import { defineConfig } from 'vitest/config';

// .ci/run reads the numbers from this file
const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'services/*/test/**/*.test.ts',
      'cdk8s/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['packages/platform/src/testing/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    ...(report ? { reporters: ['default', 'json'], outputFile: { json: report } } : {}),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
