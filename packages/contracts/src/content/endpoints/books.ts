import { z } from 'zod';
import { SeriesId } from '../../ids.ts';
import { PageQuery } from '../../kit/common.ts';
import { defineApi } from '../../kit/endpoint.ts';
import { contentErrors as errors } from '../errors.ts';
import { Book, CreateBook, UpdateBook } from '../schemas.ts';
import { v1, book } from './paths.ts';

/** Books on the shelf. */
export const booksEndpoints = defineApi({
  createBook: {
    method: 'POST',
    path: `${v1}/books`,
    summary: 'Start a book',
    audience: 'account',
    scope: 'books:write',
    access: 'self',
    body: CreateBook,
    response: Book,
    status: 201,
    idempotent: true,
    errors: [errors.seriesNotFound],
  },
  listBooks: {
    method: 'GET',
    path: `${v1}/books`,
    summary: 'The shelf: books that you own or work on, last changed first',
    audience: 'account',
    scope: 'books:read',
    access: 'self',
    query: PageQuery.extend({ seriesId: SeriesId.optional(), binned: z.stringbool().optional() }),
    respond: 'page',
    response: Book,
  },
  readBook: {
    method: 'GET',
    path: `${v1}/books/:bookId`,
    summary: 'One book',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: book,
    response: Book,
    errors: [errors.bookNotFound],
  },
  updateBook: {
    method: 'PATCH',
    path: `${v1}/books/:bookId`,
    summary: 'Change what is on the title page, the goal or the cover',
    audience: 'account',
    scope: 'books:write',
    access: 'book:structure',
    params: book,
    body: UpdateBook,
    response: Book,
    errors: [errors.bookNotFound, errors.roleForbids, errors.seriesNotFound],
  },
  deleteBook: {
    method: 'DELETE',
    path: `${v1}/books/:bookId`,
    summary: 'Put a book in the bin, for 30 days',
    audience: 'account',
    scope: 'books:write',
    access: 'book:administer',
    params: book,
    respond: 'empty',
    errors: [errors.bookNotFound, errors.roleForbids],
  },
  restoreBook: {
    method: 'POST',
    path: `${v1}/books/:bookId/restore`,
    summary: 'Take a book out of the bin',
    audience: 'account',
    scope: 'books:write',
    access: 'book:administer',
    params: book,
    response: Book,
    errors: [errors.bookNotFound, errors.roleForbids],
  },
});
