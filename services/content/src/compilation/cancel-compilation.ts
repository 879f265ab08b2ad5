import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireCompilation } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { mayCancel } from './compilation-policy.ts';
import { cancelOpenCompilation, findCompilation, settleCompilations } from './compilation-store.ts';
import { showCompilation } from './show-compilations.ts';

/** One that is done stays as it is. */
export const cancelCompilation: Operation<ContentContext, ContentApi['cancelCompilation']> = async (
  context,
  { auth, params },
) => {
  const { accountId } = auth;
  const { compilationId } = params;
  const { role } = await requireCompilation(context.db, compilationId, { accountId, capability: 'read' });
  // a job that has failed already must not turn into one that was stopped
  await settleCompilations(context.db);
  const row = await findCompilation(context.db, compilationId);
  if (!row) throw fail(contentErrors.compilationNotFound);
  if (row.status === 'open' && !mayCancel({ accountId, role }, row)) throw fail(contentErrors.roleForbids);
  if (await cancelOpenCompilation(context.db, compilationId, context.clock.now()))
    await context.queue.cancel(row.jobId);
  return await showCompilation(context, (await findCompilation(context.db, compilationId)) ?? row);
};
