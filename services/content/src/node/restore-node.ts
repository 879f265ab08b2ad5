import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireNode } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { changeTree } from './change-tree.ts';
import { NODE_LIMIT } from './node-policy.ts';
import { countBinBranch, countLiveNodes, findNode, isLivePlace, unbinBranch } from './node-store.ts';
import { showNode } from './show-node.ts';

/** Back to its place, which is kept for it: siblings that came meanwhile stand around it. */
export const restoreNode: Operation<ContentContext, ContentApi['restoreNode']> = async (context, { auth, params }) => {
  const { nodeId } = params;
  const { bookId } = await requireNode(context.db, nodeId, { accountId: auth.accountId, capability: 'structure' });
  await changeTree(context, bookId, async (db) => {
    const node = await findNode(db, nodeId);
    if (!node) throw fail(contentErrors.nodeNotFound);
    if (!node.binnedAt) return;
    if (node.binRootId !== node.id || !(await isLivePlace(db, node.parentId))) throw fail(contentErrors.binConflict);
    const after = (await countLiveNodes(db, bookId)) + (await countBinBranch(db, nodeId));
    if (after > NODE_LIMIT) throw fail(contentErrors.treeTooLarge);
    await unbinBranch(db, nodeId);
  });
  return await showNode(context.db, nodeId);
};
