import { perform } from './ydoc-tasks.ts';

// oxlint-disable-next-line import/no-default-export -- a worker thread's task is its module's default export
export default perform;
