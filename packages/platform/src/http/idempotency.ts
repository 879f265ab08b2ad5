import { createHash } from 'node:crypto';
import { platformErrors } from '@authorworks/contracts';
import { fail } from '../errors.ts';

export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What an Idempotency-Key belongs to: the same key of another account or endpoint is another key. */
export interface IdempotencyScope {
  readonly accountId: string;
  readonly operation: string;
  readonly key: string;
  readonly requestHash: string;
}

/**
 * Remembers answers by key for a day (draft-ietf-httpapi-idempotency-key-header).
 * `begin` answers `started` to exactly one caller; `answered` with the first answer to later ones; `busy` while the first
 * is still at work; `different` when the key came with another request.
 */
export interface IdempotencyStore {
  readonly begin: (
    scope: IdempotencyScope,
  ) => Promise<{ state: 'started' | 'busy' | 'different' } | { state: 'answered'; answer: StoredAnswer }>;
  readonly finish: (scope: IdempotencyScope, answer: StoredAnswer) => Promise<void>;
  /** The work failed: the key may be used again. */
  readonly abandon: (scope: IdempotencyScope) => Promise<void>;
}

export const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex');

const FINISH_TRIES = 3;

/**
 * The work is done: forgetting that would do it twice. When the answer cannot be kept, the key stays busy for a while, and
 * this caller has its answer all the same.
 */
const finish = async (store: IdempotencyStore, scope: IdempotencyScope, answer: StoredAnswer): Promise<void> => {
  for (let tries = 1; tries <= FINISH_TRIES; tries += 1) {
    try {
      await store.finish(scope, answer);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100 * tries));
    }
  }
};

/** Runs `work` once for a scope. A repeat gets the first answer; failures are not remembered. */
export const once = async (
  store: IdempotencyStore,
  scope: IdempotencyScope,
  work: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> => {
  const begun = await store.begin(scope);
  if (begun.state === 'answered') return begun.answer;
  if (begun.state === 'different') throw fail(platformErrors.idempotencyConflict);
  if (begun.state === 'busy')
    throw fail(platformErrors.idempotencyConflict, {
      message: 'The first request with this Idempotency-Key is still being answered.',
      retryAfterSeconds: 1,
    });
  let answer: StoredAnswer;
  try {
    answer = await work();
  } catch (error) {
    await store.abandon(scope).catch(() => undefined);
    throw error;
  }
  await finish(store, scope, answer);
  return answer;
};
