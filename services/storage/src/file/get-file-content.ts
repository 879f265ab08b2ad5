import { type StorageApi, storageErrors } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { serveContent } from '../content/serve-content.ts';
import type { StorageContext } from '../context.ts';
import { findFileWithObject } from './file-store.ts';

/** For the other services: the bytes as they are. */
export const getFileContent: Operation<StorageContext, StorageApi['getFileContent']> = async (context, call) => {
  const file = await findFileWithObject(context.db, call.params.fileId);
  if (!file) throw fail(storageErrors.fileNotFound);
  const { name, contentType: type, sha256, createdAt: modifiedAt } = file;
  const object = { name, type, sha256, modifiedAt, sizeBytes: Number(file.sizeBytes), key: file.blob.key };
  return await serveContent(context.blobs, object, call, { keeping: { who: 'account' }, saveAs: undefined });
};
