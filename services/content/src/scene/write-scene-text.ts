import { contentErrors, type ContentApi, type WriteSceneText } from '@authorworks/contracts';
import { matchBlockIds } from '@authorworks/manuscript/blocks';
import type { DocNode, ManuscriptProblem } from '@authorworks/manuscript/schema';
import { type AppError, fail, type Operation } from '@authorworks/platform';
import type { z } from 'zod';
import { requireScene } from '../access/require-access.ts';
import { findBookHead } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import { parseText, type WrittenText } from './parse-text.ts';
import { replaceLiveText } from './replace-live-text.ts';
import { viewSceneText } from './scene-text-view.ts';
import { openText } from './sealed-text.ts';

/** Longer texts are read in a thread: a page of a book takes a millisecond, a whole book seconds. */
const SHORT_CHARACTERS = 30_000;

const writtenOf = (body: z.output<typeof WriteSceneText>, language: string): WrittenText => {
  if (body.doc) return { kind: 'doc', doc: body.doc };
  if (body.markdown !== undefined) return { kind: 'markdown', text: body.markdown, language };
  return { kind: body.format ?? 'markdown', text: body.text ?? '', language };
};

const isShort = (written: WrittenText): boolean =>
  written.kind === 'doc'
    ? JSON.stringify(written.doc).length <= SHORT_CHARACTERS
    : written.text.length <= SHORT_CHARACTERS;

const refusal = (problems: readonly ManuscriptProblem[]): AppError => {
  const fields = problems.map(({ path, message }) => ({
    path: path === '' ? 'body.doc' : `body.doc.${path}`,
    message,
  }));
  const [first] = fields;
  const where = first ? ` ${first.path} ${first.message}` : '';
  return fail(contentErrors.textInvalid, { message: `${contentErrors.textInvalid.message}${where}`, fields });
};

const parse = async ({ threads }: ContentContext, written: WrittenText): Promise<DocNode> => {
  if (isShort(written)) {
    const parsed = parseText(written);
    if (!parsed.ok) throw refusal(parsed.problems);
    return parsed.doc;
  }
  const parsed = await threads.parseText.run(written);
  if (!parsed.ok) throw refusal(parsed.problems);
  return openText(parsed.doc);
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
  const doc = await parse(context, written);
  const text = await replaceLiveText(context, {
    sceneId,
    accountId,
    reason: 'before-replace',
    ifVersion: body.ifVersion,
    docOf: (current) => (written.kind === 'doc' ? doc : matchBlockIds(current, doc)),
  });
  return viewSceneText(sceneId, text, written.kind === 'doc' ? 'json' : written.kind);
};
