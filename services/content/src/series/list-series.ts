import type { ContentApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { listSeriesOf } from './series-store.ts';
import { viewSeries } from './series-view.ts';

export const listSeries: Operation<ContentContext, ContentApi['listSeries']> = async (
  { db, pages },
  { auth, query },
) => {
  const { rows, pagination } = await pages.read({
    list: ['listSeries', auth.accountId],
    query,
    load: async (after, take) => await listSeriesOf(db, auth.accountId, { beforeId: after?.[0], take }),
    positionOf: ({ id }) => [id],
  });
  return { data: rows.map(viewSeries), pagination };
};
