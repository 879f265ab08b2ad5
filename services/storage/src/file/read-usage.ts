import type { StorageApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { readUsageOf } from './file-store.ts';

export const readUsage: Operation<StorageContext, StorageApi['readUsage']> = async ({ db, quotaBytes }, { auth }) => ({
  ...(await readUsageOf(db, auth.accountId)),
  quotaBytes,
});
