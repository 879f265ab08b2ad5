import { z } from 'zod';
import { PageQuery } from '../../kit/common.ts';
import { defineApi } from '../../kit/endpoint.ts';
import { contentErrors as errors } from '../errors.ts';
import { BlockId, PublicBook, PublicChapter, ReadingPlace, Slug } from '../schemas.ts';
import { v1, bySlug } from './paths.ts';

/** What everybody may read, and where one stopped. */
export const readersEndpoints = defineApi({
  listPublicBooks: {
    method: 'GET',
    path: `${v1}/public/books`,
    summary: 'Published books, newest first',
    audience: 'anyone',
    access: 'public',
    query: PageQuery,
    respond: 'page',
    response: PublicBook.omit({ contents: true }).meta({ id: 'PublicBookSummary' }),
  },
  readPublicBook: {
    method: 'GET',
    path: `${v1}/public/books/:slug`,
    summary: 'The public page of a book',
    audience: 'anyone',
    access: 'public',
    params: bySlug,
    response: PublicBook,
    errors: [errors.notPublished],
  },
  readPublicChapter: {
    method: 'GET',
    path: `${v1}/public/books/:slug/chapters/:chapterId`,
    summary: 'One chapter to read',
    audience: 'anyone',
    access: 'public',
    params: z.strictObject({ slug: Slug, chapterId: z.uuid() }),
    response: PublicChapter,
    errors: [errors.notPublished],
  },
  downloadPublicEpub: {
    method: 'GET',
    path: `${v1}/public/books/:slug/epub`,
    summary: 'The current edition as EPUB',
    audience: 'anyone',
    access: 'public',
    params: bySlug,
    timeoutMs: 60_000,
    respond: 'stream',
    contentType: 'application/epub+zip',
    errors: [errors.notPublished],
  },
  listReadingPlaces: {
    method: 'GET',
    path: `${v1}/reading`,
    summary: 'Books you are reading, and where',
    audience: 'account',
    scope: 'profile:read',
    access: 'self',
    query: PageQuery,
    respond: 'page',
    response: ReadingPlace,
  },
  readReadingPlace: {
    method: 'GET',
    path: `${v1}/reading/:slug`,
    summary: 'Where you are in a book',
    audience: 'account',
    scope: 'profile:read',
    access: 'self',
    params: bySlug,
    response: ReadingPlace.nullable(),
  },
  writeReadingPlace: {
    method: 'PUT',
    path: `${v1}/reading/:slug`,
    summary: 'Keep your place in a book',
    audience: 'account',
    scope: 'profile:write',
    access: 'self',
    params: bySlug,
    body: z.strictObject({
      chapterId: z.uuid(),
      blockId: BlockId.nullable(),
      fraction: z.number().min(0).max(1),
    }),
    response: ReadingPlace,
    errors: [errors.notPublished],
  },
});
