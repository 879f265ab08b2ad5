import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { toText } from '@authorworks/manuscript/text';
import { fail, type Operation } from '@authorworks/platform';
import { requireRevision } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { openText } from '../scene/sealed-text.ts';
import { findRevision } from './revision-store.ts';
import { viewRevision } from './revision-view.ts';

export const readRevision: Operation<ContentContext, ContentApi['readRevision']> = async (
  { db, accountNames },
  { auth, params },
) => {
  await requireRevision(db, params.revisionId, { accountId: auth.accountId, capability: 'read' });
  const row = await findRevision(db, params.revisionId);
  if (!row) throw fail(contentErrors.revisionNotFound);
  const names = await accountNames.find(row.createdBy === null ? [] : [row.createdBy]);
  const doc = JSON.parse(row.document.doc) as { type: 'doc' };
  return { ...viewRevision(row, names), doc, text: toText(openText(doc)) };
};
