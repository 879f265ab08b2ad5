import { defineConfig } from 'vitest/config';

// .ci/run reads the numbers from this file
const report = process.env['TEST_REPORT'];
// a house that stands already, for the tests of the whole house; tests do not see the variable itself, because Vite has one of that name
const baseUrl = process.env['BASE_URL'];

export default defineConfig({
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'services/*/test/**/*.test.ts',
      'cdk8s/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    // what needs a cluster has its own configuration: npm run test:cluster
    exclude: ['**/node_modules/**', '**/dist/**', 'test/cluster/**', 'services/jobs/test/kubernetes.test.ts'],
    globalSetup: ['packages/platform/src/testing/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    ...(report ? { reporters: ['default', 'json'], outputFile: { json: report } } : {}),
    ...(baseUrl ? { env: { HOUSE_URL: baseUrl } } : {}),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
