import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireScene } from '../access/require-access.ts';
import { lockBook } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import { readLiveText } from '../scene/live-texts.ts';
import { findText } from '../scene/scene-text-store.ts';
import { insertNamedRevision } from './revision-store.ts';
import { viewRevision } from './revision-view.ts';

export const createRevision: Operation<ContentContext, ContentApi['createRevision']> = async (
  context,
  { auth, params, body },
) => {
  const { accountId } = auth;
  const { sceneId } = params;
  const { bookId } = await requireScene(context.db, sceneId, { accountId, capability: 'write' });
  const text = await findText(context.db, sceneId);
  if (!text) throw fail(contentErrors.sceneNotFound);
  // a revision of anything but the newest text would be a false promise, so the editor has to be there
  await readLiveText(context, text);
  const [row] = await context.db.$transaction(async (db) => {
    await lockBook(db, bookId);
    const occasion = { bookId, sceneIds: [sceneId], name: body.name, createdBy: accountId, now: context.clock.now() };
    return await insertNamedRevision(db, occasion);
  });
  if (!row) throw fail(contentErrors.sceneNotFound);
  return viewRevision(row, await context.accountNames.find([accountId]));
};
