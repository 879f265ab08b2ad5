import type { Book, BookRole } from '@authorworks/contracts';
import type { z } from 'zod';
import type { BookRow } from './book-store.ts';

/** @param coverUrls Addresses of covers by file id; a cover whose address is not known now is shown as none. */
export const viewBook = (row: BookRow, coverUrls: ReadonlyMap<string, string>): z.input<typeof Book> => ({
  id: row.id,
  title: row.title,
  subtitle: row.subtitle,
  authorName: row.authorName,
  description: row.description,
  language: row.language,
  seriesId: row.seriesId,
  seriesPosition: row.seriesPosition,
  coverFileId: row.coverFileId,
  coverUrl: (row.coverFileId === null ? undefined : coverUrls.get(row.coverFileId)) ?? null,
  role: row.collaborators[0]?.role as BookRole,
  wordCount: row.wordCount,
  wordGoal: row.wordGoal,
  chapterCount: row.chapterCount,
  sceneCount: row.sceneCount,
  slug: row.slug,
  publishedEdition:
    row.publishedEdition === null
      ? null
      : {
          id: row.publishedEdition.id,
          number: row.publishedEdition.number,
          publishedAt: row.publishedEdition.publishedAt.toISOString(),
        },
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  binnedAt: row.binnedAt?.toISOString() ?? null,
});
