import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Begun,
  partOf,
  type Person,
  refusal,
  refusalOf,
  sha256,
  startStorageHouse,
  type StorageHouse,
} from './kit/house.ts';
import { prose, sound } from './kit/samples.ts';
import { objectStores, type StartStore } from './kit/stores.ts';

const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60_000;

const suite = (start: StartStore): void => {
  let house: StorageHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startStorageHouse(start, { QUOTA_MEBIBYTES: '64' });
    mary = await house.signUp();
  });
  afterAll(async () => await house?.stop());

  const begin = async (sizeBytes: number, more: Record<string, unknown> = {}): Promise<Begun> =>
    await mary.storage.createUpload({ body: { name: 'tide.wav', purpose: 'audio', sizeBytes, ...more } });
  const put = async (upload: Begun, number: number, body: Uint8Array): Promise<Response> =>
    await house.fetch(upload.parts[number - 1]?.url ?? '', { method: 'PUT', body: Buffer.from(body) });
  const complete = async (upload: Begun, body: { sha256?: string } = {}) =>
    await mary.storage.completeUpload({ params: { uploadId: upload.id }, body });
  const read = async (upload: Begun): Promise<Begun> =>
    await mary.storage.readUpload({ params: { uploadId: upload.id } });
  const received = (upload: Begun): number[] =>
    upload.parts.filter((part) => part.received).map(({ number }) => number);

  it('makes a file of what was sent, and gives the same bytes back', async () => {
    const bytes = prose(40_000);
    const file = await house.upload(mary, bytes, { name: 'The Tide Clerk.md', purpose: 'book', sha256: sha256(bytes) });
    expect(file).toMatchObject({
      name: 'The Tide Clerk.md',
      purpose: 'book',
      contentType: 'text/markdown',
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
      visibility: 'private',
      bookId: null,
      width: null,
      height: null,
    });
    const response = await house.fetch(file.url);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('takes parts in any order, side by side and twice', async () => {
    const bytes = sound(20 * MIB + 123);
    const upload = await begin(bytes.length);
    expect(upload.parts.map(({ number, sizeBytes, received: there }) => [number, sizeBytes, there])).toEqual([
      [1, 8 * MIB, false],
      [2, 8 * MIB, false],
      [3, 4 * MIB + 123, false],
    ]);
    const send = async (number: number): Promise<number> =>
      (await put(upload, number, partOf(upload, bytes, number))).status;
    expect(await Promise.all([send(3), send(1), send(3)])).toEqual([204, 204, 204]);
    expect(received(await read(upload))).toEqual([1, 3]);
    expect(await refusal(complete(upload))).toMatchObject({ status: 409, code: 'STORAGE_UPLOAD_INCOMPLETE' });
    expect((await refusal(complete(upload))).message).toContain('2');
    // another content first: the last one counts
    expect((await put(upload, 2, randomBytes(8 * MIB))).status).toBe(204);
    expect(await send(2)).toBe(204);
    const file = await complete(upload, { sha256: sha256(bytes) });
    expect(file).toMatchObject({ contentType: 'audio/wav', sha256: sha256(bytes) });
    expect(received(await read(upload))).toEqual([1, 2, 3]);
    expect((await read(upload)).fileId).toBe(file.id);
  });

  it('gives the same file to every completion, at the same time and later', async () => {
    const bytes = sound(9 * MIB);
    const upload = await begin(bytes.length);
    await house.sendParts(upload, bytes);
    const files = await Promise.all([complete(upload), complete(upload), complete(upload, { sha256: sha256(bytes) })]);
    files.push(await complete(upload));
    expect(new Set(files.map(({ id }) => id)).size).toBe(1);
    // what comes too late changes nothing
    expect(await refusalOf(await put(upload, 1, randomBytes(8 * MIB)))).toEqual([404, 'STORAGE_UPLOAD_NOT_FOUND']);
    expect((await complete(upload)).sha256).toBe(sha256(bytes));
    expect(await refusal(complete(upload, { sha256: 'f'.repeat(64) }))).toMatchObject({
      status: 409,
      code: 'STORAGE_HASH_MISMATCH',
    });
  });

  it('gives the same upload to a repeated beginning with an Idempotency-Key', async () => {
    const body = { name: 'tide.wav', purpose: 'audio', sizeBytes: 100 } as const;
    const first = await mary.storage.createUpload({ body }, { idempotencyKey: 'begin-once' });
    const second = await mary.storage.createUpload({ body }, { idempotencyKey: 'begin-once' });
    expect(second).toEqual(first);
  });

  it('refuses parts that do not fit', async () => {
    const upload = await begin(8 * MIB + 10);
    const invalid = [400, 'STORAGE_PART_INVALID'];
    expect(await refusalOf(await put(upload, 1, randomBytes(8 * MIB - 1)))).toEqual(invalid);
    expect(await refusalOf(await put(upload, 2, randomBytes(11)))).toEqual(invalid);
    expect(await refusalOf(await put(upload, 2, new Uint8Array()))).toEqual(invalid);
    // without a length in front, too much and too little show only on the way
    const streamed = async (sizeBytes: number): Promise<Response> =>
      await house.fetch(upload.parts[1]?.url ?? '', {
        method: 'PUT',
        body: new Blob([new Uint8Array(sizeBytes)]).stream(),
        duplex: 'half',
      } as RequestInit);
    expect(await refusalOf(await streamed(11))).toEqual(invalid);
    expect(await refusalOf(await streamed(9))).toEqual(invalid);
    expect(received(await read(upload))).toEqual([]);
    expect((await streamed(10)).status).toBe(204);
    expect(received(await read(upload))).toEqual([2]);
  });

  const badBodies: [string, Record<string, unknown>, number, string][] = [
    ['without a name', { name: '', purpose: 'audio', sizeBytes: 1 }, 400, 'REQUEST_INVALID'],
    ['with a name of two lines', { name: 'a\nb.wav', purpose: 'audio', sizeBytes: 1 }, 400, 'REQUEST_INVALID'],
    ['of nothing', { name: 'a.wav', purpose: 'audio', sizeBytes: 0 }, 400, 'REQUEST_INVALID'],
    ['of less than nothing', { name: 'a.wav', purpose: 'audio', sizeBytes: -1 }, 400, 'REQUEST_INVALID'],
    ['of half a byte', { name: 'a.wav', purpose: 'audio', sizeBytes: 1.5 }, 400, 'REQUEST_INVALID'],
    ['for no purpose that there is', { name: 'a.wav', purpose: 'malware', sizeBytes: 1 }, 400, 'REQUEST_INVALID'],
    [
      'for an export, which only services make',
      { name: 'a.pdf', purpose: 'export', sizeBytes: 1 },
      400,
      'REQUEST_INVALID',
    ],
    [
      'with a field that there is not',
      { name: 'a.wav', purpose: 'audio', sizeBytes: 1, ownerId: 'x' },
      400,
      'REQUEST_INVALID',
    ],
    [
      'of a program',
      { name: 'a.wav', purpose: 'audio', sizeBytes: 1, contentType: 'application/x-msdownload' },
      415,
      'STORAGE_TYPE_NOT_ALLOWED',
    ],
    ['of a book as a picture', { name: 'a.epub', purpose: 'image', sizeBytes: 1 }, 415, 'STORAGE_TYPE_NOT_ALLOWED'],
    [
      'of a picture that is too large',
      { name: 'a.png', purpose: 'image', sizeBytes: 33 * MIB },
      413,
      'STORAGE_FILE_TOO_LARGE',
    ],
    [
      'of more than the account may have',
      { name: 'a.wav', purpose: 'audio', sizeBytes: 65 * MIB },
      409,
      'STORAGE_QUOTA_EXCEEDED',
    ],
    [
      'for a book of somebody else',
      { name: 'a.wav', purpose: 'audio', sizeBytes: 1, bookId: '0192f000-0000-7000-8000-000000000000' },
      404,
      'STORAGE_BOOK_NOT_FOUND',
    ],
  ];
  it.each(badBodies)('refuses an upload %s', async (_what, body, status, code) => {
    expect(await refusal(mary.storage.createUpload({ body: body as never }))).toMatchObject({ status, code });
  });

  it('asks who one is, and whether a token may do that', async () => {
    const upload = await begin(100);
    const path = `/api/storage/v1/uploads/${upload.id}`;
    for (const [method, at] of [
      ['POST', '/api/storage/v1/uploads'],
      ['GET', path],
      ['POST', `${path}/complete`],
      ['DELETE', path],
    ] as const)
      expect(await refusalOf(await house.fetch(at, { method }))).toEqual([401, 'AUTH_REQUIRED']);
    const reader = await house.signUp(['files:read']);
    expect(
      await refusal(reader.storage.createUpload({ body: { name: 'a.txt', purpose: 'book', sizeBytes: 1 } })),
    ).toMatchObject({ status: 403, code: 'AUTH_SCOPE_MISSING' });
  });

  it('does not show the uploads of others, nor those that never were', async () => {
    const upload = await begin(100);
    const other = await house.signUp();
    for (const [who, uploadId] of [
      [other, upload.id],
      [mary, '0192f000-0000-7000-8000-000000000000'],
    ] as const) {
      const missing = { status: 404, code: 'STORAGE_UPLOAD_NOT_FOUND' };
      expect(await refusal(who.storage.readUpload({ params: { uploadId } }))).toMatchObject(missing);
      expect(await refusal(who.storage.completeUpload({ params: { uploadId }, body: {} }))).toMatchObject(missing);
      expect(await refusal(who.storage.cancelUpload({ params: { uploadId } }))).toMatchObject(missing);
    }
    expect((await read(upload)).id).toBe(upload.id);
    expect(await refusal(mary.storage.readUpload({ params: { uploadId: 'nonsense' } }))).toMatchObject({
      status: 400,
      code: 'REQUEST_INVALID',
    });
  });

  it('gives an upload up, and what was sent of it', async () => {
    await house.sweep();
    const before = await house.objects();
    const bytes = sound(9 * MIB);
    const upload = await begin(bytes.length);
    await put(upload, 1, partOf(upload, bytes, 1));
    await mary.storage.cancelUpload({ params: { uploadId: upload.id } });
    expect(await refusal(mary.storage.cancelUpload({ params: { uploadId: upload.id } }))).toMatchObject({
      status: 404,
    });
    expect(await refusal(read(upload))).toMatchObject({ status: 404 });
    expect(await refusalOf(await put(upload, 2, partOf(upload, bytes, 2)))).toEqual([404, 'STORAGE_UPLOAD_NOT_FOUND']);
    await house.sweep();
    expect(await house.objects()).toEqual(before);
  });

  it('keeps what has become a file when its upload is given up', async () => {
    const upload = await begin(1_000);
    await house.sendParts(upload, sound(1_000));
    const file = await complete(upload);
    expect(await refusal(mary.storage.cancelUpload({ params: { uploadId: upload.id } }))).toMatchObject({
      status: 404,
    });
    expect(await mary.storage.readFile({ params: { fileId: file.id } })).toMatchObject({ id: file.id });
  });

  it('says that a file arrived damaged, again and again, and keeps nothing of it', async () => {
    await house.sweep();
    const before = await house.objects();
    const upload = await begin(1_000);
    await house.sendParts(upload, sound(1_000));
    const damaged = { status: 409, code: 'STORAGE_HASH_MISMATCH' };
    expect(await refusal(complete(upload, { sha256: 'a'.repeat(64) }))).toMatchObject(damaged);
    expect(await refusal(complete(upload))).toMatchObject(damaged);
    expect(await refusal(read(upload))).toMatchObject({ status: 404 });
    await house.sweep();
    expect(await house.objects()).toEqual(before);
    expect(
      await refusal(mary.storage.completeUpload({ params: { uploadId: upload.id }, body: { sha256: 'A' } })),
    ).toMatchObject({ status: 400 });
  });

  it('forgets an upload after a day, and everything that was sent of it', async () => {
    await house.sweep();
    const before = await house.objects();
    const bytes = sound(9 * MIB);
    const upload = await begin(bytes.length);
    await put(upload, 1, partOf(upload, bytes, 1));
    const finished = await begin(1_000);
    await house.sendParts(finished, sound(1_000));
    const file = await complete(finished);
    house.moveClock(DAY_MS - 60_000);
    await house.sweep();
    house.moveClock(60_000 - DAY_MS);
    expect(received(await read(upload))).toEqual([1]);
    house.moveClock(DAY_MS + 1_000);
    expect(await refusalOf(await put(upload, 2, partOf(upload, bytes, 2)))).toEqual([403, 'STORAGE_LINK_INVALID']);
    await house.sweep();
    house.moveClock(-DAY_MS - 1_000);
    expect(await refusal(read(upload))).toMatchObject({ status: 404, code: 'STORAGE_UPLOAD_NOT_FOUND' });
    // the file stays; only the memory of its upload is gone
    expect(await refusal(read(finished))).toMatchObject({ status: 404 });
    expect(await mary.storage.readFile({ params: { fileId: file.id } })).toMatchObject({ id: file.id });
    expect((await house.objects()).length).toBe(before.length + 1);
    await mary.storage.deleteFile({ params: { fileId: file.id } });
  });

  it('lets only those add files to a book who may write in it', async () => {
    const bookId = '0192f000-0000-7000-8000-00000000b00c';
    const [editor, reader] = [await house.signUp(), await house.signUp()];
    house.content.setRole(bookId, editor.accountId, 'editor');
    house.content.setRole(bookId, reader.accountId, 'beta-reader');
    const file = await house.upload(editor, prose(100), { bookId });
    expect(file.bookId).toBe(bookId);
    expect(await refusal(house.upload(reader, prose(100), { bookId }))).toMatchObject({
      status: 404,
      code: 'STORAGE_BOOK_NOT_FOUND',
    });
    house.content.setBroken(true);
    expect(await refusal(house.upload(editor, prose(100), { bookId }))).toMatchObject({
      status: 503,
      code: 'SERVICE_UNAVAILABLE',
    });
    house.content.setBroken(false);
  });

  it('lets nobody have more than the quota, however many arrive at the same time', async () => {
    const eager = await house.signUp();
    const contents = Array.from({ length: 12 }, () => sound(9 * MIB));
    const begun = await Promise.all(
      contents
        .slice(0, 7)
        .map(
          async ({ length }) =>
            await eager.storage.createUpload({ body: { name: 'a.wav', purpose: 'audio', sizeBytes: length } }),
        ),
    );
    for (const [index, upload] of begun.entries()) await house.sendParts(upload, contents[index] ?? new Uint8Array());
    // what other services put for the account counts as well, and comes at the same time
    const completions = begun.map(
      async ({ id }) => await refusal(eager.storage.completeUpload({ params: { uploadId: id }, body: {} })),
    );
    const puts = contents.slice(7).map(
      async (bytes) =>
        await refusal(
          house.neighbour.putFile({
            query: { name: 'a.wav', purpose: 'audio', ownerId: eager.accountId },
            body: new Uint8Array(bytes),
          }),
        ),
    );
    const results = await Promise.all([...completions, ...puts]);
    expect(results.filter(({ code }) => code === 'FINE')).toHaveLength(7);
    expect(results.filter(({ code }) => code === 'STORAGE_QUOTA_EXCEEDED')).toHaveLength(5);
    const usage = await eager.storage.readUsage();
    expect(usage).toEqual({ usedBytes: 63 * MIB, quotaBytes: 64 * MIB, fileCount: 7 });
    // room is made, and what had arrived is completed without being sent again
    const waiting = begun[results.findIndex(({ code }, index) => index < 7 && code === 'STORAGE_QUOTA_EXCEEDED')];
    const [oldest] = (await eager.storage.listFiles({})).data;
    if (oldest) await eager.storage.deleteFile({ params: { fileId: oldest.id } });
    if (waiting) await eager.storage.completeUpload({ params: { uploadId: waiting.id }, body: {} });
    for (const { id } of (await eager.storage.listFiles({})).data)
      await eager.storage.deleteFile({ params: { fileId: id } });
    expect((await eager.storage.readUsage()).usedBytes).toBe(0);
  });

  it('gives up the uploads that were forgotten when there are too many', async () => {
    const forgetful = await house.signUp();
    const start = async (): Promise<Begun> =>
      await forgetful.storage.createUpload({ body: { name: 'a.wav', purpose: 'audio', sizeBytes: 30 * MIB } });
    const first = await start();
    const second = await start();
    const third = await start();
    const state = async ({ id }: Begun): Promise<number> =>
      (await refusal(forgetful.storage.readUpload({ params: { uploadId: id } }))).status;
    expect([await state(first), await state(second), await state(third)]).toEqual([404, 200, 200]);
  });
};

for (const { name, start, skip } of objectStores) describe.skipIf(skip)(`uploads ${name}`, () => suite(start));
