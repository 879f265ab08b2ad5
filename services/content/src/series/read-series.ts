import { type ContentApi, contentErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { findSeries } from './series-store.ts';
import { viewSeries } from './series-view.ts';

export const readSeries: Operation<ContentContext, ContentApi['readSeries']> = async ({ db }, { auth, params }) => {
  const row = await findSeries(db, auth.accountId, params.seriesId);
  if (!row) throw fail(contentErrors.seriesNotFound);
  return viewSeries(row);
};
