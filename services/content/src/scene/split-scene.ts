import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, newId, type Operation } from '@authorworks/platform';
import { requireScene } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { changeTree } from '../node/change-tree.ts';
import { NODE_LIMIT } from '../node/node-policy.ts';
import { countLiveNodes } from '../node/node-store.ts';
import { showNode } from '../node/show-node.ts';
import { finishTextMove } from './finish-text-move.ts';
import { type BegunMove, findBegunTextMove, insertTextMove } from './text-move-store.ts';

/**
 * Two services change together: what is to be done is written down first, then done in the editor, then here. After a
 * crash anywhere between, a repeat of the request or the sweeper finishes it.
 */
export const splitScene: Operation<ContentContext, ContentApi['splitScene']> = async (
  context,
  { auth, params, body },
) => {
  const { accountId } = auth;
  const { sceneId } = params;
  const { blockId, title } = body;
  const { bookId } = await requireScene(context.db, sceneId, { accountId, capability: 'structure' });
  const { move, isNew } = await changeTree(context, bookId, async (db, now): Promise<BegunMove> => {
    const begun = await findBegunTextMove(db, { kind: 'split', sceneId, blockId });
    if (begun) return { move: begun, isNew: false };
    if ((await countLiveNodes(db, bookId)) >= NODE_LIMIT) throw fail(contentErrors.treeTooLarge);
    const parts = { kind: 'split', sceneId, otherSceneId: newId(), blockId, title, accountId };
    const fresh = { id: newId(), bookId, ...parts, createdAt: now };
    await insertTextMove(db, fresh);
    return { move: fresh, isNew: true };
  });
  await finishTextMove(context, move, { isNew });
  const [first, second] = await Promise.all([showNode(context.db, sceneId), showNode(context.db, move.otherSceneId)]);
  return { first, second };
};
