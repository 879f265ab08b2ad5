import type { ReadingPlace } from '@authorworks/contracts';
import type { z } from 'zod';
import type { ReadingPlaceRow } from './reading-place-store.ts';

export const viewPlace = (row: ReadingPlaceRow): z.input<typeof ReadingPlace> => ({
  slug: row.book.slug ?? '',
  chapterId: row.chapterId,
  blockId: row.blockId,
  fraction: row.fraction,
  updatedAt: row.updatedAt.toISOString(),
});
