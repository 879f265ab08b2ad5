import type { Redis } from '@authorworks/platform/redis';
import { guessRules } from './guess-policy.ts';
import type { GuessCounter, GuessSubject } from './memory-guesses.ts';

/**
 * The same as waitOf and memoryGuesses, in one step, so that a hundred guesses at once are not all counted as the first.
 * KEYS: a hash for each subject. ARGV: now, then free, firstWait, longestWait and forgetAfter of each.
 */
const COUNT = `
local now = tonumber(ARGV[1])
local longest = 0
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 4 + 2
  local free = tonumber(ARGV[at])
  local wrong = tonumber(redis.call('HGET', key, 'wrong') or '0')
  if wrong >= free then
    local wait = math.min(tonumber(ARGV[at + 1]) * 2 ^ math.min(wrong - free, 30), tonumber(ARGV[at + 2]))
    local since = now - tonumber(redis.call('HGET', key, 'last') or '0')
    if since >= 0 then wait = wait - since end
    if wait > longest then longest = wait end
  end
end
if longest > 0 then return math.ceil(longest) end
for i, key in ipairs(KEYS) do
  redis.call('HINCRBY', key, 'wrong', 1)
  redis.call('HSET', key, 'last', ARGV[1])
  redis.call('PEXPIRE', key, ARGV[(i - 1) * 4 + 5])
end
return 0
`;

/** KEYS: the pair's hash first, then the others. */
const FORGIVE = `
redis.call('DEL', KEYS[1])
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 and redis.call('HINCRBY', KEYS[i], 'wrong', -1) <= 0 then redis.call('DEL', KEYS[i]) end
end
return 0
`;

const keyOf = ({ kind, key }: GuessSubject): string => `user:guesses:${kind}:${key}`;

/** Counts for all replicas of the service. */
export const redisGuesses = (redis: Redis): GuessCounter => ({
  count: async (subjects, nowMs) => {
    const rules = subjects.flatMap(({ kind }) => {
      const { free, firstWaitMs, longestWaitMs, forgetAfterMs } = guessRules[kind];
      return [free, firstWaitMs, longestWaitMs, forgetAfterMs];
    });
    return Number(await redis.eval(COUNT, subjects.length, ...subjects.map(keyOf), nowMs, ...rules));
  },
  forgive: async (subjects) => {
    const pairFirst = subjects.toSorted((a, b) => Number(b.kind === 'pair') - Number(a.kind === 'pair'));
    await redis.eval(FORGIVE, pairFirst.length, ...pairFirst.map(keyOf));
  },
});
