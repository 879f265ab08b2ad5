import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { listImportsOf } from './import-store.ts';
import { showImports } from './show-imports.ts';

export const listImports: Operation<ContentContext, ContentApi['listImports']> = async (context, { auth, query }) => {
  const { accountId } = auth;
  const { rows, pagination } = await context.pages.read({
    list: ['listImports', accountId],
    query,
    load: async (after, take) => await listImportsOf(context.db, accountId, { beforeId: after?.[0], take }),
    positionOf: ({ id }) => [id],
  });
  return { data: await showImports(context, rows), pagination };
};
