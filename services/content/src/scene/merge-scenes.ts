import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, newId, type Operation } from '@authorworks/platform';
import { requireScene } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { changeTree } from '../node/change-tree.ts';
import { findLiveNode } from '../node/node-store.ts';
import { showNode } from '../node/show-node.ts';
import { finishTextMove } from './finish-text-move.ts';
import { type BegunMove, findBegunTextMove, insertTextMove } from './text-move-store.ts';

/** Written down, done in the editor, done here: as splitScene. */
export const mergeScenes: Operation<ContentContext, ContentApi['mergeScenes']> = async (
  context,
  { auth, params, body },
) => {
  const { accountId } = auth;
  const { sceneId } = params;
  const { otherSceneId } = body;
  const { bookId } = await requireScene(context.db, sceneId, { accountId, capability: 'structure' });
  if (sceneId === otherSceneId)
    throw fail(contentErrors.treeInvalid, { message: 'A scene cannot be appended to itself.' });
  const { move, isNew } = await changeTree(context, bookId, async (db, now): Promise<BegunMove> => {
    const other = await findLiveNode(db, { bookId, id: otherSceneId });
    if (other?.kind !== 'scene') throw fail(contentErrors.sceneNotFound);
    const begun = await findBegunTextMove(db, { kind: 'merge', sceneId, otherSceneId, blockId: null });
    if (begun) return { move: begun, isNew: false };
    const parts = { kind: 'merge', sceneId, otherSceneId, blockId: null, title: '', accountId };
    const fresh = { id: newId(), bookId, ...parts, createdAt: now };
    await insertTextMove(db, fresh);
    return { move: fresh, isNew: true };
  });
  await finishTextMove(context, move, { isNew });
  return await showNode(context.db, sceneId);
};
