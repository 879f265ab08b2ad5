import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Begun, type Person, refusalOf, startStorageHouse, type StorageHouse } from './kit/house.ts';
import { prose } from './kit/samples.ts';
import { objectStores } from './kit/stores.ts';

/** Ways to change a signed address a little. */
const tamperings: readonly (readonly [string, (url: URL) => void])[] = [
  ['a later end', (url) => url.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 1))],
  ['an earlier end', (url) => url.searchParams.set('expires', String(Number(url.searchParams.get('expires')) - 1))],
  ['an end that is past', (url) => url.searchParams.set('expires', '1')],
  ['an end before all time', (url) => url.searchParams.set('expires', '-1')],
  ['another signature', (url) => url.searchParams.set('signature', 'A'.repeat(43))],
  ['a signature with its last letter changed', (url) => url.searchParams.set('signature', changedLast(url))],
  ['a signature cut off', (url) => url.searchParams.set('signature', signatureOf(url).slice(0, -1))],
  ['a signature with padding', (url) => url.searchParams.set('signature', `${signatureOf(url)}=`)],
  ['a signature in capital letters', (url) => url.searchParams.set('signature', signatureOf(url).toUpperCase())],
  ['a signature in hexadecimal', (url) => url.searchParams.set('signature', hexOf(url))],
  ['an empty signature', (url) => url.searchParams.set('signature', '')],
  ['the end written in another way', (url) => url.searchParams.set('expires', `0${url.searchParams.get('expires')}.5`)],
];
const signatureOf = (url: URL): string => url.searchParams.get('signature') ?? '';
const hexOf = (url: URL): string => Buffer.from(signatureOf(url), 'base64url').toString('hex');
/** The last letter of 32 bytes in base64url carries four bits; its neighbour decodes to other bytes or is not canonical. */
const changedLast = (url: URL): string => {
  const signature = signatureOf(url);
  return signature.slice(0, -1) + (signature.endsWith('A') ? 'B' : 'A');
};

describe('a signed address, changed', () => {
  let house: StorageHouse;
  let mary: Person;
  let upload: Begun;
  let link: URL;
  let part: URL;
  beforeAll(async () => {
    house = await startStorageHouse(objectStores[0].start);
    mary = await house.signUp();
    upload = await mary.storage.createUpload({ body: { name: 'a.txt', purpose: 'book', sizeBytes: 10 } });
    const file = await house.upload(mary, prose(100));
    const { url } = house.service();
    link = new URL(url + file.url);
    part = new URL(url + (upload.parts[0]?.url ?? ''));
  });
  afterAll(async () => await house?.stop());

  const put = async (url: URL): Promise<Response> => await fetch(url, { method: 'PUT', body: 'ten bytes.' });
  const changed = (url: URL, change: (copy: URL) => void): URL => {
    const copy = new URL(url);
    change(copy);
    return copy;
  };

  it.each(tamperings)('to %s opens nothing', async (_what, change) => {
    for (const response of [await fetch(changed(link, change)), await put(changed(part, change))]) {
      const [status, code] = await refusalOf(response);
      expect([400, 403]).toContain(status);
      expect(['STORAGE_LINK_INVALID', 'REQUEST_INVALID']).toContain(code);
    }
  });

  it('to another file, another upload or another part opens nothing', async () => {
    const other = await house.upload(await house.signUp(), prose(100));
    const stranger = await (await house.signUp()).storage.createUpload({
      body: { name: 'a.txt', purpose: 'book', sizeBytes: 10 },
    });
    const invalid = [403, 'STORAGE_LINK_INVALID'];
    expect(
      await refusalOf(
        await fetch(changed(link, (url) => void (url.pathname = `/api/storage/v1/files/${other.id}/content`))),
      ),
    ).toEqual(invalid);
    expect(
      await refusalOf(
        await put(changed(part, (url) => void (url.pathname = url.pathname.replace(upload.id, stranger.id)))),
      ),
    ).toEqual(invalid);
    expect(
      await refusalOf(await put(changed(part, (url) => void (url.pathname = url.pathname.replace(/1$/, '2'))))),
    ).toEqual(invalid);
  });

  it('of a part does not open a content, and the other way round', async () => {
    const swapped = changed(link, (url) => void (url.search = part.search));
    expect(await refusalOf(await fetch(swapped))).toEqual([403, 'STORAGE_LINK_INVALID']);
    expect(await refusalOf(await put(changed(part, (url) => void (url.search = link.search))))).toEqual([
      403,
      'STORAGE_LINK_INVALID',
    ]);
    expect((await fetch(part)).status).toBe(405);
    expect((await put(link)).status).toBe(405);
  });

  it('with parts left out, doubled or added is refused', async () => {
    const status = async (change: (url: URL) => void): Promise<number[]> => [
      (await fetch(changed(link, change))).status,
      (await put(changed(part, change))).status,
    ];
    expect(await status((url) => url.searchParams.delete('signature'))).toEqual([403, 400]);
    expect(await status((url) => url.searchParams.delete('expires'))).toEqual([403, 400]);
    expect(await status((url) => void (url.search = ''))).toEqual([404, 400]);
    expect(await status((url) => url.searchParams.append('signature', 'x'))).toEqual([400, 400]);
    expect(await status((url) => url.searchParams.append('ownerId', mary.accountId))).toEqual([400, 400]);
    expect(await status((url) => url.searchParams.set('signature', 'x'.repeat(201)))).toEqual([400, 400]);
  });

  it('unchanged still opens what it is for', async () => {
    expect((await fetch(link)).status).toBe(200);
    expect((await put(part)).status).toBe(204);
  });

  it('never stands in a log', () => {
    const secrets = [signatureOf(link), signatureOf(part), mary.token];
    const logged = JSON.stringify(house.service().logged);
    for (const secret of secrets) expect(logged.includes(secret)).toBe(false);
  });
});
