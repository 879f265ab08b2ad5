import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireEdition } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { findEdition } from './edition-store.ts';
import { viewEdition } from './edition-view.ts';

export const readEdition: Operation<ContentContext, ContentApi['readEdition']> = async ({ db }, { auth, params }) => {
  await requireEdition(db, params.editionId, { accountId: auth.accountId, capability: 'read' });
  const row = await findEdition(db, params.editionId);
  if (!row) throw fail(contentErrors.editionNotFound);
  return viewEdition(row, row.book.publishedEditionId);
};
