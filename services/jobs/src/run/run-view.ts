import type { Run, RunSummary } from '@authorworks/contracts';
import type { z } from 'zod';
import type { AttemptRow } from './attempt-store.ts';
import type { RunRow } from './run-store.ts';

type RunShape = z.input<typeof Run>;
type SummaryShape = z.input<typeof RunSummary>;

export const viewRunSummary = ({ createdAt, runAt, finishedAt, input: _input, ...row }: RunRow): SummaryShape => ({
  ...row,
  output: row.output ?? null,
  createdAt: createdAt.toISOString(),
  runAt: runAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
});

export const viewRun = (row: RunRow, attempts: readonly AttemptRow[]): RunShape => ({
  ...viewRunSummary(row),
  input: row.input,
  history: attempts.map(({ startedAt, endedAt, ...attempt }) => ({
    ...attempt,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  })),
});
