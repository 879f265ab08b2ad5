import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireRevision } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { findRevision } from './revision-store.ts';
import { viewRevision } from './revision-view.ts';

export const readRevision: Operation<ContentContext, ContentApi['readRevision']> = async (
  { db, accountNames, texts },
  { auth, params },
) => {
  await requireRevision(db, params.revisionId, { accountId: auth.accountId, capability: 'read' });
  const row = await findRevision(db, params.revisionId);
  if (!row) throw fail(contentErrors.revisionNotFound);
  const names = await accountNames.find(row.createdBy === null ? [] : [row.createdBy]);
  const { doc } = row.document;
  const text = await texts.render({ kept: doc, format: 'text' });
  return { ...viewRevision(row, names), doc: JSON.parse(doc) as { type: 'doc' }, text };
};
