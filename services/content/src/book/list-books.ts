import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { findCoverUrls } from '../image/find-cover-urls.ts';
import { listShelf } from './book-store.ts';
import { viewBook } from './book-view.ts';

export const listBooks: Operation<ContentContext, ContentApi['listBooks']> = async (context, { auth, query }) => {
  const { accountId } = auth;
  const { seriesId, binned = false } = query;
  const { rows, pagination } = await context.pages.read({
    list: ['listBooks', accountId, seriesId ?? '', String(binned)],
    query,
    load: async (position, take) => {
      const [updatedAt, id] = position ?? [];
      const after = updatedAt && id ? { updatedAt: new Date(updatedAt), id } : undefined;
      return await listShelf(context.db, { accountId, seriesId, binned, after, take });
    },
    positionOf: (row) => [row.updatedAt.toISOString(), row.id],
  });
  const coverUrls = await findCoverUrls(
    context,
    rows.map((row) => row.coverFileId),
  );
  return { data: rows.map((row) => viewBook(row, coverUrls)), pagination };
};
