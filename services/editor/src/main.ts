import { run } from '@authorworks/platform';
import { editor } from './index.ts';

await run(editor);
