import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobPart, Blobs, PartsUpload } from './blobs.ts';
import { isMissing, makeFolder, place, syncFolder, writeTemporary } from './durable-files.ts';
import { exactly } from './exact-size.ts';
import { checkKey, checkPartNumber } from './key.ts';

type PartsOperations = Pick<
  Blobs,
  'beginParts' | 'putPart' | 'listParts' | 'completeParts' | 'abortParts' | 'presignPart'
>;

interface Folders {
  /** For files that are being written. */
  readonly temporary: string;
  /** One folder for each upload: parts/<key>/<upload id>/<number>. */
  readonly parts: string;
  readonly pathOf: (key: string) => string;
}

const READ_BYTES = 256 * 1024;

async function* joined(paths: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) yield* createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>;
}

/** Uploads in parts on a disk: the parts are kept beside the blobs until they are joined. */
export const diskParts = ({ temporary, parts, pathOf }: Folders): PartsOperations => {
  const folderOf = ({ key, uploadId }: PartsUpload): string => {
    if (!/^[0-9a-f-]{36}$/.test(uploadId)) throw new Error('this cannot be the id of an upload');
    return join(parts, checkKey(key), uploadId);
  };

  const listParts: Blobs['listParts'] = async (upload) => {
    const folder = folderOf(upload);
    try {
      const names = await readdir(folder);
      const found = await Promise.all(
        names.map(async (name): Promise<BlobPart> => {
          const { size, mtimeMs } = await stat(join(folder, name));
          return { number: Number(name), sizeBytes: size, tag: String(mtimeMs) };
        }),
      );
      return found.toSorted((a, b) => a.number - b.number);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };

  const abortParts = async (key: string): Promise<void> => {
    await rm(join(parts, checkKey(key)), { recursive: true, force: true });
  };

  return {
    listParts,
    abortParts,
    beginParts: async (key) => {
      const uploadId = randomUUID();
      await makeFolder(folderOf({ key, uploadId }));
      return uploadId;
    },
    putPart: async (upload, number, body, sizeBytes) => {
      const target = join(folderOf(upload), String(checkPartNumber(number)));
      const written = await writeTemporary(temporary, exactly(body, sizeBytes));
      try {
        // the folder is not made here: without it the upload is over
        await rename(written.path, target);
        await syncFolder(dirname(target));
        return true;
      } catch (error) {
        await rm(written.path, { force: true });
        if (isMissing(error)) return false;
        throw error;
      }
    },
    completeParts: async (upload, wanted) => {
      const folder = folderOf(upload);
      const paths = wanted.map(({ number }) => join(folder, String(checkPartNumber(number))));
      const [only, ...others] = paths;
      if (only === undefined) throw new Error('an upload without parts cannot be completed');
      try {
        if (others.length === 0) {
          await makeFolder(dirname(pathOf(upload.key)));
          await rename(only, pathOf(upload.key));
          await syncFolder(dirname(pathOf(upload.key)));
        } else {
          const total = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
          const { path } = await writeTemporary(temporary, exactly(joined(paths), total));
          await place(path, pathOf(upload.key));
        }
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
      await abortParts(upload.key);
      return true;
    },
    presignPart: async () => await Promise.resolve(undefined),
  };
};
