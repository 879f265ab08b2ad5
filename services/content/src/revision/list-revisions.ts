import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import { requireScene } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { listRevisionsOf } from './revision-store.ts';
import { viewRevision } from './revision-view.ts';

export const listRevisions: Operation<ContentContext, ContentApi['listRevisions']> = async (
  { db, pages, accountNames },
  { auth, params, query },
) => {
  const { sceneId } = params;
  await requireScene(db, sceneId, { accountId: auth.accountId, capability: 'read' });
  const { rows, pagination } = await pages.read({
    list: ['listRevisions', sceneId],
    query,
    load: async (after, take) => await listRevisionsOf(db, sceneId, { beforeId: after?.[0], take }),
    positionOf: ({ id }) => [id],
  });
  const names = await accountNames.find(rows.flatMap(({ createdBy }) => createdBy ?? []));
  return { data: rows.map((row) => viewRevision(row, names)), pagination };
};
