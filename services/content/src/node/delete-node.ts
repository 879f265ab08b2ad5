import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireNode } from '../access/require-access.ts';
import { announceClosing } from '../collaborator/announce-access.ts';
import type { ContentContext } from '../context.ts';
import { changeTree } from './change-tree.ts';
import { binBranch, findLiveNode } from './node-store.ts';

export const deleteNode: Operation<ContentContext, ContentApi['deleteNode']> = async (context, { auth, params }) => {
  const { nodeId } = params;
  const { bookId } = await requireNode(context.db, nodeId, { accountId: auth.accountId, capability: 'structure' });
  await changeTree(context, bookId, async (db, now) => {
    const node = await findLiveNode(db, { bookId, id: nodeId });
    if (!node) return;
    await binBranch(db, node, now);
    // whoever has one of its scenes open would write into the bin
    await announceClosing({ bus: context.bus, db }, bookId);
  });
};
