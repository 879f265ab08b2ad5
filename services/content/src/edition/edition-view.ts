import type { Edition } from '@authorworks/contracts';
import type { z } from 'zod';
import type { EditionRow } from './edition-store.ts';

/** Path of a book's public page in the web app. */
export const publicPageOf = (slug: string): string => `/books/${slug}`;

export const viewEdition = (row: EditionRow, publishedEditionId: string | null): z.input<typeof Edition> => ({
  id: row.id,
  bookId: row.bookId,
  number: row.number,
  title: row.title,
  slug: row.slug,
  notes: row.notes,
  wordCount: row.wordCount,
  publishedAt: row.publishedAt.toISOString(),
  current: row.id === publishedEditionId,
  url: publicPageOf(row.slug),
  sha256: row.sha256,
});
