import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { findPlace } from './reading-place-store.ts';
import { viewPlace } from './reading-place-view.ts';

export const readReadingPlace: Operation<ContentContext, ContentApi['readReadingPlace']> = async (
  { db },
  { auth, params },
) => {
  const row = await findPlace(db, auth.accountId, params.slug);
  return row && viewPlace(row);
};
