import { type AccountId, contentErrors, editorErrors, type ManuscriptDoc } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { fail } from '@authorworks/platform';
import type { z } from 'zod';
import { lockBook } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import { type AutomaticReason, keepRevisions } from '../revision/revision-store.ts';
import { readLiveText, storeLiveTexts } from './live-texts.ts';
import { findText } from './scene-text-store.ts';
import type { SealedText } from './sealed-text.ts';

export interface Replacement {
  readonly sceneId: string;
  readonly accountId: AccountId;
  /** Under which the text of before is kept as a revision. */
  readonly reason: Extract<AutomaticReason, 'before-restore' | 'before-replace'>;
  /** Refuse when the live document has another version. */
  readonly ifVersion?: number | undefined;
  /** Makes the new text, given the one that it replaces. */
  readonly textOf: (current: SealedText) => SealedText | Promise<SealedText>;
}

const NAMES = { 'before-restore': 'Before a revision was restored', 'before-replace': 'Before the text was replaced' };

const translated = (error: unknown): unknown => {
  if (!(error instanceof ApiError)) return error;
  if (error.code === editorErrors.versionConflict.code) return fail(contentErrors.textConflict, { cause: error });
  if (error.code === editorErrors.updateInvalid.code) return fail(contentErrors.textInvalid, { cause: error });
  if (error.code === editorErrors.sceneNotFound.code) return fail(contentErrors.sceneNotFound, { cause: error });
  return error;
};

/**
 * Replaces the text of a scene through the live document, after the text of before was kept as a revision. The same text
 * again changes nothing.
 * @throws CONTENT_TEXT_CONFLICT when the text has another version than `ifVersion`; ApiError when the editor is away.
 */
export const replaceLiveText = async (
  context: ContentContext,
  { sceneId, accountId, reason, ifVersion, textOf }: Replacement,
): Promise<SealedText & { readonly version: number }> => {
  const row = await findText(context.db, sceneId);
  if (!row) throw fail(contentErrors.sceneNotFound);
  const { bookId } = row;
  const current = await readLiveText(context, row);
  if (ifVersion !== undefined && ifVersion !== current.version) throw fail(contentErrors.textConflict);
  const next = await textOf(current);
  if (next.hash === current.hash) return current;
  await context.db.$transaction(async (db) => {
    if (!(await lockBook(db, bookId))) throw fail(contentErrors.sceneNotFound);
    const occasion = { bookId, sceneIds: [sceneId], name: NAMES[reason], createdBy: accountId };
    await keepRevisions(db, reason, { ...occasion, now: context.clock.now() });
  });
  const doc = JSON.parse(next.doc) as z.input<typeof ManuscriptDoc>;
  const params = { sceneId: sceneId };
  const body = { doc, accountId, ...(ifVersion === undefined ? {} : { ifVersion }) };
  const live = await context.editor.writeText({ params, body }).catch((error: unknown) => {
    throw translated(error);
  });
  const text = await context.texts.seal({ doc: live.doc });
  await storeLiveTexts(context, bookId, [{ sceneId, version: live.version, text }]);
  return { ...text, version: live.version };
};
