import { Interrupted } from './problem.ts';

export const sleep = async (ms: number, signal: AbortSignal): Promise<void> =>
  await new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Interrupted(String(signal.reason)));
    const stop = (): void => {
      clearTimeout(timer);
      reject(new Interrupted(String(signal.reason)));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });

/**
 * Asks once a second until there is an answer. What is thrown ends it.
 * @returns undefined after so many seconds
 */
export const within = async <T>(
  seconds: number,
  signal: AbortSignal,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= until) return undefined;
    await sleep(1000, signal);
  }
};
