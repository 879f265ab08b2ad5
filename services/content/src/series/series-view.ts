import type { z } from 'zod';
import type { Series } from '@authorworks/contracts';
import type { SeriesRow } from './series-store.ts';

export const viewSeries = (row: SeriesRow): z.input<typeof Series> => ({
  id: row.id,
  title: row.title,
  description: row.description,
  bookIds: row.books.map(({ id }) => id),
  createdAt: row.createdAt.toISOString(),
});
