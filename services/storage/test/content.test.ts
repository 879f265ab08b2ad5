import type { StoredFile } from '@authorworks/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, refusal, refusalOf, sha256, startStorageHouse, type StorageHouse } from './kit/house.ts';
import { prose } from './kit/samples.ts';
import { objectStores, type StartStore } from './kit/stores.ts';

const NO_ID = '0192f000-0000-7000-8000-000000000000';
const missing = { status: 404, code: 'STORAGE_FILE_NOT_FOUND' };

const suite = (start: StartStore): void => {
  let house: StorageHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startStorageHouse(start);
    mary = await house.signUp();
  });
  afterAll(async () => await house?.stop());

  const get = async (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    await house.fetch(url, { headers, method });

  describe('the content of a file', () => {
    const bytes = prose(1_000);
    let file: StoredFile;
    beforeAll(async () => {
      file = await house.upload(mary, bytes, { name: 'Täglich Ebbe.txt', purpose: 'book' });
    });

    it('comes whole, with what a browser needs to treat it well', async () => {
      const response = await get(file.url);
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'content-length': '1000',
        'accept-ranges': 'bytes',
        etag: `"${sha256(bytes)}"`,
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("sandbox; default-src 'none'"),
        'cache-control': expect.stringMatching(/^private, max-age=\d+, immutable$/),
        'content-disposition': `inline; filename="T?glich Ebbe.txt"; filename*=UTF-8''T%C3%A4glich%20Ebbe.txt`,
      });
      const seconds = Number(/max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1]);
      expect(seconds).toBeGreaterThanOrEqual(3_600);
      expect(seconds).toBeLessThanOrEqual(7_200);
    });

    const ranges: [string, number, string | null, [number, number]][] = [
      ['bytes=0-0', 206, 'bytes 0-0/1000', [0, 1]],
      ['bytes=0-99', 206, 'bytes 0-99/1000', [0, 100]],
      ['bytes=990-', 206, 'bytes 990-999/1000', [990, 1000]],
      ['bytes=-10', 206, 'bytes 990-999/1000', [990, 1000]],
      ['bytes=-5000', 206, 'bytes 0-999/1000', [0, 1000]],
      ['bytes=500-5000', 206, 'bytes 500-999/1000', [500, 1000]],
      ['bytes=999-999', 206, 'bytes 999-999/1000', [999, 1000]],
      ['bytes= 5 - 9', 206, 'bytes 5-9/1000', [5, 10]],
      ['bytes=0-9,5-19', 206, 'bytes 0-19/1000', [0, 20]],
      // more than one at a time, and what is no range of bytes, is answered with the whole
      ['bytes=0-9,50-59', 200, null, [0, 1000]],
      ['pages=1-2', 200, null, [0, 1000]],
      ['bytes', 200, null, [0, 1000]],
      ['0-9', 200, null, [0, 1000]],
    ];
    it.each(ranges)('answers Range: %s', async (range, status, contentRange, [from, to]) => {
      const response = await get(file.url, { range });
      expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange]);
      expect(response.headers.get('content-length')).toBe(String(to - from));
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(from, to))).toBe(true);
    });

    it.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0', 'bytes=9-5', 'bytes=99999999999999999999-'])(
      'refuses Range: %s, and tells how long the file is',
      async (range) => {
        const response = await get(file.url, { range });
        expect(response.headers.get('content-range')).toBe('bytes */1000');
        expect(await refusalOf(response)).toEqual([416, 'STORAGE_RANGE_INVALID']);
      },
    );

    it('sends a part only of what was begun to be read', async () => {
      const etag = `"${sha256(bytes)}"`;
      const modified = (await get(file.url, {}, 'HEAD')).headers.get('last-modified') ?? '';
      const status = async (condition: string): Promise<number> =>
        (await get(file.url, { range: 'bytes=0-9', 'if-range': condition })).status;
      expect(await status(etag)).toBe(206);
      expect(await status(modified)).toBe(206);
      expect(await status('"another"')).toBe(200);
      expect(await status(`W/${etag}`)).toBe(200);
      expect(await status('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(200);
    });

    it('is not sent again to whoever has it', async () => {
      const etag = `"${sha256(bytes)}"`;
      for (const condition of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const response = await get(file.url, { 'if-none-match': condition });
        expect([response.status, await response.text()]).toEqual([304, '']);
        expect(response.headers.get('etag')).toBe(etag);
      }
      expect((await get(file.url, { 'if-none-match': '"another"' })).status).toBe(200);
      expect((await get(file.url, { 'if-none-match': etag, range: 'bytes=0-1' })).status).toBe(304);
    });

    it('is described without being sent', async () => {
      const response = await get(file.url, { range: 'bytes=0-1' }, 'HEAD');
      expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
        200,
        '1000',
        '',
      ]);
    });

    it('is saved under the name that was asked for, with an extension that fits', async () => {
      const named = async (download: string): Promise<string | null> =>
        (await get(`${file.url}&download=${encodeURIComponent(download)}`)).headers.get('content-disposition');
      expect(await named('tide.txt')).toBe('attachment; filename=tide.txt');
      expect(await named('invoice.exe')).toBe('attachment; filename=invoice.exe.txt');
      expect(await named('')).toContain('attachment; filename="T?glich Ebbe.txt"');
      expect(await named('../../etc/passwd')).toBe('attachment; filename=.._.._etc_passwd.txt');
      expect(await named('a"b\r\nset-cookie: x=1')).toBe(String.raw`attachment; filename="a\"bset-cookie: x=1.txt"`);
      expect(await named('潮.txt')).toBe(`attachment; filename="?.txt"; filename*=UTF-8''%E6%BD%AE.txt`);
      expect((await get(`${file.url}&download=${'x'.repeat(256)}`)).status).toBe(400);
    });
  });

  it('serves nothing that could act as something that a browser would run', async () => {
    const page = Buffer.from('<!doctype html><html><body><script>alert(1)</script></body></html>');
    const file = await house.upload(mary, page, { name: 'page.html', purpose: 'book' });
    expect(file.contentType).toBe('text/html');
    const response = await get(file.url);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename=page.html',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    });
    const drawing = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
    );
    const svg = await house.upload(mary, drawing, { name: 'map.svg', purpose: 'image' });
    expect(Object.fromEntries((await get(svg.url)).headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-disposition': 'attachment; filename=map.svg',
      'content-security-policy': expect.stringContaining("sandbox; default-src 'none'"),
    });
    expect((await get(`${svg.url}&variant=w160`)).headers.get('content-type')).toBe('image/webp');
  });

  it('is for its owner, for whoever has the link, and for nobody else', async () => {
    const file = await house.upload(mary, prose(100));
    const path = `/api/storage/v1/files/${file.id}/content`;
    const other = await house.signUp();
    const as = (person: Person): Record<string, string> => ({ authorization: `Bearer ${person.token}` });
    expect((await get(file.url)).status).toBe(200);
    expect((await get(file.url, as(other))).status).toBe(200);
    const own = await get(path, as(mary));
    expect([own.status, own.headers.get('cache-control'), own.headers.get('vary')]).toEqual([
      200,
      'private, no-cache',
      'authorization',
    ]);
    expect(await refusalOf(await get(path))).toEqual([404, 'STORAGE_FILE_NOT_FOUND']);
    expect(await refusalOf(await get(path, as(other)))).toEqual([404, 'STORAGE_FILE_NOT_FOUND']);
    expect(await refusalOf(await get(path, { authorization: 'Bearer nonsense' }))).toEqual([401, 'AUTH_TOKEN_INVALID']);
    // a link that has expired does not stand in the way of its owner
    house.moveClock(3 * 3_600_000);
    expect(await refusalOf(await get(file.url))).toEqual([403, 'STORAGE_LINK_INVALID']);
    house.moveClock(-3 * 3_600_000);
    const stale = file.url.replace(/expires=\d+/, 'expires=1000000000');
    expect((await get(stale, as(mary))).status).toBe(200);
    expect(await refusalOf(await get(stale, as(other)))).toEqual([403, 'STORAGE_LINK_INVALID']);
    // whether there is such a file cannot be told by a bad link
    expect(await refusalOf(await get(stale.replace(file.id, NO_ID)))).toEqual([403, 'STORAGE_LINK_INVALID']);
    expect(await refusalOf(await get(`/api/storage/v1/files/${NO_ID}/content`))).toEqual([
      404,
      'STORAGE_FILE_NOT_FOUND',
    ]);
  });

  it('keeps the same link for a while, so that browsers can keep the picture', async () => {
    const file = await house.upload(mary, prose(100));
    const again = await mary.storage.readFile({ params: { fileId: file.id } });
    const [link] = await mary.storage.linkFiles({ body: { fileIds: [file.id] } });
    const minute = new Date().getMinutes();
    // unless an hour is just over
    if (minute > 1) expect([again.url, link?.url]).toEqual([file.url, file.url]);
    expect(link).toMatchObject({ fileId: file.id, contentType: 'text/plain', width: null, height: null });
  });

  it('is for anybody once it is public, and may then be kept by anybody', async () => {
    const file = await house.upload(mary, prose(100));
    const path = `/api/storage/v1/files/${file.id}/content`;
    await house.neighbour.publishFiles({ body: { fileIds: [file.id, NO_ID] } });
    await house.neighbour.publishFiles({ body: { fileIds: [file.id] } });
    const read = await mary.storage.readFile({ params: { fileId: file.id } });
    expect(read).toMatchObject({ visibility: 'public', url: path });
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'cross-origin-resource-policy': 'cross-origin',
    });
    // links from before go on working, also when they have expired
    house.moveClock(3 * 3_600_000);
    expect((await get(file.url)).status).toBe(200);
    house.moveClock(-3 * 3_600_000);
    const other = await house.signUp();
    expect(await refusal(other.storage.readFile({ params: { fileId: file.id } }))).toMatchObject(missing);
    expect(await refusal(other.storage.deleteFile({ params: { fileId: file.id } }))).toMatchObject(missing);
  });
};

for (const { name, start, skip } of objectStores) describe.skipIf(skip)(`contents ${name}`, () => suite(start));
