import { run } from '@authorworks/platform';
import { user } from './index.ts';

await run(user);
