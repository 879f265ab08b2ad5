import { run } from '@authorworks/platform';
import { web } from './index.ts';

await run(web);
