/** Where somebody is in a book. */
export interface Place {
  readonly chapterId: string;
  readonly blockId: string | null;
  /** Of the whole book, 0 to 1. */
  readonly fraction: number;
  readonly updatedAt: string;
}

const keyOf = (slug: string): string => `aw.place.${slug}`;

export const localPlace = (slug: string): Place | null => {
  try {
    const place = JSON.parse(localStorage.getItem(keyOf(slug)) ?? 'null') as Partial<Place> | null;
    return place && typeof place.chapterId === 'string' && typeof place.updatedAt === 'string'
      ? {
          chapterId: place.chapterId,
          blockId: place.blockId ?? null,
          fraction: Number(place.fraction) || 0,
          updatedAt: place.updatedAt,
        }
      : null;
  } catch {
    return null;
  }
};

export const keepLocally = (slug: string, place: Place): void => {
  try {
    localStorage.setItem(keyOf(slug), JSON.stringify(place));
  } catch {
    // private browsing: the place is kept for this visit by the address
  }
};

/** Of two places the one that was written last, on whatever device. */
export const latestPlace = (a: Place | null | undefined, b: Place | null | undefined): Place | null => {
  if (!a || !b) return a ?? b ?? null;
  return Date.parse(a.updatedAt) >= Date.parse(b.updatedAt) ? a : b;
};

interface CountedChapter {
  readonly id: string;
  readonly kind: 'part' | 'chapter';
  readonly wordCount: number;
}

/** Share of the book that lies before a place within a chapter. */
export const fractionOf = (contents: readonly CountedChapter[], chapterId: string, within: number): number => {
  const chapters = contents.filter(({ kind }) => kind === 'chapter');
  const total = chapters.reduce((sum, { wordCount }) => sum + wordCount, 0);
  const index = chapters.findIndex(({ id }) => id === chapterId);
  if (total === 0 || index === -1) return 0;
  const before = chapters.slice(0, index).reduce((sum, { wordCount }) => sum + wordCount, 0);
  return Math.min(1, Math.max(0, (before + (chapters[index]?.wordCount ?? 0) * within) / total));
};

/** A block's element has its id behind this. */
const PREFIX = 'b-';

export const blocksIn = (text: HTMLElement): HTMLElement[] => [
  ...text.querySelectorAll<HTMLElement>(`[id^="${PREFIX}"]`),
];

export const blockIdOf = (element: Element | undefined): string | null => element?.id.slice(PREFIX.length) || null;

export const blockElement = (text: HTMLElement, blockId: string): HTMLElement | null =>
  text.querySelector<HTMLElement>(`#${CSS.escape(PREFIX + blockId)}`);

/** The first block that is not above an edge; blocks stand in the order of the text, so it is found by halving. */
export const firstBelow = (blocks: readonly HTMLElement[], isAbove: (block: HTMLElement) => boolean): number => {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const block = blocks[middle];
    if (block && isAbove(block)) low = middle + 1;
    else high = middle;
  }
  return Math.min(low, blocks.length - 1);
};
