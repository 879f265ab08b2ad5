import { randomBytes } from 'node:crypto';
import { gauge, type Metrics } from '@authorworks/platform';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { openGate } from './gate.ts';

/** argon2id (the library's default kind) with m = 19 MiB, t = 2, p = 1: OWASP Password Storage Cheat Sheet. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** At some 30 hashes a second and core, nobody in line waits longer than an answer may take. */
const LINE_LENGTH = 200;

export interface PasswordHashing {
  readonly hash: (password: string, signal?: AbortSignal) => Promise<string>;
  /** `kept` null (no such account, or one without a password) takes as long as a wrong password, and is never right. */
  readonly verify: (kept: string | null, password: string, signal?: AbortSignal) => Promise<boolean>;
  /** Whether a hash was made with other parameters than today's. */
  readonly isDated: (kept: string) => boolean;
}

/** One password in all the ways in which keyboards type it (NIST SP 800-63B, 3.1.1.2). */
const normalised = (password: string): string => password.normalize('NFKC');

/**
 * Hashes passwords on libuv's threads, a few at a time, so that a flood of sign-ins takes neither all memory nor all
 * cores. @param concurrency Less than libuv's 4 threads, because files and names are read on them as well.
 */
export const openHashing = async (concurrency: number, metrics: Metrics): Promise<PasswordHashing> => {
  const gate = openGate(concurrency, LINE_LENGTH);
  gauge(metrics, 'user_password_line', 'Requests waiting for a password to be hashed', { read: gate.waiting });
  const nobodys = await hash(randomBytes(32), PARAMETERS);
  return {
    hash: async (password, signal) => await gate.pass(async () => await hash(normalised(password), PARAMETERS), signal),
    verify: async (kept, password, signal) =>
      await gate.pass(async () => {
        const same = await verify(kept ?? nobodys, normalised(password));
        return same && kept !== null;
      }, signal),
    isDated: (kept) => {
      const { memoryCost, timeCost, parallelism } = parseOptions(kept);
      return (
        memoryCost !== PARAMETERS.memoryCost ||
        timeCost !== PARAMETERS.timeCost ||
        parallelism !== PARAMETERS.parallelism
      );
    },
  };
};
