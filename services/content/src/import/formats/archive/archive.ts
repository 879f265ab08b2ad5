import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { UnreadableFile } from '../../imported-book.ts';
import { entryPath, isFolder } from './entry-name.ts';

/** A file in an archive. Its size is what the archive says, and holds when it is read. */
export interface ArchiveFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly isEncrypted: boolean;
}

/** What reading a file of an archive can end with; a file that is not what the archive says is still a file. */
export interface ArchiveContent {
  readonly bytes: Uint8Array;
  /** Whether the bytes are the ones that were packed, by their checksum. */
  readonly isSound: boolean;
}

export interface Archive {
  readonly files: ReadonlyMap<string, ArchiveFile>;
  /** How many entries have names that nothing is read by: links, absolute paths, paths out of the archive. */
  readonly refusedNames: number;
  /** The file of a path; of another case or Unicode form where there is none of just this. */
  readonly find: (path: string) => ArchiveFile | undefined;
  /**
   * @param limitBytes Larger files are refused before they are unpacked, and while they are when the archive lies.
   * @throws UnreadableFile
   */
  readonly read: (file: ArchiveFile, limitBytes: number) => Promise<ArchiveContent>;
}

/** Larger than any book; an archive that says it has more is refused before its list is read. */
const ENTRIES_LIMIT = 20_000;
/** From here on, what is unpacked must be in some proportion to what was packed. */
const BOMB_BYTES = 32 * 1024 * 1024;
/** Prose has 3, Word's XML 10 to 60, the most that deflate can do is 1032. */
const BOMB_RATIO = 250;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

const megabytes = (bytes: number): string => `${Math.ceil(bytes / (1024 * 1024)).toLocaleString('en')} MB`;

const damage = (why: string): string =>
  `It is a damaged ZIP archive (${why}). Make the file again, or open it where it was written and save a copy.`;

const damaged = (why: string): UnreadableFile => new UnreadableFile(damage(why));

/** One file of an archive cannot be unpacked; the others may well be. */
export class DamagedEntry extends UnreadableFile {}

const encrypted = (path: string): UnreadableFile =>
  new UnreadableFile(`“${path}” in it is locked with a password. Save the book without one and send it again.`);

/** Copies that lie over each other cannot come from a program that packs files, but make a small archive huge. */
const requireApart = (entries: readonly Entry[]): void => {
  const sorted = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const { relativeOffsetOfLocalHeader, compressedSize, fileNameLength } of sorted) {
    if (relativeOffsetOfLocalHeader < end) throw damaged('files in it overlap');
    end = relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + fileNameLength + compressedSize;
  }
};

const requireProportion = (entries: readonly Entry[], packedBytes: number): void => {
  const unpackedBytes = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (unpackedBytes > BOMB_BYTES && unpackedBytes > packedBytes * BOMB_RATIO)
    throw new UnreadableFile(
      `It would unpack to ${megabytes(unpackedBytes)}, ${Math.round(unpackedBytes / packedBytes).toLocaleString('en')} times its size, which no book does.`,
    );
};

const listEntries = async (zip: ZipFile): Promise<Entry[]> => {
  if (zip.entryCount > ENTRIES_LIMIT)
    throw new UnreadableFile(
      `It holds ${zip.entryCount.toLocaleString('en')} files; a book has at most ${ENTRIES_LIMIT.toLocaleString('en')}.`,
    );
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
};

const openZip = async (bytes: Uint8Array): Promise<ZipFile> => {
  // names are decoded and judged by us: one bad name is no reason to refuse a book
  const options = { lazyEntries: true, decodeStrings: false, validateEntrySizes: true };
  return await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options);
};

const foldCase = (path: string): string => path.normalize('NFC').toLowerCase();

interface Listing {
  readonly files: ReadonlyMap<string, ArchiveFile>;
  readonly entries: ReadonlyMap<ArchiveFile, Entry>;
  readonly refusedNames: number;
}

const indexEntries = (entries: readonly Entry[]): Listing => {
  const files = new Map<string, ArchiveFile>();
  const byFile = new Map<ArchiveFile, Entry>();
  let refusedNames = 0;
  for (const entry of entries) {
    const path = entryPath(entry);
    if (path === null) refusedNames += 1;
    else if (!isFolder(entry) && !files.has(path)) {
      const file = { path, sizeBytes: entry.uncompressedSize, isEncrypted: entry.isEncrypted() };
      files.set(path, file);
      byFile.set(file, entry);
    }
  }
  return { files, entries: byFile, refusedNames };
};

const unpack = (packed: Uint8Array, entry: Entry, path: string): Uint8Array => {
  if (entry.compressionMethod === STORED) return packed;
  if (entry.compressionMethod !== DEFLATED)
    throw new UnreadableFile(
      `“${path}” in it is packed in a way that is not read here (method ${entry.compressionMethod}).`,
    );
  try {
    // an archive that lies is never unpacked further than it says
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw new DamagedEntry(damage(`“${path}” holds more than the archive says`));
    throw new DamagedEntry(damage(`“${path}” cannot be unpacked`));
  }
};

const readEntry = async (
  source: { readonly zip: ZipFile; readonly bytes: Uint8Array },
  entry: Entry,
  file: ArchiveFile,
): Promise<ArchiveContent> => {
  const { zip, bytes } = source;
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true }).catch(() => {
    throw new DamagedEntry(damage(`“${file.path}” is not where the archive says`));
  });
  const unpacked = unpack(bytes.subarray(fileDataStart, fileDataStart + entry.compressedSize), entry, file.path);
  return { bytes: unpacked, isSound: unpacked.length === file.sizeBytes && crc32(unpacked) === entry.crc32 };
};

/**
 * Opens a ZIP archive. Nothing is unpacked yet, and nothing is ever written to a disk: its names are only looked up.
 * @throws UnreadableFile for what is no archive, or one that no program makes of a book: a million files, files that lie
 * over each other, a thousand times its own size.
 */
export const openArchive = async (bytes: Uint8Array): Promise<Archive> => {
  const zip = await openZip(bytes).catch((error: unknown) => {
    throw damaged(
      error instanceof Error && error.message.startsWith('End of central')
        ? 'its end is missing'
        : 'its list of files cannot be read',
    );
  });
  const entries = await listEntries(zip).catch((error: unknown) => {
    if (error instanceof UnreadableFile) throw error;
    const isLocked = error instanceof Error && error.message.includes('encryption');
    throw isLocked ? encrypted('Everything') : damaged('its list of files cannot be read');
  });
  requireProportion(entries, bytes.length);
  requireApart(entries);
  const listing = indexEntries(entries);
  const folded = new Map([...listing.files.values()].map((file) => [foldCase(file.path), file]));
  return {
    files: listing.files,
    refusedNames: listing.refusedNames,
    find: (path) => listing.files.get(path) ?? folded.get(foldCase(path)),
    read: async (file, limitBytes) => {
      const entry = listing.entries.get(file);
      if (!entry) throw new Error('a file of another archive');
      if (file.isEncrypted) throw encrypted(file.path);
      if (file.sizeBytes > limitBytes)
        throw new UnreadableFile(
          `“${file.path}” in it is ${megabytes(file.sizeBytes)} large; at most ${megabytes(limitBytes)} can be read.`,
        );
      return await readEntry({ zip, bytes }, entry, file);
    },
  };
};
