import { contentErrors, type ContentApi, type NodeKind } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireNode } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { changeTree } from './change-tree.ts';
import { mayHold } from './node-policy.ts';
import { changeNode, findLiveNode } from './node-store.ts';
import { findParent, findRank } from './place-node.ts';
import { showNode } from './show-node.ts';

export const moveNode: Operation<ContentContext, ContentApi['moveNode']> = async (context, { auth, params, body }) => {
  const { nodeId } = params;
  const { bookId } = await requireNode(context.db, nodeId, { accountId: auth.accountId, capability: 'structure' });
  await changeTree(context, bookId, async (db, now) => {
    const node = await findLiveNode(db, { bookId, id: nodeId });
    if (!node) throw fail(contentErrors.nodeNotFound);
    const parent = await findParent(db, bookId, body.parentId);
    const parentId = parent?.id ?? null;
    if (!mayHold((parent?.kind ?? 'book') as 'book' | NodeKind, node.kind as NodeKind))
      throw fail(contentErrors.treeInvalid);
    // behind itself is where it is
    if (body.afterId === nodeId && parentId === node.parentId) return;
    const rank = await findRank(db, { bookId, parentId, afterId: body.afterId, movingId: nodeId });
    await changeNode(db, nodeId, { parentId, rank, updatedAt: now });
  });
  return await showNode(context.db, nodeId);
};
