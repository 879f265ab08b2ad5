import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireNode } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { showNode } from './show-node.ts';

export const readNode: Operation<ContentContext, ContentApi['readNode']> = async ({ db }, { auth, params }) => {
  await requireNode(db, params.nodeId, { accountId: auth.accountId, capability: 'read' });
  return await showNode(db, params.nodeId);
};
