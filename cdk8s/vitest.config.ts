import { defineConfig } from 'vitest/config';

// for `npx vitest run --config cdk8s/vitest.config.ts`: without the servers that other tests need
export default defineConfig({
  test: {
    include: ['cdk8s/test/**/*.test.ts', 'test/charts/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
