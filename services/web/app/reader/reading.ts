import type { RefObject } from 'react';

/** Where the reader is within the chapter, and how to move. Scrolling and turning pages are two ways of it. */
export interface Reading {
  /** 0 at the beginning of the chapter, 1 at its end. */
  readonly within: number;
  readonly page: number;
  /** 1 when the text scrolls. */
  readonly pages: number;
  /** @returns false where there is nothing further in this chapter */
  readonly forward: () => boolean;
  readonly backward: () => boolean;
}

/** Where to begin in a chapter. */
export type Start = { readonly blockId: string } | 'start' | 'end';

export interface ReadingOptions {
  readonly enabled: boolean;
  /** The element with the text of the chapter. */
  readonly text: RefObject<HTMLElement | null>;
  /** The element around it that clips the pages. */
  readonly stage: RefObject<HTMLElement | null>;
  readonly start: Start;
  /** Changes when the text or its looks change: then the place is found again. */
  readonly layout: string;
  readonly onMove: (blockId: string | null, within: number) => void;
}

export const clamp = (value: number): number => Math.min(1, Math.max(0, value));
