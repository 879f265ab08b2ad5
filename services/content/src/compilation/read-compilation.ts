import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireCompilation } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { findCompilation } from './compilation-store.ts';
import { showCompilation } from './show-compilations.ts';

export const readCompilation: Operation<ContentContext, ContentApi['readCompilation']> = async (
  context,
  { auth, params },
) => {
  await requireCompilation(context.db, params.compilationId, { accountId: auth.accountId, capability: 'read' });
  const row = await findCompilation(context.db, params.compilationId);
  if (!row) throw fail(contentErrors.compilationNotFound);
  return await showCompilation(context, row);
};
