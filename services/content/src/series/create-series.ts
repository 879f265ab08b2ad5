import type { ContentApi } from '@authorworks/contracts';
import { newId, type Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { insertSeries } from './series-store.ts';
import { viewSeries } from './series-view.ts';

export const createSeries: Operation<ContentContext, ContentApi['createSeries']> = async (
  { db, clock },
  { auth, body },
) => viewSeries(await insertSeries(db, { id: newId(), ownerId: auth.accountId, ...body, createdAt: clock.now() }));
