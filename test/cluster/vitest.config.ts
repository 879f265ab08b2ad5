import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

/** First what a house at rest shows, then what people do in it, then what befalls it; the scheduler's tests need it gone. */
const ORDER = [
  'test/cluster/install.test.ts',
  'test/cluster/rights.test.ts',
  'test/cluster/network.test.ts',
  'services/jobs/test/kubernetes.test.ts',
  'test/strangers/strangers.test.ts',
  'test/strangers/sockets.test.ts',
  'test/faults/revoked.test.ts',
  'test/browser/first-book.test.ts',
  'test/browser/session.test.ts',
  'test/browser/console.test.ts',
  'test/browser/hostile-book.test.ts',
  'test/browser/every-page.test.ts',
  'test/browser/languages.test.ts',
  'test/browser/keyboard.test.ts',
  'test/browser/offline.test.ts',
  'test/cluster/load.test.ts',
  'test/cluster/pods-die.test.ts',
  'test/cluster/machine-dies.test.ts',
  'test/cluster/blue-green.test.ts',
  'test/cluster/broken-release.test.ts',
  'test/cluster/interrupted-release.test.ts',
  'test/cluster/first-release.test.ts',
  'test/cluster/scheduling.test.ts',
];

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => ORDER.findIndex((path) => moduleId.endsWith(path));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

const report = process.env['TEST_REPORT'];

/** Against the cluster of KUBECONFIG, or the lab: npm run test:cluster */
export default defineConfig({
  test: {
    include: ORDER,
    globalSetup: ['packages/platform/src/testing/global-setup.ts', 'test/cluster/global-setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    sequence: { sequencer: InOrder },
    ...(report ? { reporters: ['default', 'json'], outputFile: { json: report } } : {}),
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
