import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireNode } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { given } from '../given.ts';
import { changeTree } from './change-tree.ts';
import { changeNode, findLiveNode } from './node-store.ts';
import { showNode } from './show-node.ts';

export const updateNode: Operation<ContentContext, ContentApi['updateNode']> = async (
  context,
  { auth, params, body },
) => {
  const { nodeId } = params;
  const { bookId } = await requireNode(context.db, nodeId, { accountId: auth.accountId, capability: 'structure' });
  await changeTree(context, bookId, async (db, now) => {
    if (!(await findLiveNode(db, { bookId, id: nodeId }))) throw fail(contentErrors.nodeNotFound);
    await changeNode(db, nodeId, { ...given(body), updatedAt: now });
  });
  return await showNode(context.db, nodeId);
};
