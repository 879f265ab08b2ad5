import { createReadStream, constants as fsConstants } from 'node:fs';
import { access, copyFile, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Blobs, BlobStat } from './blobs.ts';
import { diskParts } from './disk-parts.ts';
import { isMissing, makeFolder, place, syncFolder, writeTemporary } from './durable-files.ts';
import { chunksOf, exactly } from './exact-size.ts';
import { checkKey, checkPrefix } from './key.ts';

/** Names that no key can have. */
const TEMPORARY = '.temporary';
const PARTS = '.parts';
const READ_BYTES = 256 * 1024;

export interface DiskOptions {
  /** Folder of one service's blobs; made when missing. */
  readonly directory: string;
}

const ifPresent = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Walks a folder in the order of the keys' bytes: a folder sorts as its name with the slash. */
async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<BlobStat> {
  const entries = (await ifPresent(async () => await readdir(join(root, folder), { withFileTypes: true }))) ?? [];
  const named = entries
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => ({ entry, name: entry.isDirectory() ? `${entry.name}/` : entry.name }));
  for (const { entry, name } of named.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const key = folder + name;
    if (entry.isDirectory()) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* walk(root, key, prefix);
    } else if (key.startsWith(prefix)) {
      const found = await ifPresent(async () => await stat(join(root, key)));
      if (found) yield { key, sizeBytes: found.size, modifiedAt: found.mtime };
    }
  }
}

const sweepTemporary = async (folder: string, before: Date): Promise<void> => {
  for (const name of await readdir(folder)) {
    const found = await ifPresent(async () => await stat(join(folder, name)));
    if (found && found.mtime < before) await rm(join(folder, name), { force: true });
  }
};

/** Drops uploads in parts whose folder (the one without folders in it) was last touched before a time. */
const sweepParts = async (folder: string, before: Date, depth = 0): Promise<void> => {
  const entries = (await ifPresent(async () => await readdir(folder, { withFileTypes: true }))) ?? [];
  const inner = entries.filter((entry) => entry.isDirectory());
  for (const { name } of inner) await sweepParts(join(folder, name), before, depth + 1);
  const found = await ifPresent(async () => await stat(folder));
  if (inner.length > 0 || depth === 0 || !found || found.mtime >= before) return;
  await rm(folder, { recursive: true, force: true });
};

/**
 * Blobs in a folder. Bytes are written to a file beside, synced, and renamed: a blob is there whole or not at all, also
 * after a power cut.
 */
export const diskBlobs = async ({ directory }: DiskOptions): Promise<Blobs> => {
  const temporary = join(directory, TEMPORARY);
  const parts = join(directory, PARTS);
  await makeFolder(temporary);
  await makeFolder(parts);
  await access(temporary, fsConstants.W_OK);
  const pathOf = (key: string): string => join(directory, checkKey(key));
  return {
    put: async (key, body, { sizeBytes } = {}) => {
      const target = pathOf(key);
      const chunks = sizeBytes === undefined ? chunksOf(body) : exactly(body, sizeBytes);
      const written = await writeTemporary(temporary, chunks);
      await place(written.path, target);
      return { sizeBytes: written.sizeBytes };
    },
    get: async (key, range) => {
      const path = pathOf(key);
      const handle = await ifPresent(async () => await open(path, 'r'));
      if (!handle) return undefined;
      try {
        const { size, mtime } = await handle.stat();
        if (range && (range.start < 0 || range.end < range.start || range.end >= size))
          throw new RangeError(`bytes ${range.start} to ${range.end} of ${size}`);
        const stream = createReadStream(path, { fd: handle, highWaterMark: READ_BYTES, ...range });
        return { key, sizeBytes: size, modifiedAt: mtime, stream };
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    stat: async (key) => {
      const found = await ifPresent(async () => await stat(pathOf(key)));
      return found?.isFile() ? { key, sizeBytes: found.size, modifiedAt: found.mtime } : undefined;
    },
    remove: async (keys) => {
      const paths = keys.map(pathOf);
      for (const path of paths) await ifPresent(async () => await unlink(path));
    },
    list: (prefix) => walk(directory, '', checkPrefix(prefix)),
    copy: async (from, to) => {
      const path = join(temporary, randomUUID());
      const copied = await ifPresent(async () => {
        await copyFile(pathOf(from), path, fsConstants.COPYFILE_FICLONE).catch(async (error: unknown) => {
          await rm(path, { force: true });
          throw error;
        });
        await syncFolder(path);
        return true;
      });
      if (!copied) return false;
      await place(path, pathOf(to));
      return true;
    },
    move: async (from, to) => {
      const [source, target] = [pathOf(from), pathOf(to)];
      if (!(await ifPresent(async () => await stat(source)))) return false;
      await makeFolder(dirname(target));
      const moved = await ifPresent(async () => {
        await rename(source, target);
        return true;
      });
      if (!moved) return false;
      await syncFolder(dirname(target));
      await syncFolder(dirname(source));
      return true;
    },
    ...diskParts({ temporary, parts, pathOf }),
    sweep: async (before) => {
      await sweepTemporary(temporary, before);
      await sweepParts(parts, before);
    },
  };
};
