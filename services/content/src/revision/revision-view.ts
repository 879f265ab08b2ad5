import type { Revision } from '@authorworks/contracts';
import type { z } from 'zod';
import type { AccountName } from '../account/account-names.ts';
import type { RevisionRow } from './revision-store.ts';

type RevisionView = z.input<typeof Revision>;

export const viewRevision = (row: RevisionRow, names: ReadonlyMap<string, AccountName>): RevisionView => ({
  id: row.id,
  sceneId: row.sceneId,
  name: row.name,
  reason: row.reason as RevisionView['reason'],
  wordCount: row.wordCount,
  createdAt: row.createdAt.toISOString(),
  createdBy: row.createdBy === null ? null : { id: row.createdBy, name: names.get(row.createdBy)?.name ?? '' },
});
