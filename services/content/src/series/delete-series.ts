import { type ContentApi, contentErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { removeSeries } from './series-store.ts';

export const deleteSeries: Operation<ContentContext, ContentApi['deleteSeries']> = async ({ db }, { auth, params }) => {
  const removed = await removeSeries(db, { id: params.seriesId, ownerId: auth.accountId });
  if (!removed) throw fail(contentErrors.seriesNotFound);
};
