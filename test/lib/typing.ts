import type { LiveScene } from '@authorworks/editor-client';
import { type } from './people.ts';

/** Somebody at the keyboard, who notes which of her words were said to be saved. */
export interface Typing {
  /** Every word that she typed, in order. */
  readonly typed: readonly string[];
  /** The words of those that were acknowledged. */
  readonly acknowledged: readonly string[];
  /** The longest time that a word of hers had to wait until it was acknowledged, within one stroke, and since when. */
  readonly longestWait: () => { readonly ms: number; readonly at: Date };
  /** For each time that the scene was offline, how long it was, in milliseconds. */
  readonly reconnects: readonly number[];
  /** Waits until so many more words were acknowledged. */
  readonly untilAcknowledged: (count: number) => Promise<void>;
  readonly stop: () => void;
}

const STROKE_MS = 35;

/** Types words that nobody has typed before, so that each can be looked for, until told to stop. */
export const keepTyping = (scene: LiveScene, who: string, strokeMs = STROKE_MS): Typing => {
  const typed: string[] = [];
  const acknowledged: string[] = [];
  const reconnects: number[] = [];
  let waiting: string[] = [];
  let offlineSince: number | undefined;
  const longest = { ms: 0, at: new Date() };
  const look = (): void => {
    const ms = scene.unsavedMs;
    if (ms > longest.ms) Object.assign(longest, { ms, at: new Date(Date.now() - ms) });
  };
  const unsubscribe = scene.status.subscribe((status) => {
    if (status === 'offline') offlineSince ??= performance.now();
    else if (offlineSince !== undefined) {
      reconnects.push(performance.now() - offlineSince);
      offlineSince = undefined;
    }
    if (status !== 'saved') return;
    acknowledged.push(...waiting);
    waiting = [];
  });
  const timer = setInterval(() => {
    const word = `${who}${typed.length + 1}.`;
    typed.push(word);
    waiting.push(word);
    look();
    type(scene, ` ${word}`);
  }, strokeMs);
  return {
    typed,
    acknowledged,
    longestWait: () => longest,
    reconnects,
    untilAcknowledged: async (count) => {
      const wanted = acknowledged.length + count;
      while (acknowledged.length < wanted) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    stop: () => {
      clearInterval(timer);
      unsubscribe();
      look();
    },
  };
};

/** How often a word stands in a text: lost, kept or doubled. */
export const timesIn = (text: string, word: string): number => text.split(word).length - 1;
