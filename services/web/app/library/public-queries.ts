import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { House } from '../api/api.ts';

const PAGE_SIZE = 48;

export const publicBookQuery = ({ content }: House, slug: string) =>
  queryOptions({
    queryKey: ['public-book', slug],
    queryFn: async () => await content.readPublicBook({ params: { slug } }),
    staleTime: 5 * 60_000,
  });

export const publicChapterQuery = ({ content }: House, slug: string, chapterId: string) =>
  queryOptions({
    queryKey: ['public-chapter', slug, chapterId],
    queryFn: async () => await content.readPublicChapter({ params: { slug, chapterId } }),
    staleTime: 30 * 60_000,
  });

export const publicBooksQuery = ({ content }: House) =>
  infiniteQueryOptions({
    queryKey: ['public-books'],
    queryFn: async ({ pageParam }: { pageParam: string | undefined }) =>
      await content.listPublicBooks({ query: { limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
  });
