import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, newId, type Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { insertTexts } from '../scene/scene-text-store.ts';
import { emptyText } from '../scene/sealed-text.ts';
import { changeTree } from './change-tree.ts';
import { mayHold, NODE_LIMIT } from './node-policy.ts';
import { countLiveNodes, insertNode, type NodeRow } from './node-store.ts';
import { viewNode } from './node-view.ts';
import { findParent, findRank } from './place-node.ts';

export const createNode: Operation<ContentContext, ContentApi['createNode']> = async (
  context,
  { auth, params, body },
) => {
  const wish = { accountId: auth.accountId, capability: 'structure' } as const;
  const { bookId } = await requireBook(context.db, params.bookId, wish);
  const { kind, title } = body;
  const node = await changeTree(context, bookId, async (db, now): Promise<NodeRow> => {
    const parent = await findParent(db, bookId, body.parentId);
    const parentId = parent?.id ?? null;
    if (!mayHold((parent?.kind ?? 'book') as 'book' | typeof kind, kind)) throw fail(contentErrors.treeInvalid);
    if ((await countLiveNodes(db, bookId)) >= NODE_LIMIT) throw fail(contentErrors.treeTooLarge);
    const rank = await findRank(db, { bookId, parentId, afterId: body.afterId });
    const matter = body.matter ?? parent?.matter ?? 'body';
    const id = newId();
    const place = { bookId, parentId, kind, rank, title, matter };
    const fresh = { id, ...place, status: 'draft', wordCount: 0, createdAt: now, updatedAt: now };
    const node = await insertNode(db, { ...fresh, binnedAt: null, binRootId: null });
    if (kind === 'scene') await insertTexts(db, [{ sceneId: id, text: emptyText() }], { bookId, now });
    return node;
  });
  return viewNode(node, 0);
};
