import { z } from 'zod';
import { ImportId } from '../../ids.ts';
import { PageQuery } from '../../kit/common.ts';
import { defineApi } from '../../kit/endpoint.ts';
import { contentErrors as errors } from '../errors.ts';
import { Import } from '../schemas.ts';
import { v1 } from './paths.ts';

/** Books that are brought in from files. */
export const importsEndpoints = defineApi({
  createImport: {
    method: 'POST',
    path: `${v1}/imports`,
    summary: 'Import an EPUB, DOCX, Markdown, HTML or text file as a new book, or into a book',
    description: 'multipart/form-data: `file`, and `bookId` before it to append to a book.',
    audience: 'account',
    scope: 'books:write',
    access: 'self',
    bodyKind: 'multipart',
    bodyLimitBytes: 101 * 1024 * 1024,
    timeoutMs: 300_000,
    response: Import,
    status: 202,
    idempotent: true,
    errors: [errors.fileMissing, errors.fileTooLarge, errors.fileUnreadable, errors.bookNotFound, errors.roleForbids],
  },
  listImports: {
    method: 'GET',
    path: `${v1}/imports`,
    summary: 'Your imports, newest first',
    audience: 'account',
    scope: 'books:read',
    access: 'self',
    query: PageQuery,
    respond: 'page',
    response: Import,
  },
  readImport: {
    method: 'GET',
    path: `${v1}/imports/:importId`,
    summary: 'How an import stands, and its report',
    audience: 'account',
    scope: 'books:read',
    access: 'self',
    params: z.strictObject({ importId: ImportId }),
    response: Import,
    errors: [errors.importNotFound],
  },
  cancelImport: {
    method: 'POST',
    path: `${v1}/imports/:importId/cancel`,
    summary: 'Stop an import; nothing of it stays',
    audience: 'account',
    scope: 'books:write',
    access: 'self',
    params: z.strictObject({ importId: ImportId }),
    response: Import,
    errors: [errors.importNotFound],
  },
});
