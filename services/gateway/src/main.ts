import { run } from '@authorworks/platform';
import { gateway } from './index.ts';

await run(gateway);
