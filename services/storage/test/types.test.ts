import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { detectType, isTwoThings } from '../src/content/detect-type.ts';
import { type Examined, openExaminer } from '../src/content/examine.ts';
import { nameFor, namedType, typeOfName } from '../src/content/file-types.ts';
import { judgeClaims, judgeType } from '../src/content/type-policy.ts';
import { docx, epub, picture, prose, sha256Of, svg, zip, zipEnd } from './kit/samples.ts';

const examined = async (bytes: Uint8Array, chunkBytes = 10_007): Promise<Examined> => {
  const examiner = openExaminer();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes)
      yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
  }
  for await (const _chunk of examiner.passing(chunks())) continue;
  return examiner.result();
};
const typeOf = async (bytes: Uint8Array | string): Promise<string | undefined> =>
  await detectType(await examined(typeof bytes === 'string' ? Buffer.from(bytes) : bytes));

const blank = sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } });

describe('what a content is', () => {
  it('is learnt while it passes by, in whatever pieces', async () => {
    const bytes = Buffer.concat([prose(700_000), Buffer.from([0]), prose(90_000)]);
    for (const size of [1_000, 65_536, 1_000_000]) {
      const seen = await examined(bytes, size);
      expect(seen).toMatchObject({ sizeBytes: bytes.length, sha256: sha256Of(bytes), hasZero: true });
      expect(seen.head.equals(bytes.subarray(0, 512 * 1024))).toBe(true);
      expect(seen.tail.equals(bytes.subarray(bytes.length - 66 * 1024))).toBe(true);
    }
    const short = await examined(Buffer.from('short'), 2);
    expect([short.head.toString(), short.tail.toString(), short.hasZero]).toEqual(['short', 'short', false]);
  });

  it('is seen in pictures', async () => {
    expect(await typeOf(await blank.clone().png().toBuffer())).toBe('image/png');
    expect(await typeOf(await blank.clone().jpeg().toBuffer())).toBe('image/jpeg');
    expect(await typeOf(await blank.clone().webp().toBuffer())).toBe('image/webp');
    expect(await typeOf(await blank.clone().gif().toBuffer())).toBe('image/gif');
    expect(await typeOf(await blank.clone().avif().toBuffer())).toBe('image/avif');
    expect(await typeOf(await blank.clone().tiff().toBuffer())).toBe('image/tiff');
  });

  const drawings = [
    svg('').toString(),
    `<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand --><svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>`,
    `\ufeff  <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [<!ENTITY n "http://www.w3.org/2000/svg">]>\n<svg xmlns="&n;"/>`,
    `<SVG xmlns="http://www.w3.org/2000/svg"></SVG>`,
    `${'<!-- -->'.repeat(5_000)}<svg xmlns="http://www.w3.org/2000/svg"/>`,
  ];
  it.each(drawings)('is a drawing: %.60s', async (text) => expect(await typeOf(text)).toBe('image/svg+xml'));

  const pages = [
    '<!doctype html><p>x',
    '\n\n<HTML lang=en>',
    '<!-- <svg> --><html>',
    '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="http://www.w3.org/1999/xhtml"/>',
    '<script>alert(1)</script>',
    '<iframe src=x>',
    '<?xml version="1.0"?><xhtml:html xmlns:xhtml="http://www.w3.org/1999/xhtml"/>',
  ];
  it.each(pages)('is a page: %.60s', async (text) => expect(await typeOf(text)).toBe('text/html'));

  const texts = [
    'Call me Ishmael.',
    '# Low Water\n\n<div>Markdown may hold HTML</div>',
    '<p align="center">so it may begin</p>',
    '<!-- a remark --> and then text',
    'BMW was what he drove.',
    'MZungu is a word.',
    'GIF is how one says it.',
    'PK stands for nothing here',
    'WEBVTT was her first word',
    '\ufeffMit Bytereihenfolge',
    'x < y <svg',
    'Pages\fapart\tand\r\nlines',
  ];
  it.each(texts)('is text: %.60s', async (text) => expect(await typeOf(text)).toBe('text/plain'));

  it('is text in the encodings of old as well', async () => {
    expect(await typeOf(Buffer.from('Der Fl\u00fcgel \u00f6ffnet sich', 'latin1'))).toBe('text/plain');
    expect(await typeOf(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Ebbe und Flut', 'utf16le')]))).toBe(
      'text/plain',
    );
    expect(await typeOf(prose(600_000))).toBe('text/plain');
  });

  it('is not text when there are zeros or control characters in it', async () => {
    expect(await typeOf(Buffer.concat([prose(600_000), Buffer.from([0])]))).toBeUndefined();
    expect(await typeOf('a\u0001b')).toBeUndefined();
  });

  it('is seen in documents, also where their entries are in an unusual order', async () => {
    expect(await typeOf(epub())).toBe('application/epub+zip');
    expect(await typeOf(docx())).toBe('application/vnd.openxmlformats-officedocument.wordprocessingml.document');
    expect(await typeOf(zip({ 'a.txt': 'x'.repeat(99), 'META-INF/container.xml': '<container/>' }))).toBe(
      'application/epub+zip',
    );
    expect(await typeOf(zip({ 'a.txt': 'x' }))).toBe('application/zip');
    expect(await typeOf('%PDF-1.7\n1 0 obj\n')).toBe('application/pdf');
    expect(await typeOf(Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200, 0x90), Buffer.alloc(9)]))).toBe(
      'application/x-msdownload',
    );
  });

  it('does not take long to find out, whatever it is', async () => {
    const hostile = [
      '<!--'.repeat(120_000),
      `<${'a'.repeat(500_000)}`,
      ' '.repeat(500_000),
      `<!DOCTYPE ${'['.repeat(400_000)}`,
      '<a '.repeat(150_000),
      '&a;'.repeat(150_000),
    ];
    for (const text of hostile) expect(['text/plain', 'image/svg+xml']).toContain(await typeOf(text));
  });

  it('is never a reason to break down: a thousand damaged files', async () => {
    const whole = [
      epub(),
      docx(),
      zip({ 'a.txt': 'x' }),
      await picture(30, 20),
      await blank.clone().avif().toBuffer(),
      svg(''),
    ];
    for (let index = 0; index < 1_000; index += 1) {
      const bytes = Buffer.from(whole[index % whole.length] ?? '');
      for (let change = 0; change <= index % 7; change += 1)
        bytes[(index * 7919 + change * 104_729) % bytes.length] = (index * 31 + change) % 256;
      const type = await typeOf(bytes.subarray(0, bytes.length - ((index * 13) % bytes.length)));
      expect(['string', 'undefined']).toContain(typeof type);
    }
  });

  it('is two things at once', async () => {
    const png = await picture(40, 30);
    expect(isTwoThings('image/png', await examined(png))).toBe(false);
    expect(isTwoThings('image/png', await examined(Buffer.concat([png, zip({ 'a.class': 'x' })])))).toBe(true);
    expect(isTwoThings('image/png', await examined(Buffer.concat([png, zipEnd(), Buffer.alloc(500)])))).toBe(true);
    expect(
      isTwoThings(
        'image/png',
        await examined(Buffer.concat([png, Buffer.from('PK\u0005\u0006 by chance, and long enough')])),
      ),
    ).toBe(false);
    const jpeg = await blank.clone().jpeg().toBuffer();
    const remark = (text: string): Buffer =>
      Buffer.concat([
        jpeg.subarray(0, 2),
        Buffer.from([0xff, 0xfe, 0, text.length + 2]),
        Buffer.from(text),
        jpeg.subarray(2),
      ]);
    expect(isTwoThings('image/jpeg', await examined(remark('a quiet remark')))).toBe(false);
    for (const text of ['%PDF-1.4', '<script>alert(1)</script>', '<HTML>', '<?php system($_GET[0]);'])
      expect(isTwoThings('image/jpeg', await examined(remark(text)))).toBe(true);
    // only pictures are asked that
    expect(isTwoThings('application/epub+zip', await examined(epub()))).toBe(false);
  });
});

describe('what a file says that it is', () => {
  it.each([
    ['image/jpg', 'image/jpeg'],
    ['IMAGE/PNG; foo=bar', 'image/png'],
    ['application/octet-stream', undefined],
    ['', undefined],
    [null, undefined],
    ['audio/x-m4a', 'audio/mp4'],
    ['application/x-strange', 'application/x-strange'],
  ])('%j means %j', (declared, type) => expect(namedType(declared)).toBe(type));

  it.each([
    ['a.JPG', 'image/jpeg'],
    ['a.b.epub', 'application/epub+zip'],
    ['epub', undefined],
    ['a.exe', undefined],
    ['a.', undefined],
    ['constructor.constructor', undefined],
    ['__proto__', undefined],
  ])('the name %j means %j', (name, type) => expect(typeOfName(name)).toBe(type));

  it.each([
    ['a.png', 'image/png', 'a.png'],
    ['a.jpeg', 'image/jpeg', 'a.jpeg'],
    ['a.exe', 'image/png', 'a.exe.png'],
    ['a', 'application/epub+zip', 'a.epub'],
    ['a.html', 'text/plain', 'a.html.txt'],
  ])('%j of the type %j is saved as %j', (name, type, saved) => expect(nameFor(name, type)).toBe(saved));

  const claims = [
    ['image', 'a.png', undefined, 1, 'fine'],
    ['image', 'a.png', 'image/png', 33_554_432, 'fine'],
    ['image', 'a.png', 'image/png', 33_554_433, 'too-large'],
    ['image', 'a.epub', undefined, 1, 'type-not-allowed'],
    ['image', 'a.png', 'text/html', 1, 'type-not-allowed'],
    ['image', 'a.exe', undefined, 1, 'fine'],
    ['image', 'a', 'application/octet-stream', 1, 'fine'],
    ['cover', 'a.webp', undefined, 1, 'fine'],
    ['book', 'a.docx', undefined, 1, 'fine'],
    ['book', 'a.pdf', undefined, 1, 'type-not-allowed'],
    ['font', 'a.woff2', 'font/woff2', 1, 'fine'],
    ['audio', 'a.m4b', 'audio/mp4', 1, 'fine'],
    ['attachment', 'a.pdf', 'application/pdf', 1, 'fine'],
    ['attachment', 'a.bin', 'application/x-elf', 1, 'type-not-allowed'],
    ['export', 'a.epub', undefined, 1, 'fine'],
  ] as const;
  it.each(claims)('for %s, %s (%s) of %i bytes is %s', (...[purpose, name, contentType, size, verdict]) =>
    expect(judgeClaims({ purpose, name, contentType }, size)).toBe(verdict),
  );

  const findings = [
    ['image', 'a.png', undefined, 'image/png', 'image/png'],
    ['image', 'a', undefined, 'image/png', 'image/png'],
    ['image', 'a.png', undefined, 'image/jpeg', 'type-mismatch'],
    ['image', 'a.png', 'image/jpeg', 'image/png', 'type-mismatch'],
    ['image', 'a.png', 'image/png', undefined, 'type-mismatch'],
    ['image', 'a', undefined, undefined, 'type-not-allowed'],
    ['image', 'a', undefined, 'application/pdf', 'type-not-allowed'],
    ['book', 'a.md', undefined, 'text/plain', 'text/markdown'],
    ['book', 'a.md', 'text/plain', 'text/plain', 'text/markdown'],
    ['book', 'a.txt', undefined, 'text/html', 'type-mismatch'],
    ['book', 'a.html', 'text/html', 'text/html', 'text/html'],
    ['book', 'a.zip', 'application/zip', 'application/epub+zip', 'application/epub+zip'],
    ['attachment', 'a.zip', undefined, 'application/epub+zip', 'application/epub+zip'],
    ['font', 'a.otf', undefined, 'font/ttf', 'font/ttf'],
    ['audio', 'a.m4b', undefined, 'video/mp4', 'audio/mp4'],
  ] as const;
  it.each(findings)(
    'for %s, %s (%s) with %s in it is kept as %s',
    (...[purpose, name, contentType, found, expected]) => {
      const judged = judgeType({ purpose, name, contentType }, found);
      if (expected === 'type-mismatch' || expected === 'type-not-allowed')
        expect(judged).toEqual({ verdict: expected });
      else expect(judged).toEqual({ verdict: 'fine', type: expected });
    },
  );
});
