import { z } from 'zod';
import { EditionId } from '../../ids.ts';
import { PageQuery } from '../../kit/common.ts';
import { defineApi } from '../../kit/endpoint.ts';
import { contentErrors as errors } from '../errors.ts';
import { CreateEdition, Edition } from '../schemas.ts';
import { v1, book } from './paths.ts';

/** What is published, and stays as it was. */
export const editionsEndpoints = defineApi({
  createEdition: {
    method: 'POST',
    path: `${v1}/books/:bookId/editions`,
    summary: 'Publish: freeze the draft as the next edition and show it to readers',
    audience: 'account',
    scope: 'books:write',
    access: 'book:administer',
    params: book,
    body: CreateEdition.prefault({}),
    timeoutMs: 60_000,
    response: Edition,
    status: 201,
    idempotent: true,
    errors: [errors.bookNotFound, errors.roleForbids, errors.nothingToPublish, errors.slugTaken],
  },
  listEditions: {
    method: 'GET',
    path: `${v1}/books/:bookId/editions`,
    summary: 'Editions, newest first',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: book,
    query: PageQuery,
    respond: 'page',
    response: Edition,
    errors: [errors.bookNotFound],
  },
  readEdition: {
    method: 'GET',
    path: `${v1}/editions/:editionId`,
    summary: 'One edition',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: z.strictObject({ editionId: EditionId }),
    response: Edition,
    errors: [errors.editionNotFound],
  },
  withdrawBook: {
    method: 'DELETE',
    path: `${v1}/books/:bookId/publication`,
    summary: 'Take the book off the public pages; its editions stay',
    audience: 'account',
    scope: 'books:write',
    access: 'book:administer',
    params: book,
    respond: 'empty',
    errors: [errors.bookNotFound, errors.roleForbids],
  },
});
