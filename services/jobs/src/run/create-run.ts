import { type JobsApi, jobsErrors } from '@authorworks/contracts';
import { fail, newId, type Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { insertRun } from './run-store.ts';
import { showRun } from './show-run.ts';

export const createRun: Operation<JobsContext, JobsApi['createRun']> = async (context, { auth, body }) => {
  const { tasks, postgres } = context;
  const task = tasks.find(body.task);
  if (!task) throw fail(jobsErrors.taskNotFound);
  const input = task.input.safeParse(body.input ?? {});
  if (!input.success) {
    const fields = input.error.issues.map(({ path, message }) => ({
      path: ['body', 'input', ...path].join('.'),
      message,
    }));
    const [first] = fields;
    throw fail(jobsErrors.inputInvalid, {
      message: `The task does not take that input: ${first?.path} ${first?.message}`,
      fields,
    });
  }
  const id = newId();
  await insertRun(postgres.sql, {
    id,
    task: task.type,
    key: null,
    cause: 'operator',
    input: input.data,
    maxAttempts: task.attempts,
    createdBy: auth.accountId,
  });
  return await showRun(postgres.sql, id);
};
