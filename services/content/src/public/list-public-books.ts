import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { listPublicEditions } from './public-store.ts';
import { viewPublicBook } from './public-view.ts';

export const listPublicBooks: Operation<ContentContext, ContentApi['listPublicBooks']> = async (
  { db, pages },
  { query },
) => {
  const { rows, pagination } = await pages.read({
    list: ['listPublicBooks'],
    query,
    load: async (position, take) => {
      const [publishedAt, bookId] = position ?? [];
      const after = publishedAt && bookId ? { publishedAt: new Date(publishedAt), bookId } : undefined;
      return await listPublicEditions(db, { after, take });
    },
    positionOf: ({ publishedAt, bookId }) => [publishedAt.toISOString(), bookId],
  });
  return { data: rows.map(viewPublicBook), pagination };
};
