import { run } from '@authorworks/platform';
import { storage } from './index.ts';

await run(storage);
