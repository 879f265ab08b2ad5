import { storageApi, type Upload } from '@authorworks/contracts';
import type { z } from 'zod';
import type { StorageContext } from '../context.ts';
import { type PartPlan, partsOf } from './upload-policy.ts';
import { partsUploadOf, type UploadRow } from './upload-store.ts';

/** The path of a part, which its address' signature is for. */
export const partPath = (uploadId: string, number: number): string =>
  storageApi.writeUploadPart.path.replace(':uploadId', uploadId).replace(':partNumber', String(number));

/** Where a part is to be sent: to S3 itself where browsers reach it, else to us. */
const partUrl = async (
  { blobs, links, clock }: Pick<StorageContext, 'blobs' | 'links' | 'clock'>,
  upload: UploadRow,
  number: number,
): Promise<string> => {
  const seconds = Math.floor((upload.expiresAt.getTime() - clock.now().getTime()) / 1000);
  const presigned =
    upload.multipartId === null || seconds < 1
      ? undefined
      : await blobs.presignPart(partsUploadOf(upload), number, seconds);
  if (presigned !== undefined) return presigned;
  const path = partPath(upload.id, number);
  const { expires, signature } = links.sign('PUT', path, Math.floor(upload.expiresAt.getTime() / 1000));
  return `${path}?expires=${expires}&signature=${signature}`;
};

/** @param missing Numbers of the parts that have not arrived. */
export const uploadView = async (
  context: Pick<StorageContext, 'blobs' | 'links' | 'clock'>,
  upload: UploadRow,
  missing: (plan: readonly PartPlan[]) => readonly number[],
): Promise<z.input<typeof Upload>> => {
  const plan = partsOf(Number(upload.sizeBytes), upload.partSizeBytes);
  const absent = new Set(missing(plan));
  const parts = plan.map(async ({ number, sizeBytes }) => ({
    number,
    sizeBytes,
    received: !absent.has(number),
    url: await partUrl(context, upload, number),
  }));
  return {
    // rows hold what the contract's schemas let in
    id: upload.id,
    name: upload.name,
    sizeBytes: Number(upload.sizeBytes),
    partSizeBytes: upload.partSizeBytes,
    parts: await Promise.all(parts),
    expiresAt: upload.expiresAt.toISOString(),
    fileId: upload.fileId,
  };
};
