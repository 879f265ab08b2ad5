import { contentErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { Db } from '../database.ts';
import { countWords, findNode } from './node-store.ts';
import { viewNode } from './node-view.ts';

/** A node that is not in the bin. @throws CONTENT_NODE_NOT_FOUND for others. */
export const showNode = async (db: Db, nodeId: string): Promise<ReturnType<typeof viewNode>> => {
  const row = await findNode(db, nodeId);
  if (!row || row.binnedAt) throw fail(contentErrors.nodeNotFound);
  return viewNode(row, row.kind === 'scene' ? row.wordCount : await countWords(db, row));
};
