import { type ContentApi, contentErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { given } from '../given.ts';
import { changeSeries, findSeries } from './series-store.ts';
import { viewSeries } from './series-view.ts';

export const updateSeries: Operation<ContentContext, ContentApi['updateSeries']> = async (
  { db },
  { auth, params, body },
) => {
  await changeSeries(db, { id: params.seriesId, ownerId: auth.accountId }, given(body));
  const row = await findSeries(db, auth.accountId, params.seriesId);
  if (!row) throw fail(contentErrors.seriesNotFound);
  return viewSeries(row);
};
