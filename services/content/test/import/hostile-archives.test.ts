import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openArchive } from '../../src/import/formats/archive/archive.ts';
import { rawZip } from './build-zip.ts';
import { epubFiles, epubOf } from './build-epub.ts';
import { bombs, NAMES, soundEntries, SYMLINK } from './hostile-archives.ts';
import { codes, outline, read, refusal } from './outline.ts';

const ONE = [['chapter', 'One', 'body', 'It was dark.']];

describe('an archive that is too much (fault 17)', () => {
  it.each(Object.keys(bombs))('is refused with a reason: %s', async (name) => {
    const message = await refusal('book.epub', bombs[name]?.() ?? '');
    expect(message).toMatch(/^(?:It|None of its texts) .*\.$/);
    expect(message.length).toBeLessThan(400);
  });

  it('is told what was found where', async () => {
    const why = async (name: string): Promise<string> => await refusal('book.epub', bombs[name]?.() ?? '');
    expect(await why('a text that unpacks to 10 GB, and says so')).toMatch(
      /would unpack to 10,2\d\d MB, .* times its size/,
    );
    expect(await why('a million files')).toMatch(/holds (?:65,000|65,535|1,000,000) files; a book has at most 20,000/);
    expect(await why('15,000 files that lie over each other')).toContain('overlap');
    expect(await why('a text that unpacks to 200 MB, and says 1 kB')).toBe(
      'None of its texts can be read. The first should be “OPS/one.xhtml”.',
    );
    expect(await why('an archive in an archive in an archive')).toContain('Unpack it and send “book.epub”');
  });

  it('never unpacks more than it says it holds', async () => {
    const bytes = rawZip([{ name: 'lie.txt', packed: deflateRawSync(Buffer.alloc(5_000_000)), claimedSize: 10 }]);
    const archive = await openArchive(bytes);
    const file = archive.find('lie.txt');
    await expect(file && archive.read(file, 1_000)).rejects.toThrow('holds more than the archive says');
  });

  it('loses only the picture that is too large, not the book', async () => {
    const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(33 * 1024 * 1024)]);
    const book = await read(
      'book.epub',
      epubOf({
        texts: { 'one.xhtml': '<h1>One</h1><p>It was dark.</p><img src="p.png"/>' },
        files: { 'p.png': ['image/png', png] },
      }),
    );
    expect(book.images).toEqual([]);
    expect(codes(book)).toContain('image-missing');
  });
});

describe('an archive with names that lead elsewhere (fault 18)', () => {
  it.each(NAMES.map((name) => [name.slice(0, 60), name]))(
    'is read, and the name is left alone: %s',
    async (_, name) => {
      const book = await read('book.epub', rawZip([...soundEntries(), { name, content: 'slipped' }]));
      expect(outline(book)).toEqual(ONE);
      for (const path of ['/tmp/authorworks-slip', 'authorworks-slip', '../authorworks-slip'])
        expect(existsSync(path)).toBe(false);
    },
  );

  it('says so in the report', async () => {
    const book = await read('book.epub', rawZip([...soundEntries(), { name: '../../x', content: 'y' }]));
    expect(book.notes).toContainEqual(expect.objectContaining({ code: 'unsafe-name', count: 1 }));
  });

  it('follows no links of a file system', async () => {
    const entries = soundEntries().filter(({ name }) => name !== 'OPS/one.xhtml');
    const link = { name: 'OPS/one.xhtml', content: '/etc/passwd', attributes: SYMLINK, method: 0 };
    expect(await refusal('book.epub', rawZip([...entries, link]))).toBeTruthy();
  });

  it('takes the first of two files of one name, as all readers do', async () => {
    const again = { name: 'OPS/one.xhtml', content: '<p>Another text.</p>' };
    expect(outline(await read('book.epub', rawZip([...soundEntries(), again])))).toEqual(ONE);
  });

  it('finds files in another case, with backslashes, and without their folders, as Windows writes them', async () => {
    const windows = soundEntries().map((entry) => ({
      ...entry,
      name: String(entry.name).replaceAll('/', '\\'),
      flags: 0,
    }));
    expect(outline(await read('book.epub', rawZip(windows)))).toEqual(ONE);
    const shouted = soundEntries().map((entry) => ({
      ...entry,
      name: String(entry.name).replace('OPS/one', 'OPS/ONE'),
    }));
    expect(outline(await read('book.epub', rawZip(shouted)))).toEqual(ONE);
    const folders = ['OPS/', 'META-INF\\'].map((name) => ({ name, content: '', method: 0 }));
    expect(outline(await read('book.epub', rawZip([...folders, ...soundEntries()])))).toEqual(ONE);
  });

  it('is read when sizes or checksums are wrong, with a warning, and names what is damaged', async () => {
    const wrong = soundEntries().map((entry) => (entry.name === 'OPS/one.xhtml' ? { ...entry, claimedCrc: 1 } : entry));
    const book = await read('book.epub', rawZip(wrong));
    expect(outline(book)).toEqual(ONE);
    expect(book.notes).toContainEqual(expect.objectContaining({ code: 'document-damaged', where: 'OPS/one.xhtml' }));
    const short = soundEntries().map((entry) =>
      entry.name === 'OPS/book.opf' ? { ...entry, claimedSize: 10 } : entry,
    );
    expect(await refusal('book.epub', rawZip(short))).toContain('“OPS/book.opf” holds more than the archive says');
  });

  it('is refused when it is locked, or packed in a way that nobody reads', async () => {
    const packed = soundEntries().filter(({ method }) => method === 8);
    const locked = packed.map((entry) => ({ ...entry, flags: 0x801 }));
    expect(await refusal('book.epub', rawZip(locked))).toMatch(/password/);
    const lzma = packed.map((entry) => ({ ...entry, method: 14, packed: new Uint8Array(10) }));
    expect(await refusal('book.epub', rawZip(lzma))).toContain('method 14');
  });

  it('is refused by name when what it is made of is missing', async () => {
    const files = epubFiles({ texts: { 'one.xhtml': '<p>x</p>' } });
    const without = (path: string): Uint8Array =>
      rawZip(Object.entries(files).flatMap(([name, content]) => (name === path ? [] : [{ name, content }])));
    expect(await refusal('book.epub', without('OPS/book.opf'))).toContain('META-INF/container.xml names no .opf file');
    expect(await refusal('book.epub', rawZip([]))).toContain('ZIP archive');
    expect(outline(await read('book.epub', without('META-INF/container.xml')))).toHaveLength(1);
    expect(
      await refusal(
        'book.docx',
        rawZip([
          { name: '[Content_Types].xml', content: '<a/>' },
          { name: 'word/x', content: '' },
        ]),
      ),
    ).toContain('word/document.xml is not in it');
  });
});
