import type { ManuscriptNode, TreeNode } from '@authorworks/contracts';
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import type { House } from '../api/api.ts';

const PAGE_SIZE = 60;

export const bookKeys = {
  books: ['books'] as const,
  binned: ['books', 'binned'] as const,
  book: (bookId: string) => ['book', bookId] as const,
  tree: (bookId: string) => ['book', bookId, 'tree'] as const,
  bin: (bookId: string) => ['book', bookId, 'bin'] as const,
  people: (bookId: string) => ['book', bookId, 'people'] as const,
  editions: (bookId: string) => ['book', bookId, 'editions'] as const,
  series: ['series'] as const,
};

export const booksQuery = ({ content }: House) =>
  infiniteQueryOptions({
    queryKey: bookKeys.books,
    queryFn: async ({ pageParam }: { pageParam: string | undefined }) =>
      await content.listBooks({ query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
  });

export const binnedBooksQuery = ({ content }: House) =>
  queryOptions({
    queryKey: bookKeys.binned,
    queryFn: async () => (await content.listBooks({ query: { limit: 100, binned: 'true' } })).data,
  });

export const seriesQuery = ({ content }: House) =>
  queryOptions({
    queryKey: bookKeys.series,
    queryFn: async () => (await content.listSeries({ query: { limit: 100 } })).data,
  });

export const bookQuery = ({ content }: House, bookId: string) =>
  queryOptions({
    queryKey: bookKeys.book(bookId),
    queryFn: async () => await content.readBook({ params: { bookId: bookId } }),
  });

export const treeQuery = ({ content }: House, bookId: string) =>
  queryOptions({
    queryKey: bookKeys.tree(bookId),
    queryFn: async (): Promise<TreeNode> => await content.readTree({ params: { bookId: bookId } }),
  });

export const binQuery = ({ content }: House, bookId: string) =>
  queryOptions({
    queryKey: bookKeys.bin(bookId),
    queryFn: async (): Promise<ManuscriptNode[]> =>
      (await content.listBinnedNodes({ params: { bookId: bookId }, query: { limit: 100 } })).data,
  });

/** After a change of a book: what shows it asks again. */
export const refreshBook = async (queries: QueryClient, bookId: string): Promise<void> => {
  await Promise.all([
    queries.invalidateQueries({ queryKey: bookKeys.book(bookId) }),
    queries.invalidateQueries({ queryKey: bookKeys.books }),
  ]);
};
