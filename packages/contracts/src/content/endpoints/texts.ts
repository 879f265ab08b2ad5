import { z } from 'zod';
import { RevisionId } from '../../ids.ts';
import { line, PageQuery } from '../../kit/common.ts';
import { defineApi } from '../../kit/endpoint.ts';
import { contentErrors as errors } from '../errors.ts';
import { ManuscriptDoc, Revision, SceneText, TextFormat, WriteSceneText } from '../schemas.ts';
import { v1, scene } from './paths.ts';

/** A scene of 5 MB of text, in JSON: it is never longer than a whole book. */
const TEXT_LIMIT_BYTES = 12 * 1024 * 1024;

/** The text of scenes, and what it was before. */
export const textsEndpoints = defineApi({
  readSceneText: {
    method: 'GET',
    path: `${v1}/scenes/:sceneId/text`,
    summary: 'The draft text as it is now',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: scene,
    query: z.strictObject({ format: TextFormat.default('json') }),
    response: SceneText,
    errors: [errors.sceneNotFound],
  },
  writeSceneText: {
    method: 'PUT',
    path: `${v1}/scenes/:sceneId/text`,
    summary: 'Replace the draft text; goes through the live document, so open editors see it',
    description: 'Blocks whose text is unchanged keep their ids. Also takes text/markdown and text/plain bodies.',
    audience: 'account',
    scope: 'books:write',
    access: 'book:write',
    params: scene,
    body: WriteSceneText,
    textBodies: {
      'text/markdown': (text) => ({ text, format: 'markdown' }),
      'text/plain': (text) => ({ text, format: 'text' }),
    },
    bodyLimitBytes: TEXT_LIMIT_BYTES,
    response: SceneText,
    errors: [errors.sceneNotFound, errors.roleForbids, errors.textInvalid, errors.textConflict],
  },
  createRevision: {
    method: 'POST',
    path: `${v1}/scenes/:sceneId/revisions`,
    summary: 'Keep the text as it is now under a name',
    audience: 'account',
    scope: 'books:write',
    access: 'book:write',
    params: scene,
    body: z.strictObject({ name: line(200) }),
    response: Revision,
    status: 201,
    errors: [errors.sceneNotFound, errors.roleForbids],
  },
  listRevisions: {
    method: 'GET',
    path: `${v1}/scenes/:sceneId/revisions`,
    summary: 'Revisions of a scene, newest first',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: scene,
    query: PageQuery,
    respond: 'page',
    response: Revision,
    errors: [errors.sceneNotFound],
  },
  readRevision: {
    method: 'GET',
    path: `${v1}/revisions/:revisionId`,
    summary: 'A revision with its text',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: z.strictObject({ revisionId: RevisionId }),
    response: Revision.extend({ doc: ManuscriptDoc, text: z.string() }).meta({ id: 'RevisionText' }),
    errors: [errors.revisionNotFound],
  },
  restoreRevision: {
    method: 'POST',
    path: `${v1}/revisions/:revisionId/restore`,
    summary: 'Make a revision the draft text again; the text of before is kept as a revision',
    audience: 'account',
    scope: 'books:write',
    access: 'book:write',
    params: z.strictObject({ revisionId: RevisionId }),
    response: SceneText,
    errors: [errors.revisionNotFound, errors.roleForbids],
  },
});
