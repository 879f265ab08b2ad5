import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredFile } from '@authorworks/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StorageContext } from '../src/context.ts';
import { type Person, refusal, sha256, startStorageHouse, type StorageHouse } from './kit/house.ts';
import { photograph, picture, pngBomb, prose, svg, zip } from './kit/samples.ts';
import { objectStores, type StartStore } from './kit/stores.ts';

const suite = (start: StartStore): void => {
  let house: StorageHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startStorageHouse(start);
    mary = await house.signUp();
  });
  afterAll(async () => await house?.stop());

  const variant = async (file: StoredFile, name: string): Promise<Response> =>
    await house.fetch(`${file.url}&variant=${name}`);
  const sizeOf = async (response: Response): Promise<[string | undefined, number, number]> => {
    const { format, width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    return [format, width, height];
  };

  it('come in four sizes, never enlarged', async () => {
    const file = await house.upload(mary, await picture(1500, 1000), { name: 'map.png', purpose: 'image' });
    expect(file).toMatchObject({ contentType: 'image/png', width: 1500, height: 1000 });
    const sizes = [];
    for (const name of ['w160', 'w320', 'w640', 'w1280']) sizes.push(await sizeOf(await variant(file, name)));
    expect(sizes).toEqual([
      ['webp', 160, 107],
      ['webp', 320, 213],
      ['webp', 640, 427],
      ['webp', 1280, 853],
    ]);
    const small = await house.upload(mary, await picture(90, 120), { name: 'vignette.png', purpose: 'cover' });
    expect(await sizeOf(await variant(small, 'w160'))).toEqual(['webp', 90, 120]);
    expect(await sizeOf(await variant(small, 'w1280'))).toEqual(['webp', 90, 120]);
    const [link] = await mary.storage.linkFiles({ body: { fileIds: [file.id], variant: 'w320' } });
    expect(link).toMatchObject({ contentType: 'image/webp', width: 320, height: 213 });
    expect(await sizeOf(await house.fetch(link?.url ?? ''))).toEqual(['webp', 320, 213]);
  });

  it('stand upright and tell nothing of their maker in any size', async () => {
    const bytes = await photograph(400, 300);
    const file = await house.upload(mary, bytes, { name: 'harbour.jpg', purpose: 'image' });
    expect(file).toMatchObject({ contentType: 'image/jpeg', width: 300, height: 400 });
    const small = Buffer.from(await (await variant(file, 'w160')).arrayBuffer());
    const { width, height, exif, icc, orientation } = await sharp(small).metadata();
    expect({ width, height, exif, icc, orientation }).toEqual({
      width: 120,
      height: 160,
      exif: undefined,
      icc: undefined,
      orientation: undefined,
    });
    expect(small.includes('SecretCamera')).toBe(false);
    // the original is as it was sent
    const original = Buffer.from(await (await house.fetch(file.url)).arrayBuffer());
    expect(sha256(original)).toBe(sha256(bytes));
  });

  it('are made once, however many ask at the same time, and kept', async () => {
    const file = await house.upload(mary, await picture(700, 500), { name: 'map.png', purpose: 'image' });
    const made = async (): Promise<number> =>
      Number(
        /storage_variants_made_total\{[^}]*\} (\d+)/.exec(await house.service().metrics.registry.metrics())?.[1] ?? 0,
      );
    const before = await made();
    const objects = (await house.objects()).length;
    const responses = await Promise.all(Array.from({ length: 20 }, async () => await variant(file, 'w320')));
    const bodies = await Promise.all(
      responses.map(async (response) => sha256(Buffer.from(await response.arrayBuffer()))),
    );
    expect(new Set(bodies).size).toBe(1);
    expect(await made()).toBe(before + 1);
    expect((await house.objects()).length).toBe(objects + 1);
    const [first] = responses;
    expect(first?.headers.get('etag')).toBe(`"${bodies[0]}"`);
    expect(first?.headers.get('content-disposition')).toBe('inline; filename=map.webp');
    expect(first?.headers.get('cache-control')).toMatch(/^private, max-age=\d+, immutable$/);
    const part = await house.fetch(`${file.url}&variant=w320`, { headers: { range: 'bytes=0-3' } });
    expect([part.status, await part.text()]).toEqual([206, 'RIFF']);
    // another service process does not make it again
    await house.restart();
    await variant(file, 'w320');
    expect(await made()).toBe(0);
  });

  it('of two owners are never shared, so that nobody can tell by the time of an answer', async () => {
    const bytes = await picture(300, 200);
    const other = await house.signUp();
    const [mine, theirs] = [
      await house.upload(mary, bytes, { name: 'a.png', purpose: 'image' }),
      await house.upload(other, bytes, { name: 'a.png', purpose: 'image' }),
    ];
    await variant(mine, 'w160');
    await house.sweep();
    const before = (await house.objects()).length;
    await variant(theirs, 'w160');
    expect((await house.objects()).length).toBe(before + 1);
    await other.storage.deleteFile({ params: { fileId: theirs.id } });
    await house.sweep();
    expect((await house.objects()).length).toBe(before);
    expect((await variant(mine, 'w160')).status).toBe(200);
  });

  it('are made again when somebody has removed one from the object storage', async () => {
    const file = await house.upload(mary, await picture(300, 200), { name: 'a.png', purpose: 'image' });
    await variant(file, 'w160');
    const { blobs, db } = house.context();
    const [row] = await db.variant.findMany({ where: { fileId: file.id } });
    await blobs.remove([row?.key ?? '']);
    house.moveClock(3 * 3_600_000);
    expect(await house.scan()).toMatchObject({ strays: 0, missing: [] });
    house.moveClock(-3 * 3_600_000);
    expect(await sizeOf(await variant(file, 'w160'))).toEqual(['webp', 160, 107]);
  });

  it('are only made of pictures', async () => {
    const file = await house.upload(mary, prose(100));
    const response = await variant(file, 'w160');
    expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
      422,
      'STORAGE_IMAGE_UNREADABLE',
    ]);
    const [link] = await mary.storage.linkFiles({ body: { fileIds: [file.id], variant: 'w320' } });
    expect(link).toMatchObject({ contentType: 'text/plain', width: null });
    expect((await house.fetch(link?.url ?? '')).status).toBe(200);
  });
};

for (const { name, start, skip } of objectStores) describe.skipIf(skip)(`pictures ${name}`, () => suite(start));

describe('pictures of strangers', () => {
  let house: StorageHouse;
  let mary: Person;
  let directory: string;
  let listener: Server;
  let hits = 0;
  beforeAll(async () => {
    house = await startStorageHouse(objectStores[0].start);
    mary = await house.signUp();
    directory = await mkdtemp(join(tmpdir(), 'authorworks-secret-'));
    const red = await sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await writeFile(join(directory, 'red.png'), red);
    await writeFile(join(directory, 'secret.txt'), 'SECRET');
    listener = createServer((_request, response) => {
      hits += 1;
      response.end(red);
    });
    await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    listener?.close();
    await rm(directory, { recursive: true, force: true });
    await house?.stop();
  });

  const send = async (bytes: Uint8Array, name = 'map.png'): Promise<{ code: string; message: string }> =>
    await refusal(house.upload(mary, bytes, { name, purpose: 'image' }));
  const at = (path: string): string => `http://127.0.0.1:${(listener.address() as AddressInfo).port}/${path}`;

  const broken: [string, () => Promise<Uint8Array> | Uint8Array, string][] = [
    ['a bomb of 100,000 × 100,000', () => pngBomb(100_000, 100_000, 3), 'STORAGE_IMAGE_UNREADABLE'],
    ['a bomb just under the limit, mostly missing', () => pngBomb(7_900, 8_000, 200), 'STORAGE_IMAGE_UNREADABLE'],
    ['one of no size', () => pngBomb(0, 0, 1), 'STORAGE_IMAGE_UNREADABLE'],
    ['one cut in the middle', async () => (await picture()).subarray(0, 60_000), 'STORAGE_IMAGE_UNREADABLE'],
    [
      'a photograph cut in the middle',
      async () => (await photograph(800, 600)).subarray(0, 40_000),
      'STORAGE_IMAGE_UNREADABLE',
    ],
    [
      'a header and noise',
      () => Buffer.concat([pngBomb(10, 10, 0).subarray(0, 60), Buffer.alloc(5_000, 0xa5)]),
      'STORAGE_IMAGE_UNREADABLE',
    ],
    [
      'GIF89a that is a script',
      () => Buffer.from('GIF89a/*\u0000\u0000\u0000*/=1;alert(1)//'),
      'STORAGE_IMAGE_UNREADABLE',
    ],
    [
      'one that is a ZIP file as well',
      async () => Buffer.concat([await picture(), zip({ 'Evil.class': 'x' })]),
      'STORAGE_TYPE_MISMATCH',
    ],
    ['one that is a PDF as well', async () => polyglot('%PDF-1.5'), 'STORAGE_TYPE_MISMATCH'],
    ['one that is a page as well', async () => polyglot('<html><script>alert(1)</script>'), 'STORAGE_TYPE_MISMATCH'],
    ['text', () => prose(500), 'STORAGE_TYPE_MISMATCH'],
    [
      'TIFF by another name',
      async () =>
        await sharp(await picture(20, 20))
          .tiff()
          .toBuffer(),
      'STORAGE_TYPE_MISMATCH',
    ],
  ];
  const polyglot = async (text: string): Promise<Uint8Array> => {
    const png = await picture();
    const data = Buffer.from(`Comment\0${text}`);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    // right behind the header, where other readers look
    return Buffer.concat([png.subarray(0, 33), length, Buffer.from('tEXt'), data, Buffer.alloc(4), png.subarray(33)]);
  };
  it.each(broken)('are refused: %s', async (_what, make, code) => {
    const name = _what.includes('photograph') ? 'a.jpg' : _what.includes('GIF') ? 'a.gif' : 'a.png';
    expect((await send(await make(), name)).code).toBe(code);
  });

  it('do not let the service grow', async () => {
    const peak = await peakWhile(async () => {
      for (let round = 0; round < 3; round += 1)
        await Promise.all([
          send(pngBomb(100_000, 100_000, 3)),
          send(pngBomb(7_900, 8_000, 200)),
          send(nested(9), 'laughs.svg'),
        ]);
    });
    console.info(`picture processes: at most ${peak} MiB each while bombs arrived`);
    expect(peak).toBeLessThan(700);
  });

  /** Entities within entities: a few hundred bytes that would become gigabytes. */
  const nested = (depth: number): Buffer => {
    const entities = Array.from(
      { length: depth },
      (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`,
    );
    return Buffer.from(
      `<!DOCTYPE svg [<!ENTITY e0 "tide">${entities.join('')}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&e${depth};</text></svg>`,
    );
  };

  /** Largest resident memory of the children of this process, in MiB. */
  const peakWhile = async (work: () => Promise<unknown>): Promise<number> => {
    let peak = 0;
    const look = setInterval(() => {
      const lines = execFileSync('ps', ['-o', 'rss=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).split(
        '\n',
      );
      for (const line of lines)
        if (line.includes('picture.program')) peak = Math.max(peak, Number.parseInt(line, 10) / 1024);
    }, 20);
    await work();
    clearInterval(look);
    return Math.round(peak);
  };

  describe('that are drawings', () => {
    const readings: [string, () => string][] = [
      ['a file by its path', () => `<image href="file://${directory}/red.png" width="50" height="50"/>`],
      ['a file by a bare path', () => `<image xlink:href="${directory}/red.png" width="50" height="50"/>`],
      ['a file beside it', () => '<image href="red.png" width="50" height="50"/>'],
      ['an address', () => `<image href="${at('red.png')}" width="50" height="50"/>`],
      ['a part of another drawing', () => `<use href="${at('a.svg#x')}"/><use href="file://${directory}/a.svg#x"/>`],
      [
        'a style sheet',
        () => `<style>@import url("${at('a.css')}"); @import url("file://${directory}/a.css");</style>`,
      ],
      ['a pattern', () => `<rect width="50" height="50" fill="url(${at('a.svg#p')})"/>`],
      [
        'a filter',
        () =>
          `<filter id="f"><feImage href="${at('red.png')}"/></filter><rect width="50" height="50" fill="none" filter="url(#f)"/>`,
      ],
      ['a font', () => `<style>@font-face{font-family:x;src:url(${at('a.woff2')})}</style>`],
      [
        'a text by XInclude',
        () =>
          `<text y="20" xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="file://${directory}/secret.txt"/></text>`,
      ],
      [
        'a page',
        () =>
          `<foreignObject width="50" height="50"><iframe xmlns="http://www.w3.org/1999/xhtml" src="${at('page')}"/></foreignObject>`,
      ],
      ['a script', () => `<script href="${at('a.js')}"/>`],
    ];
    it.each(readings)('read nothing: %s', async (_what, inside) => {
      const before = hits;
      const file = await house.upload(mary, svg(inside(), 'width="50" height="50"'), {
        name: 'map.svg',
        purpose: 'image',
      });
      const response = await house.fetch(`${file.url}&variant=w160`);
      const { data } = await sharp(Buffer.from(await response.arrayBuffer()))
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      // nothing was drawn: every point is as transparent as before
      expect(data.every((value, index) => index % 4 !== 3 || value === 0)).toBe(true);
      expect(hits).toBe(before);
    });

    const entities: [string, () => string][] = [
      ['a file', () => `<!ENTITY x SYSTEM "file://${directory}/secret.txt">`],
      ['an address', () => `<!ENTITY x SYSTEM "${at('x')}">`],
      ['a parameter', () => `<!ENTITY % p SYSTEM "${at('p.dtd')}"> %p; <!ENTITY x "y">`],
      ['a document type elsewhere', () => ''],
    ];
    it.each(entities)('read nothing by entities: %s', async (_what, declaration) => {
      const before = hits;
      const text = `<!DOCTYPE svg SYSTEM "${at('svg.dtd')}" [${declaration()}]><svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"><text y="20">&x;</text></svg>`;
      expect((await send(Buffer.from(text), 'map.svg')).code).toBe('STORAGE_IMAGE_UNREADABLE');
      expect(hits).toBe(before);
    });

    it('show what is in them', async () => {
      const red = Buffer.from(
        await sharp({ create: { width: 5, height: 5, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
      );
      const file = await house.upload(
        mary,
        svg(
          `<image href="data:image/png;base64,${red.toString('base64')}" width="90" height="60" preserveAspectRatio="none"/>`,
        ),
        { name: 'map.svg', purpose: 'image' },
      );
      expect(file).toMatchObject({ contentType: 'image/svg+xml', width: 90, height: 60 });
      const response = await house.fetch(`${file.url}&variant=w160`);
      const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([90, 60]);
      expect(data[0]).toBeGreaterThan(200);
    });

    const endless: [string, () => Buffer][] = [
      ['entities within entities', () => nested(9)],
      ['elements without end', () => svg('<g>'.repeat(100_000))],
      ['elements in elements', () => svg('<g>'.repeat(50_000) + '</g>'.repeat(50_000))],
      ['100,000 × 100,000', () => svg('<rect width="9" height="9"/>', 'width="100000" height="100000"')],
      [
        'uses of uses',
        () =>
          svg(
            `<g id="a0"><rect width="1" height="1"/></g>${Array.from({ length: 20 }, (_, i) => `<g id="a${i + 1}">${`<use href="#a${i}"/>`.repeat(10)}</g>`).join('')}`,
          ),
      ],
      [
        'a drawing in itself',
        () =>
          svg(
            '<pattern id="p" width="1" height="1"><rect width="9" height="9" fill="url(#p)"/></pattern><rect width="9" height="9" fill="url(#p)"/><use href="#u" id="u"/>',
          ),
      ],
    ];
    it.each(endless)('are given up or drawn, but never hold anything up: %s', async (_what, make) => {
      const { code } = await send(make(), 'map.svg');
      expect(['STORAGE_IMAGE_UNREADABLE', 'STORAGE_TYPE_MISMATCH', 'FINE']).toContain(code);
      // the next one is read as if nothing had happened
      expect((await send(await picture(), 'a.png')).code).toBe('FINE');
    });
  });

  it('do not keep others from being served', async () => {
    // a drawing that is worked at until its time is over
    const noise = svg(
      `<filter id="f"><feTurbulence baseFrequency="0.05" numOctaves="60"/></filter>${'<rect width="4000" height="4000" filter="url(#f)"/>'.repeat(30)}`,
      'width="4000" height="4000"',
    );
    const endless = send(noise, 'noise.svg');
    const file = await house.upload(mary, prose(200));
    expect((await house.fetch(file.url)).status).toBe(200);
    expect((await send(await picture(), 'a.png')).code).toBe('FINE');
    expect((await endless).code).toBe('STORAGE_IMAGE_UNREADABLE');
    expect(house.service().logged.some((line) => String(line['reason']).includes('too long'))).toBe(true);
  });

  it('are read by processes that know nothing of the house', async () => {
    await send(await picture(), 'a.png');
    const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).split(
      '\n',
    );
    const pids = lines.filter((line) => line.includes('picture.program')).map((line) => Number.parseInt(line, 10));
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) {
      const environment = execFileSync('cat', [`/proc/${pid}/environ`], { encoding: 'latin1' });
      expect(environment).not.toMatch(/SERVICE_KEY|DATABASE|REDIS|PATH=|S3_/);
    }
    (house.context() satisfies StorageContext).pictures.close();
  });
});
