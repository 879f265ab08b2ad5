import type { JobsApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { cursorId } from '../cursor-id.ts';
import { listRunRows } from './run-store.ts';
import { viewRunSummary } from './run-view.ts';

export const listRuns: Operation<JobsContext, JobsApi['listRuns']> = async ({ postgres }, { query }) => {
  const { cursor, limit, task, status } = query;
  const rows = await listRunRows(postgres.sql, { task, status, before: cursorId(cursor), limit: limit + 1 });
  const shown = rows.slice(0, limit);
  return {
    data: shown.map(viewRunSummary),
    pagination: { nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null },
  };
};
