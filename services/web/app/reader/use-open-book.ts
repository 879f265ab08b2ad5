import type { PublicBook, PublicChapter } from '@authorworks/contracts';
import { type RefObject, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { z } from 'zod';
import { fractionOf } from './place.ts';
import { useReaderSettings } from './reader-settings.ts';
import type { Reading, Start } from './reading.ts';
import type { Sanitiser } from './sanitiser-query.ts';
import { useGestures } from './use-gestures.ts';
import { usePageReading } from './use-page-reading.ts';
import { useKeepPlace } from './use-place.ts';
import { useQuietBar } from './use-quiet-bar.ts';
import { useScrollReading } from './use-scroll-reading.ts';

export type BookView = z.infer<typeof PublicBook>;
export type ChapterView = z.infer<typeof PublicChapter>;
export type ReaderDialog = 'contents' | 'looks' | null;

export interface OpenBookProps {
  readonly book: BookView;
  readonly chapter: ChapterView;
  readonly sanitiser: Sanitiser;
  readonly start: Start;
}

interface Turning {
  readonly reading: Reading;
  readonly forward: () => void;
  readonly backward: () => void;
}

/** Forward and backward: by pages within the chapter where pages are turned, then by chapters. */
const useTurning = ({ book, chapter }: OpenBookProps, reading: Reading, paged: boolean): Turning => {
  const navigate = useNavigate();
  const goTo = (id: string | null, at: 'start' | 'end'): void => {
    if (id) void navigate(`/read/${book.slug}/${id}`, { state: { start: at } });
  };
  return {
    reading,
    forward: () => {
      if (!paged || !reading.forward()) goTo(chapter.nextId, 'start');
    },
    backward: () => {
      if (!paged || !reading.backward()) goTo(chapter.previousId, paged ? 'end' : 'start');
    },
  };
};

const keysOf = (turning: Turning, paged: boolean, open: (dialog: ReaderDialog) => void): Record<string, () => void> => {
  const { reading, forward, backward } = turning;
  const shared = { ArrowRight: forward, ArrowLeft: backward, c: () => open('contents'), a: () => open('looks') };
  if (paged)
    return { ...shared, ' ': forward, PageDown: forward, PageUp: backward, ArrowDown: forward, ArrowUp: backward };
  const space = (): void => {
    if (!reading.forward()) forward();
  };
  return { ...shared, ' ': space };
};

/** All that moves in the reader. */
export const useOpenBook = (
  props: OpenBookProps,
  area: RefObject<HTMLElement | null>,
  text: RefObject<HTMLDivElement | null>,
) => {
  const { book, chapter, start } = props;
  const { settings, change } = useReaderSettings();
  const [dialog, setDialog] = useState<ReaderDialog>(null);
  const keep = useKeepPlace(book.slug);
  const paged = settings.mode === 'pages';
  const { font, size, margins, spacing, justify, dropCaps } = settings;
  // where one is when the looks change, so that they change around the same paragraph
  const here = useRef<Start>(start);
  const options = {
    text,
    stage: area,
    start: here.current,
    layout: `${font} ${size} ${margins} ${spacing} ${justify} ${dropCaps} ${paged}`,
    onMove: (blockId: string | null, within: number): void => {
      if (blockId) here.current = { blockId };
      keep({ chapterId: chapter.id, blockId, fraction: fractionOf(book.contents, chapter.id, within) });
    },
  };
  const scrolled = useScrollReading({ ...options, enabled: !paged });
  const turned = usePageReading({ ...options, enabled: paged });
  const turning = useTurning(props, paged ? turned : scrolled, paged);
  const bar = useQuietBar(paged);
  useGestures(area, {
    forward: turning.forward,
    backward: turning.backward,
    onMiddle: bar.toggle,
    edges: paged,
    keys: keysOf(turning, paged, setDialog),
  });
  return { settings, change, dialog, setDialog, paged, bar, ...turning };
};
