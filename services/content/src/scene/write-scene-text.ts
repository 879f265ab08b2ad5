import { contentErrors, type ContentApi, type WriteSceneText } from '@authorworks/contracts';
import type { ManuscriptProblem } from '@authorworks/manuscript/schema';
import { type AppError, fail, type Operation } from '@authorworks/platform';
import type { z } from 'zod';
import { requireScene } from '../access/require-access.ts';
import { findBookHead } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import type { WrittenText } from './compose-text.ts';
import { replaceLiveText } from './replace-live-text.ts';
import { showSceneText } from './show-scene-text.ts';

const writtenOf = (body: z.output<typeof WriteSceneText>, language: string): WrittenText => {
  if (body.doc) return { kind: 'doc', doc: body.doc };
  if (body.markdown !== undefined) return { kind: 'markdown', text: body.markdown, language };
  return { kind: body.format ?? 'markdown', text: body.text ?? '', language };
};

const refusal = (problems: readonly ManuscriptProblem[]): AppError => {
  const fields = problems.map(({ path, message }) => ({
    path: path === '' ? 'body.doc' : `body.doc.${path}`,
    message,
  }));
  const [first] = fields;
  const where = first ? ` ${first.path} ${first.message}` : '';
  return fail(contentErrors.textInvalid, { message: `${contentErrors.textInvalid.message}${where}`, fields });
};

/** Blocks whose text is the same keep their ids, so that what hangs on them (comments, sound) stays where it is. */
export const writeSceneText: Operation<ContentContext, ContentApi['writeSceneText']> = async (
  context,
  { auth, params, body },
) => {
  const { accountId } = auth;
  const { sceneId } = params;
  const { bookId } = await requireScene(context.db, sceneId, { accountId, capability: 'write' });
  const book = await findBookHead(context.db, bookId);
  const written = writtenOf(body, book?.language ?? '');
  const text = await replaceLiveText(context, {
    sceneId,
    accountId,
    reason: 'before-replace',
    ifVersion: body.ifVersion,
    textOf: async (current) => {
      const composed = await context.texts.compose({ written, current: current.doc });
      if (!composed.ok) throw refusal(composed.problems);
      return composed.text;
    },
  });
  const format = written.kind === 'doc' ? 'json' : written.kind;
  return await showSceneText(context, text, { sceneId, format });
};
