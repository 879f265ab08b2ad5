import { z } from 'zod';
import { AccountId, BookId, SceneId } from '../../ids.ts';
import { defineApi } from '../../kit/endpoint.ts';
import { BookRole } from '../book-access.ts';
import { contentErrors as errors } from '../errors.ts';
import { ManuscriptDoc } from '../schemas.ts';
import { internal, scene } from './paths.ts';

/** What other services ask. */
export const neighboursEndpoints = defineApi({
  readAccess: {
    method: 'GET',
    path: `${internal}/access`,
    summary: 'The role of an account in a book, or in the book of a scene',
    audience: 'service',
    query: z.strictObject({ accountId: AccountId, bookId: BookId.optional(), sceneId: SceneId.optional() }),
    response: z.object({
      bookId: BookId.nullable(),
      role: BookRole.nullable().describe('null: a stranger, or there is no such book or scene'),
    }),
  },
  readSceneSeed: {
    method: 'GET',
    path: `${internal}/scenes/:sceneId/seed`,
    summary: 'The text that a live document starts from, when the editor has none yet',
    audience: 'service',
    params: scene,
    response: z.object({
      sceneId: SceneId,
      bookId: BookId,
      language: z.string(),
      doc: ManuscriptDoc,
      version: z
        .int()
        .min(0)
        .optional()
        .describe('Live version that `doc` was read at; a document that is started anew counts on from it. Absent: 0'),
    }),
    errors: [errors.sceneNotFound],
  },
});
