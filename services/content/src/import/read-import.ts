import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { findImportOf } from './import-store.ts';
import { showImport } from './show-imports.ts';

export const readImport: Operation<ContentContext, ContentApi['readImport']> = async (context, { auth, params }) => {
  const row = await findImportOf(context.db, auth.accountId, params.importId);
  if (!row) throw fail(contentErrors.importNotFound);
  return await showImport(context, row);
};
