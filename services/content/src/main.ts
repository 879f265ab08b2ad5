import { run } from '@authorworks/platform';
import { content } from './index.ts';

await run(content);
