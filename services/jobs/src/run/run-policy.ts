import { type ErrorDefinition, jobsErrors, platformErrors } from '@authorworks/contracts';
import type { Ending } from '../runner/task-runner.ts';
import { readResult } from '../tasks/protocol.ts';
import type { RunError, Verdict } from './run-store.ts';

/** Waits before the second, third, … try, in seconds. */
const RETRY_WAITS_SECONDS = [10, 60, 300];
/** Cut off so often by no fault of its own: something is wrong that goes on, and somebody should look. */
const MOST_INTERRUPTIONS = 10;
const NOTE_LENGTH = 500;

export interface Tried {
  /** Which attempt this was, interrupted ones counted. */
  readonly number: number;
  /** Tries before this one. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly cancelWanted: boolean;
}

const toldBy = ({ code, message }: ErrorDefinition): RunError => ({ code, message });

const errorOf = ({ kind, result, note }: Ending): { error: RunError; final: boolean } => {
  const told = readResult(result);
  if (told?.error && kind === 'failed')
    return { error: { code: told.error.code, message: told.error.message }, final: told.error.final };
  if (kind === 'memory') return { error: toldBy(jobsErrors.outOfMemory), final: false };
  if (kind === 'deadline') return { error: toldBy(jobsErrors.tookTooLong), final: false };
  if (kind === 'refused')
    return { error: { ...toldBy(jobsErrors.cannotStart), ...(note ? { message: note } : {}) }, final: true };
  if (kind === 'lost' || kind === 'evicted') return { error: toldBy(jobsErrors.interrupted), final: false };
  return { error: toldBy(jobsErrors.taskFailed), final: false };
};

/**
 * What becomes of a run whose attempt has ended: succeeded; tried again after a while; or parked, when it had all its
 * tries or a try more would end the same.
 */
export const judge = (
  ending: Ending,
  { number, attempts, maxAttempts, cancelWanted }: Tried,
  acceptsOutput: (output: unknown) => boolean,
): Verdict => {
  const note = ending.note?.slice(0, NOTE_LENGTH) ?? null;
  const nothing = { delaySeconds: 0, error: null, output: null, note };
  const output = readResult(ending.result)?.output;
  if (ending.kind === 'done' && acceptsOutput(output))
    return { ...nothing, attempt: 'succeeded', run: 'succeeded', counts: true, output };
  if (cancelWanted) return { ...nothing, attempt: 'cancelled', run: 'cancelled', counts: false };
  if (ending.kind === 'evicted' && number - attempts <= MOST_INTERRUPTIONS)
    return { ...nothing, attempt: 'interrupted', run: 'queued', counts: false };
  const { error, final } =
    ending.kind === 'done'
      ? {
          error: { code: platformErrors.internal.code, message: 'The task ended without a valid result.' },
          final: false,
        }
      : errorOf(ending);
  const parked = final || attempts + 1 >= maxAttempts || ending.kind === 'evicted';
  return {
    ...nothing,
    attempt: ending.kind === 'lost' || ending.kind === 'evicted' ? 'interrupted' : 'failed',
    run: parked ? 'failed' : 'queued',
    counts: true,
    delaySeconds: parked ? 0 : (RETRY_WAITS_SECONDS[attempts] ?? 300),
    error,
  };
};
