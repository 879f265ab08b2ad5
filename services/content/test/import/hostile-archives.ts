import { deflateRawSync } from 'node:zlib';
import { epubFiles, zipOf } from './build-epub.ts';
import { type RawEntry, rawZip } from './build-zip.ts';

const book = {
  texts: { 'one.xhtml': '<h1>One</h1><p>It was dark.</p>' },
  contents: [['one.xhtml', 'One']] as const,
};

/** The entries of a sound EPUB, to which something is added. */
export const soundEntries = (): RawEntry[] =>
  Object.entries(epubFiles(book)).map(([name, content]) => ({ name, content, method: name === 'mimetype' ? 0 : 8 }));

const MIB = 1024 * 1024;
const zeros = (mebibytes: number): Uint8Array => deflateRawSync(Buffer.alloc(mebibytes * MIB), { level: 9 });

/** Archives that would fill a memory or a disk, by what they are (fault 17). */
export const bombs: Readonly<Record<string, () => Uint8Array>> = {
  'a text that unpacks to 10 GB, and says so': () =>
    rawZip([
      ...soundEntries().filter(({ name }) => name !== 'OPS/one.xhtml'),
      ...Array.from({ length: 40 }, (_, index) => ({
        name: index === 0 ? 'OPS/one.xhtml' : `OPS/more-${index}.xhtml`,
        packed: zeros(1),
        claimedSize: 256 * MIB,
      })),
    ]),
  'a text that unpacks to 200 MB, and says 1 kB': () =>
    rawZip([
      ...soundEntries().filter(({ name }) => name !== 'OPS/one.xhtml'),
      { name: 'OPS/one.xhtml', packed: zeros(200), claimedSize: 1_000 },
    ]),
  'a package document of 200 MB': () =>
    rawZip([
      ...soundEntries().filter(({ name }) => name !== 'OPS/book.opf'),
      { name: 'OPS/book.opf', packed: zeros(200), claimedSize: 200 * MIB },
    ]),
  'a million files': () =>
    rawZip(
      Array.from({ length: 65_000 }, (_, index) => ({ name: `f${index}`, packed: new Uint8Array(), method: 0 })),
      1_000_000,
    ),
  '15,000 files that lie over each other': () =>
    rawZip([
      ...soundEntries(),
      ...Array.from({ length: 15_000 }, (_, index) => ({ name: `OPS/${index}.xhtml`, claimedSize: 1_000, over: 2 })),
    ]),
  'an archive in an archive in an archive': () => {
    let inner = zipOf({ 'text.txt': 'x'.repeat(1_000) });
    for (let depth = 0; depth < 20; depth += 1) inner = zipOf({ 'book.epub': inner, 'other.zip': inner });
    return inner;
  },
  'a Word document of 2 GB of spaces': () =>
    rawZip([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'word/document.xml', packed: zeros(64), claimedSize: 2047 * MIB },
    ]),
};

/** Names that lead elsewhere when somebody unpacks them (fault 18). */
export const NAMES = [
  '../../../../tmp/authorworks-slip',
  'OPS/../../authorworks-slip',
  '/tmp/authorworks-slip',
  '\\tmp\\authorworks-slip',
  '..\\..\\authorworks-slip',
  'C:\\authorworks-slip',
  'c:/authorworks-slip',
  '//server/share/authorworks-slip',
  '\\\\server\\share\\authorworks-slip',
  'OPS/one.xhtml\0.png',
  './../authorworks-slip',
  'OPS/\u2024\u2024/authorworks-slip',
  'OPS/%2e%2e/%2e%2e/authorworks-slip',
  'OPS/....//authorworks-slip',
  '~/authorworks-slip',
  'CON',
  'NUL.xhtml',
  'a'.repeat(60_000),
];

export const SYMLINK = (0o120777 << 16) >>> 0;
