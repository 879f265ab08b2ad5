import type { LiveScene } from '@authorworks/editor-client';
import { type } from './people.ts';

/** Somebody at the keyboard, who notes which of her words were said to be saved. */
export interface Typing {
  /** Every word that she typed, in order. */
  readonly typed: readonly string[];
  /** The words of those that were acknowledged. */
  readonly acknowledged: readonly string[];
  /** The longest time, in milliseconds, that she had to wait until what she had typed was acknowledged. */
  readonly longestWaitMs: () => number;
  /** Waits until so many more words were acknowledged. */
  readonly untilAcknowledged: (count: number) => Promise<void>;
  readonly stop: () => void;
}

const STROKE_MS = 35;

/** Types words that nobody has typed before, so that each can be looked for, until told to stop. */
export const keepTyping = (scene: LiveScene, who: string, strokeMs = STROKE_MS): Typing => {
  const typed: string[] = [];
  const acknowledged: string[] = [];
  let waiting: string[] = [];
  let waitingSince: number | undefined;
  let longestWaitMs = 0;
  const waited = (): number => (waitingSince === undefined ? 0 : performance.now() - waitingSince);
  const unsubscribe = scene.status.subscribe((status) => {
    if (status !== 'saved') return;
    acknowledged.push(...waiting);
    waiting = [];
    longestWaitMs = Math.max(longestWaitMs, waited());
    waitingSince = undefined;
  });
  const timer = setInterval(() => {
    const word = `${who}${typed.length + 1}.`;
    typed.push(word);
    waiting.push(word);
    waitingSince ??= performance.now();
    type(scene, ` ${word}`);
  }, strokeMs);
  return {
    typed,
    acknowledged,
    longestWaitMs: () => longestWaitMs,
    untilAcknowledged: async (count) => {
      const wanted = acknowledged.length + count;
      while (acknowledged.length < wanted) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    stop: () => {
      clearInterval(timer);
      unsubscribe();
      longestWaitMs = Math.max(longestWaitMs, waited());
      waitingSince = undefined;
    },
  };
};

/** How often a word stands in a text: lost, kept or doubled. */
export const timesIn = (text: string, word: string): number => text.split(word).length - 1;
