import { createHash } from 'node:crypto';
import { userErrors } from '@authorworks/contracts';
import { type Base, fail } from '@authorworks/platform';
import type { RedisConnections } from '@authorworks/platform/redis';
import { prefixOf } from '../session/address-ranges.ts';
import { type GuessCounter, type GuessSubject, memoryGuesses } from './memory-guesses.ts';
import { redisGuesses } from './redis-guesses.ts';

/** Who guesses at what. */
export interface Guess {
  /** What is guessed at, e.g. the key of an e-mail address; counted whether or not there is such an account. */
  readonly account: string;
  readonly ipAddress: string;
  /** Whether the account's owner has signed in from this network before. */
  readonly known: boolean;
}

/** Brakes on guessing passwords, by network and account. Redis holds the counts; while it is away, each replica its own. */
export interface Guesses {
  /** To be called before a password is looked at. @throws AppError USER_TOO_MANY_GUESSES with the seconds to wait. */
  readonly admit: (guess: Guess) => Promise<void>;
  /** To be called when the password was right. */
  readonly forgive: (guess: Guess) => Promise<void>;
}

/** Keys of the counts name nobody: whoever reads Redis learns no addresses. */
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

const subjectsOf = ({ account, ipAddress, known }: Guess): GuessSubject[] => {
  const network = prefixOf(ipAddress);
  return [
    { kind: 'pair', key: digest(`${account} ${network}`) },
    { kind: 'network', key: digest(network) },
    ...(known ? [] : [{ kind: 'account', key: digest(account) } as const]),
  ];
};

export const openGuesses = (base: Pick<Base, 'clock' | 'log'>, redis: RedisConnections): Guesses => {
  const shared = redisGuesses(redis.commands);
  const own = memoryGuesses();
  const onEither = async <T>(work: (counter: GuessCounter) => Promise<T>): Promise<T> => {
    // a connection that is known to be down would only be waited for
    if (redis.commands.status === 'ready') {
      try {
        return await work(shared);
      } catch (error) {
        base.log.debug({ err: error }, 'guesses are counted in memory');
      }
    }
    return await work(own);
  };
  return {
    admit: async (guess) => {
      const now = base.clock.now().getTime();
      const waitMs = await onEither(async (counter) => await counter.count(subjectsOf(guess), now));
      if (waitMs > 0) throw fail(userErrors.tooManyGuesses, { retryAfterSeconds: Math.ceil(waitMs / 1000) });
    },
    forgive: async (guess) => {
      await onEither(async (counter) => await counter.forgive(subjectsOf(guess)));
      await own.forgive(subjectsOf(guess));
    },
  };
};
