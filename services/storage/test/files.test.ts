import type { StoredFile } from '@authorworks/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, refusal, refusalOf, sha256, startStorageHouse, type StorageHouse } from './kit/house.ts';
import { picture, prose } from './kit/samples.ts';
import { objectStores, type StartStore } from './kit/stores.ts';

const NO_ID = '0192f000-0000-7000-8000-000000000000';
const missing = { status: 404, code: 'STORAGE_FILE_NOT_FOUND' };

/** One event for each line of the outbox. */
interface Told {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

const suite = (start: StartStore): void => {
  let house: StorageHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startStorageHouse(start);
    mary = await house.signUp();
  });
  afterAll(async () => await house?.stop());

  const told = async (fileId: string): Promise<Told[]> =>
    (
      await house
        .context()
        .postgres.sql.query<{ type: string; envelope: { data: Record<string, unknown> } }>(
          `SELECT type, envelope FROM outbox WHERE envelope->'data'->>'fileId' = $1 ORDER BY seq`,
          [fileId],
        )
    ).map(({ type, envelope }) => ({ type, data: envelope.data }));

  const put = async (owner: Person, bytes: Uint8Array, query: Record<string, string> = {}): Promise<StoredFile> =>
    await house.neighbour.putFile({
      query: { name: 'tide.txt', purpose: 'book', ownerId: owner.accountId, ...query } as never,
      body: new Uint8Array(bytes),
    });

  const get = async (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    await house.fetch(url, { headers, method });

  it('belongs to a book: whoever may read the book may read it, as long as they may', async () => {
    const bookId = crypto.randomUUID();
    const [owner, reader, stranger] = [await house.signUp(), await house.signUp(), await house.signUp()];
    house.content.setRole(bookId, owner.accountId, 'owner');
    house.content.setRole(bookId, reader.accountId, 'beta-reader');
    const file = await house.upload(owner, prose(200), { bookId });
    const loose = await house.upload(owner, prose(200));
    const path = `/api/storage/v1/files/${file.id}/content`;
    const read = async (who: Person): Promise<number[]> => [
      (await refusal(who.storage.readFile({ params: { fileId: file.id } }))).status,
      (await get(path, { authorization: `Bearer ${who.token}` })).status,
      (await who.storage.linkFiles({ body: { fileIds: [file.id, loose.id, NO_ID] } })).length,
    ];
    expect(await read(owner)).toEqual([200, 200, 2]);
    expect(await read(reader)).toEqual([200, 200, 1]);
    expect(await read(stranger)).toEqual([404, 404, 0]);
    // reading is not deleting
    expect(await refusal(reader.storage.deleteFile({ params: { fileId: file.id } }))).toMatchObject(missing);
    house.content.setRole(bookId, reader.accountId, null);
    expect(await read(reader)).toEqual([404, 404, 0]);
    // while content is away, its owner goes on; others hear that it is not known now
    house.content.setBroken(true);
    expect(await read(owner)).toEqual([200, 200, 2]);
    expect(await refusal(reader.storage.readFile({ params: { fileId: file.id } }))).toMatchObject({ status: 503 });
    expect((await get(file.url)).status).toBe(200);
    house.content.setBroken(false);
  });

  it('asks for each book once when many of its pictures are linked', async () => {
    const bookId = crypto.randomUUID();
    const [owner, reader] = [await house.signUp(), await house.signUp()];
    house.content.setRole(bookId, owner.accountId, 'owner');
    house.content.setRole(bookId, reader.accountId, 'editor');
    const files = await Promise.all(Array.from({ length: 12 }, async () => await put(owner, prose(50), { bookId })));
    const asked = house.content.asked();
    const links = await reader.storage.linkFiles({ body: { fileIds: files.map(({ id }) => id) } });
    expect(links).toHaveLength(12);
    expect(house.content.asked()).toBe(asked + 1);
    for (const { url } of links) expect((await get(url)).status).toBe(200);
    expect(await refusal(reader.storage.linkFiles({ body: { fileIds: [] } }))).toMatchObject({ status: 400 });
    expect(await refusalOf(await house.fetch('/api/storage/v1/files/links', { method: 'POST' }))).toEqual([
      401,
      'AUTH_REQUIRED',
    ]);
  });

  it('lists the files of an account, newest first, page by page, and of nobody else', async () => {
    const owner = await house.signUp();
    const files: StoredFile[] = [];
    for (let index = 0; index < 5; index += 1) files.push(await put(owner, prose(60 + index)));
    files.push(await put(owner, await picture(), { name: 'map.png', purpose: 'image' }));
    const ids = files.map(({ id }) => id).toReversed();
    const first = await owner.storage.listFiles({ query: { limit: 4 } });
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 4));
    const second = await owner.storage.listFiles({ query: { limit: 4, cursor: first.pagination.nextCursor ?? '' } });
    expect(second.data.map(({ id }) => id)).toEqual(ids.slice(4));
    expect(second.pagination.nextCursor).toBeNull();
    expect((await owner.storage.listFiles({ query: { purpose: 'image' } })).data.map(({ id }) => id)).toEqual([ids[0]]);
    expect((await (await house.signUp()).storage.listFiles({})).data).toEqual([]);
    expect(await refusal(owner.storage.listFiles({ query: { cursor: "' OR 1=1" } }))).toMatchObject({
      status: 400,
      code: 'REQUEST_INVALID',
    });
    expect(await refusalOf(await house.fetch('/api/storage/v1/files'))).toEqual([401, 'AUTH_REQUIRED']);
    const sum = files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
    expect(await owner.storage.readUsage()).toEqual({ usedBytes: sum, quotaBytes: 1024 ** 3, fileCount: 6 });
    expect(await refusalOf(await house.fetch('/api/storage/v1/usage'))).toEqual([401, 'AUTH_REQUIRED']);
  });

  it('stores a content once, and removes it with the last of its files', async () => {
    const bytes = prose(3_000);
    await house.sweep();
    const before = await house.objects();
    const other = await house.signUp();
    const mine = await house.upload(mary, bytes);
    const twin = await house.upload(mary, bytes, { name: 'again.txt' });
    const theirs = await house.upload(other, bytes);
    const put1 = await put(other, bytes);
    await house.sweep();
    expect((await house.objects()).length).toBe(before.length + 1);
    expect((await other.storage.readUsage()).usedBytes).toBe(6_000);
    // nothing tells them apart from files that are alone
    expect(Object.keys(theirs).toSorted()).toEqual(Object.keys(mine).toSorted());
    await mary.storage.deleteFile({ params: { fileId: mine.id } });
    await other.storage.deleteFile({ params: { fileId: theirs.id } });
    await house.sweep();
    for (const file of [twin, put1])
      expect(Buffer.from(await (await get(file.url)).arrayBuffer()).equals(bytes)).toBe(true);
    expect(await refusalOf(await get(mine.url))).toEqual([404, 'STORAGE_FILE_NOT_FOUND']);
    await mary.storage.deleteFile({ params: { fileId: twin.id } });
    await house.neighbour.removeFiles({ body: { fileIds: [put1.id, NO_ID] } });
    await house.neighbour.removeFiles({ body: { fileIds: [put1.id] } });
    await house.sweep();
    expect(await house.objects()).toEqual(before);
  });

  it('loses no content when it is stored and deleted at the same time', async () => {
    await house.sweep();
    const before = await house.objects();
    const bytes = prose(2_000);
    const owners = await Promise.all(Array.from({ length: 4 }, async () => await house.signUp()));
    const rounds = Array.from({ length: 24 }, async (_, index) => {
      const owner = owners[index % owners.length] ?? mary;
      const file = await put(owner, bytes);
      if (index % 3 !== 0) await owner.storage.deleteFile({ params: { fileId: file.id } });
      else return file;
      return undefined;
    });
    const sweeping = Promise.all([house.sweep(), house.sweep(), house.sweep()]);
    const files = (await Promise.all(rounds)).filter((file) => file !== undefined);
    await sweeping;
    await house.sweep();
    expect(files).toHaveLength(8);
    for (const file of files) expect((await get(file.url)).status).toBe(200);
    expect((await house.objects()).length).toBe(before.length + 1);
    await house.neighbour.removeFiles({ body: { fileIds: files.map(({ id }) => id) } });
    await house.sweep();
    expect(await house.objects()).toEqual(before);
  });

  it('tells once that a file was stored, and once that it is gone', async () => {
    const file = await house.upload(mary, prose(70));
    await mary.storage.deleteFile({ params: { fileId: file.id } });
    expect(await refusal(mary.storage.deleteFile({ params: { fileId: file.id } }))).toMatchObject(missing);
    expect(await told(file.id)).toEqual([
      {
        type: 'storage.file.stored',
        data: { fileId: file.id, ownerId: mary.accountId, bookId: null, purpose: 'attachment', sizeBytes: 70 },
      },
      { type: 'storage.file.deleted', data: { fileId: file.id, ownerId: mary.accountId } },
    ]);
  });

  it('does not know what is not there, and wants to know who asks', async () => {
    expect(await refusal(mary.storage.readFile({ params: { fileId: NO_ID } }))).toMatchObject(missing);
    expect(await refusal(mary.storage.deleteFile({ params: { fileId: NO_ID } }))).toMatchObject(missing);
    expect(await refusal(house.neighbour.getFileContent({ params: { fileId: NO_ID } }))).toMatchObject(missing);
    for (const method of ['GET', 'DELETE'])
      expect(await refusalOf(await house.fetch(`/api/storage/v1/files/${NO_ID}`, { method }))).toEqual([
        401,
        'AUTH_REQUIRED',
      ]);
    expect((await get(`/api/storage/v1/files/${NO_ID}/content?variant=w9999`)).status).toBe(400);
    expect((await get(`/api/storage/v1/files/../../etc/passwd/content`)).status).toBe(404);
  });

  describe('for the other services', () => {
    it('stores bytes once for each key', async () => {
      const owner = await house.signUp();
      const first = await put(owner, prose(500), { key: 'compilation 7' });
      const [again, other, withoutKey] = [
        await put(owner, prose(500), { key: 'compilation 7' }),
        await put(owner, prose(500), { key: 'compilation 8' }),
        await put(owner, prose(500)),
      ];
      expect(again).toEqual(first);
      expect(new Set([first.id, other.id, withoutKey.id]).size).toBe(3);
      // the same key for another account is another file
      expect((await put(mary, prose(500), { key: 'compilation 7' })).id).not.toBe(first.id);
      const together = await Promise.all(
        Array.from({ length: 6 }, async () => await put(owner, prose(800), { key: 'compilation 9' })),
      );
      expect(new Set(together.map(({ id }) => id)).size).toBe(1);
      expect((await owner.storage.readUsage()).fileCount).toBe(4);
    });

    it('takes a stream whose length nobody knows', async () => {
      const bytes = prose(12 * 1024 * 1024);
      const file = await house.neighbour.putFile({
        query: { name: 'long.txt', purpose: 'export', ownerId: mary.accountId },
        body: new Blob([new Uint8Array(bytes)]).stream(),
      });
      expect(file).toMatchObject({ sizeBytes: bytes.length, sha256: sha256(bytes), purpose: 'export' });
      const response = await house.neighbour.getFileContent({ params: { fileId: file.id } });
      expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(bytes));
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    });

    it('refuses what a person could not send either, and keeps nothing of it', async () => {
      await house.sweep();
      const before = await house.objects();
      const refused = async (bytes: Uint8Array, query: Record<string, string>): Promise<string> =>
        (await refusal(put(mary, bytes, query))).code;
      expect(await refused(randomNonsense(), { name: 'a.bin', purpose: 'attachment' })).toBe(
        'STORAGE_TYPE_NOT_ALLOWED',
      );
      expect(await refused(prose(100), { name: 'a.png', purpose: 'image' })).toBe('STORAGE_TYPE_MISMATCH');
      expect(await refused(prose(100), { name: 'a.exe', contentType: 'application/x-msdownload' })).toBe(
        'STORAGE_TYPE_NOT_ALLOWED',
      );
      expect(await refused((await picture()).subarray(0, 500), { name: 'a.png', purpose: 'image' })).toBe(
        'STORAGE_IMAGE_UNREADABLE',
      );
      expect(await refused(new Uint8Array(), {})).toBe('REQUEST_INVALID');
      expect(await refused(prose(33 * 1024 * 1024), { name: 'a.ttf', purpose: 'font' })).toBe('STORAGE_FILE_TOO_LARGE');
      await house.sweep();
      expect(await house.objects()).toEqual(before);
    });

    it('tells what is known of files and whose they are, and leaves out what is not known', async () => {
      const file = await put(mary, await picture(800, 600), { name: 'map.png', purpose: 'image' });
      const found = await house.neighbour.findFiles({ body: { fileIds: [NO_ID, file.id], variant: 'w320' } });
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ id: file.id, ownerId: mary.accountId, width: 800, height: 600 });
      const response = await get(found[0]?.url ?? '');
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp']);
    });

    it('is nobody else’s business', async () => {
      const token = { authorization: `Bearer ${mary.token}` };
      for (const [method, path] of [
        ['POST', `/internal/storage/v1/files?name=a&purpose=book&ownerId=${mary.accountId}`],
        ['GET', `/internal/storage/v1/files/${NO_ID}/content`],
        ['POST', '/internal/storage/v1/files/find'],
        ['POST', '/internal/storage/v1/files/publish'],
        ['POST', '/internal/storage/v1/files/remove'],
      ] as const) {
        expect((await house.fetch(path, { method })).status).toBe(401);
        expect((await house.fetch(path, { method, headers: token })).status).toBe(401);
      }
    });
  });
};

/** Bytes of no type that anybody knows. */
const randomNonsense = (): Uint8Array => Buffer.concat([Buffer.from([0, 1, 2, 3]), Buffer.alloc(300, 7)]);

for (const { name, start, skip } of objectStores) describe.skipIf(skip)(`files ${name}`, () => suite(start));
