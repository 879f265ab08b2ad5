import { type StorageApi, storageErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { requireOwnUpload } from './own-upload.ts';
import { missingParts, type PartPlan, standOf } from './upload-policy.ts';
import { markActive, partsUploadOf, type UploadRow } from './upload-store.ts';
import { uploadView } from './upload-view.ts';

/** What the object storage has of an upload; it is the only one that knows. */
const arrivedOf = async ({ blobs }: Pick<StorageContext, 'blobs'>, upload: UploadRow): Promise<'all' | PartPlan[]> => {
  const parts = await blobs.listParts(partsUploadOf(upload));
  // a completion was interrupted after it had joined the parts
  if ((await blobs.stat(upload.key)) !== undefined) return 'all';
  if (parts === undefined) throw fail(storageErrors.uploadNotFound);
  return parts;
};

export const readUpload: Operation<StorageContext, StorageApi['readUpload']> = async (context, { auth, params }) => {
  const upload = await requireOwnUpload(context, auth.accountId, params.uploadId);
  const now = context.clock.now();
  const stand = standOf(upload, now);
  if (stand === 'over') throw fail(storageErrors.uploadNotFound);
  if (stand === 'done') return await uploadView(context, upload, () => []);
  const arrived = await arrivedOf(context, upload);
  await markActive(context.db, upload, now);
  return await uploadView(context, upload, (plan) => (arrived === 'all' ? [] : missingParts(plan, arrived)));
};
