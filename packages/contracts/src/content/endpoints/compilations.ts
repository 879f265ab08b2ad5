import { z } from 'zod';
import { CompilationId, EditionId } from '../../ids.ts';
import { PageQuery } from '../../kit/common.ts';
import { defineApi } from '../../kit/endpoint.ts';
import { contentErrors as errors } from '../errors.ts';
import { Compilation, CompilationFormat } from '../schemas.ts';
import { v1, book } from './paths.ts';

/** Files that are made of books. */
export const compilationsEndpoints = defineApi({
  createCompilation: {
    method: 'POST',
    path: `${v1}/books/:bookId/compilations`,
    summary: 'Make a file of the book: of the draft as it is now, or of an edition',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: book,
    body: z.strictObject({ format: CompilationFormat, editionId: EditionId.optional() }),
    response: Compilation,
    status: 202,
    idempotent: true,
    errors: [errors.bookNotFound, errors.editionNotFound],
  },
  listCompilations: {
    method: 'GET',
    path: `${v1}/books/:bookId/compilations`,
    summary: 'Files made of this book, newest first',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: book,
    query: PageQuery,
    respond: 'page',
    response: Compilation,
    errors: [errors.bookNotFound],
  },
  readCompilation: {
    method: 'GET',
    path: `${v1}/compilations/:compilationId`,
    summary: 'How a compilation stands, and where its file is',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: z.strictObject({ compilationId: CompilationId }),
    response: Compilation,
    errors: [errors.compilationNotFound],
  },
  cancelCompilation: {
    method: 'POST',
    path: `${v1}/compilations/:compilationId/cancel`,
    summary: 'Stop a compilation',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: z.strictObject({ compilationId: CompilationId }),
    response: Compilation,
    errors: [errors.compilationNotFound],
  },
});
