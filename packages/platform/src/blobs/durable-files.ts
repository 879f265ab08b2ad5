import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

/** Makes names in a folder survive a power cut. */
export const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Makes a folder and those above it, durably. */
export const makeFolder = async (path: string): Promise<void> => {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
};

/**
 * Writes a new file with a name of its own into a folder, synced to the disk, and tells its path and size. The caller
 * renames it to where it belongs. When anything fails, the file is gone again.
 */
export const writeTemporary = async (
  folder: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly path: string; readonly sizeBytes: number }> => {
  const path = join(folder, randomUUID());
  let sizeBytes = 0;
  const counted = async function* count(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      yield chunk;
    }
  };
  try {
    // flush: fsync before close, so that the rename that follows never names an empty file after a power cut
    await pipeline(
      Readable.from(counted(), { objectMode: false }),
      createWriteStream(path, { flags: 'wx', flush: true }),
    );
    return { path, sizeBytes };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
};

/** Gives a temporary file its name; from then on it is visible, whole, and durable. Removes it when that fails. */
export const place = async (temporary: string, target: string): Promise<void> => {
  try {
    await makeFolder(dirname(target));
    await rename(temporary, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};
