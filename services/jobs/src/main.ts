import { run } from '@authorworks/platform';
import { jobs } from './index.ts';

await run(jobs);
