import { crc32 } from 'node:zlib';
import { type Entry, openPromise } from 'yauzl';

/** Larger files in an EPUB are not read as text; no page or package document of a book is. */
const TEXT_LIMIT_BYTES = 32 * 1024 * 1024;

export interface ZipEntry {
  readonly path: string;
  /** Kept as it is, not deflated. */
  readonly stored: boolean;
  readonly sizeBytes: number;
}

export interface ZipArchive {
  /** In the order in which they lie in the file. */
  readonly entries: readonly ZipEntry[];
  /** Unpacks an entry. @returns its text, or undefined when its checksum is wrong */
  readonly readText: (path: string) => Promise<string | undefined>;
  /** Unpacks an entry without keeping it. @returns whether its checksum is right */
  readonly isSound: (path: string) => Promise<boolean>;
  readonly close: () => void;
}

const STORED = 0;

/** @throws Error when it is no ZIP archive that can be opened */
export const openZip = async (file: string): Promise<ZipArchive> => {
  const zip = await openPromise(file, { autoClose: false });
  const known = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) known.set(entry.fileName, entry);
  const entries = [...known.values()].toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);

  const unpack = async (path: string, take: (chunk: Buffer) => void): Promise<boolean> => {
    const entry = known.get(path);
    if (!entry) return false;
    let sum = 0;
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      sum = crc32(chunk as Buffer, sum);
      take(chunk as Buffer);
    }
    return sum === entry.crc32;
  };
  return {
    entries: entries.map((entry) => ({
      path: entry.fileName,
      stored: entry.compressionMethod === STORED,
      sizeBytes: entry.uncompressedSize,
    })),
    readText: async (path) => {
      const chunks: Buffer[] = [];
      if ((known.get(path)?.uncompressedSize ?? 0) > TEXT_LIMIT_BYTES) return undefined;
      const sound = await unpack(path, (chunk) => void chunks.push(chunk));
      return sound ? Buffer.concat(chunks).toString('utf8') : undefined;
    },
    isSound: async (path) => await unpack(path, () => undefined),
    close: () => zip.close(),
  };
};
