import { type JobsApi, jobsErrors, platformErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { listAttempts } from './attempt-store.ts';
import { readLogParts } from './log-store.ts';
import { requireRun } from './show-run.ts';

interface Mark {
  readonly attempt: number;
  readonly part: string;
}

/** `ATTEMPT.PART`, so that the mark of one attempt is none of another. */
const readMark = (after: string | undefined): Mark | undefined => {
  if (after === undefined) return undefined;
  const [, attempt, part] = /^(\d{1,5})\.(\d{1,18})$/.exec(after) ?? [];
  if (part !== undefined) return { attempt: Number(attempt), part };
  const problem = { path: 'query.after', message: 'is not a mark of a log' };
  throw fail(platformErrors.invalidRequest, { message: `${problem.path} ${problem.message}`, fields: [problem] });
};

export const readRunLog: Operation<JobsContext, JobsApi['readRunLog']> = async ({ postgres }, { params, query }) => {
  const { sql } = postgres;
  const mark = readMark(query.after);
  await requireRun(sql, params.runId);
  const attempts = await listAttempts(sql, params.runId);
  const attempt =
    query.attempt === undefined ? attempts.at(-1) : attempts.find(({ number }) => number === query.attempt);
  if (!attempt) {
    if (query.attempt !== undefined) throw fail(jobsErrors.runNotFound);
    return { text: '', next: '0.0', truncated: false, ended: false };
  }
  const { number } = attempt;
  const after = mark?.attempt === number ? mark.part : '0';
  const { text, last, first } = await readLogParts(sql, { runId: params.runId, number }, after);
  const gap = attempt.logTruncated && text !== '' && first !== null && BigInt(first) > BigInt(after);
  return { text, next: `${number}.${last}`, truncated: gap, ended: attempt.endedAt !== null };
};
