import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { cancelOpenImport, findImportOf, settleImports } from './import-store.ts';
import { showImport } from './show-imports.ts';

/**
 * Either the import ends here, and the worker's last transaction finds it closed and writes nothing; or it has ended
 * before, and stays as it is.
 */
export const cancelImport: Operation<ContentContext, ContentApi['cancelImport']> = async (
  context,
  { auth, params },
) => {
  const { importId } = params;
  const found = await findImportOf(context.db, auth.accountId, importId);
  if (!found?.jobId) throw fail(contentErrors.importNotFound);
  // a job that has failed already must not turn into one that was stopped
  await settleImports(context.db);
  if (await cancelOpenImport(context.db, importId, context.clock.now())) await context.queue.cancel(found.jobId);
  const row = await findImportOf(context.db, auth.accountId, importId);
  return await showImport(context, row ?? found);
};
