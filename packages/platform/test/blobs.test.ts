import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlobContent, type Blobs, BlobSizeError } from '../src/blobs/index.ts';
import { type BlobStore, startDisk, startS3 } from './blob-stores.ts';
import { hasMinio } from '../src/testing/index.ts';

const MIB = 1024 * 1024;

const bytesOf = async (content: BlobContent | undefined): Promise<Buffer> => {
  if (!content) throw new Error('the blob is missing');
  return await buffer(content.stream);
};

const textOf = async (blobs: Blobs, key: string): Promise<string> => (await bytesOf(await blobs.get(key))).toString();

const keysOf = async (blobs: Blobs, prefix: string): Promise<string[]> =>
  (await Array.fromAsync(blobs.list(prefix))).map(({ key }) => key);

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that arrive in chunks of odd sizes. */
const arriving = (bytes: Uint8Array, chunkBytes = 70_001): Readable =>
  Readable.from(
    (async function* chunks() {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    })(),
    { objectMode: false },
  );

/** A sender who goes away in the middle. */
async function* broken(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
  throw new Error('the sender went away');
}

const stores = [
  { name: 'on a disk', start: startDisk, skip: false },
  { name: 'in S3', start: startS3, skip: !hasMinio() },
];

const suite = (start: () => Promise<BlobStore>): void => {
  let store: BlobStore;
  let blobs: Blobs;
  beforeAll(async () => {
    store = await start();
    blobs = await store.open('storage');
  });
  afterAll(async () => await store?.stop());

  it('gives back what was put, whether its size was known or not', async () => {
    const bytes = randomBytes(3 * MIB + 17);
    expect(await blobs.put('put/whole', bytes)).toEqual({ sizeBytes: bytes.length });
    expect(await blobs.put('put/sized', arriving(bytes), { sizeBytes: bytes.length })).toEqual({
      sizeBytes: bytes.length,
    });
    expect(await blobs.put('put/unsized', arriving(bytes))).toEqual({ sizeBytes: bytes.length });
    for (const key of ['put/whole', 'put/sized', 'put/unsized']) {
      expect(sha(await bytesOf(await blobs.get(key)))).toBe(sha(bytes));
      expect(await blobs.stat(key)).toMatchObject({ key, sizeBytes: bytes.length, modifiedAt: expect.any(Date) });
    }
  });

  it('takes a long body of unknown size without a part being lost', async () => {
    const bytes = randomBytes(21 * MIB + 5);
    expect(await blobs.put('put/long', arriving(bytes, MIB + 1))).toEqual({ sizeBytes: bytes.length });
    expect(sha(await bytesOf(await blobs.get('put/long')))).toBe(sha(bytes));
    const even = randomBytes(16 * MIB);
    await blobs.put('put/even', arriving(even, MIB));
    expect(sha(await bytesOf(await blobs.get('put/even')))).toBe(sha(even));
  });

  it('keeps an empty blob', async () => {
    await blobs.put('empty/a', new Uint8Array());
    await blobs.put('empty/b', arriving(new Uint8Array()));
    await blobs.put('empty/c', arriving(new Uint8Array()), { sizeBytes: 0 });
    for (const key of ['empty/a', 'empty/b', 'empty/c']) {
      expect(await blobs.stat(key)).toMatchObject({ sizeBytes: 0 });
      expect(await textOf(blobs, key)).toBe('');
    }
  });

  it('replaces a blob', async () => {
    await blobs.put('again/a', Buffer.from('first'));
    await blobs.put('again/a', Buffer.from('the second'));
    expect(await textOf(blobs, 'again/a')).toBe('the second');
  });

  it('knows what is missing', async () => {
    expect(await blobs.get('missing/a')).toBeUndefined();
    expect(await blobs.get('missing/a', { start: 0, end: 1 })).toBeUndefined();
    expect(await blobs.stat('missing/a')).toBeUndefined();
    expect(await blobs.copy('missing/a', 'missing/b')).toBe(false);
    expect(await blobs.move('missing/a', 'missing/b')).toBe(false);
    expect(await keysOf(blobs, 'missing/')).toEqual([]);
    await blobs.remove(['missing/a', 'missing/b']);
    await blobs.remove([]);
  });

  it('reads ranges', async () => {
    await blobs.put('range/a', Buffer.from('0123456789'));
    const read = async (start: number, end: number): Promise<string> => {
      const content = await blobs.get('range/a', { start, end });
      expect(content?.sizeBytes).toBe(10);
      return (await bytesOf(content)).toString();
    };
    expect(await read(0, 0)).toBe('0');
    expect(await read(0, 9)).toBe('0123456789');
    expect(await read(3, 5)).toBe('345');
    expect(await read(9, 9)).toBe('9');
    await expect(blobs.get('range/a', { start: 10, end: 10 })).rejects.toThrow(RangeError);
    await expect(blobs.get('range/a', { start: 5, end: 10 })).rejects.toThrow(RangeError);
    await expect(blobs.get('range/a', { start: 5, end: 4 })).rejects.toThrow(RangeError);
    await expect(blobs.get('range/a', { start: -1, end: 4 })).rejects.toThrow(RangeError);
  });

  it('refuses a body that is not as long as was said, and keeps what was there', async () => {
    const bytes = randomBytes(MIB);
    await blobs.put('size/a', Buffer.from('before'));
    for (const sizeBytes of [MIB - 1, MIB + 1, 0]) {
      await expect(blobs.put('size/a', arriving(bytes), { sizeBytes })).rejects.toThrow(BlobSizeError);
      await expect(blobs.put('size/new', arriving(bytes), { sizeBytes })).rejects.toThrow(BlobSizeError);
    }
    expect(await textOf(blobs, 'size/a')).toBe('before');
    expect(await blobs.stat('size/new')).toBeUndefined();
  });

  it('shows nothing of a body whose sender went away', async () => {
    await expect(blobs.put('broken/a', broken(randomBytes(MIB)))).rejects.toThrow('the sender went away');
    await expect(blobs.put('broken/b', broken(randomBytes(MIB)), { sizeBytes: 2 * MIB })).rejects.toThrow(
      'the sender went away',
    );
    await expect(blobs.put('broken/c', broken(randomBytes(12 * MIB)))).rejects.toThrow('the sender went away');
    expect(await keysOf(blobs, 'broken/')).toEqual([]);
  });

  it('shows a blob only when all of it has arrived', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half ');
      await released;
      yield Buffer.from('and half');
    }
    const putting = blobs.put('slow/a', slow(), { sizeBytes: 13 });
    expect(await blobs.stat('slow/a')).toBeUndefined();
    expect(await keysOf(blobs, 'slow/')).toEqual([]);
    release();
    await putting;
    expect(await textOf(blobs, 'slow/a')).toBe('half and half');
  });

  it('lists by prefix, in the order of the keys, with size and time', async () => {
    const keys = ['list/a', 'list/a-b', 'list/a.b', 'list/ab/c', 'list/ab/d', 'list/b', 'list/B', 'lists/x'];
    for (const key of keys) await blobs.put(key, Buffer.from(key));
    expect(await keysOf(blobs, 'list/')).toEqual([
      'list/B',
      'list/a',
      'list/a-b',
      'list/a.b',
      'list/ab/c',
      'list/ab/d',
      'list/b',
    ]);
    expect(await keysOf(blobs, 'list/ab')).toEqual(['list/ab/c', 'list/ab/d']);
    expect(await keysOf(blobs, 'list')).toHaveLength(8);
    const [first] = await Array.fromAsync(blobs.list('list/a-'));
    expect(first).toMatchObject({ key: 'list/a-b', sizeBytes: 8 });
    expect(Math.abs(Date.now() - (first?.modifiedAt.getTime() ?? 0))).toBeLessThan(3_600_000);
  });

  it('lists and removes more than one page of blobs', async () => {
    const keys = Array.from({ length: 1_203 }, (_, index) => `many/${index % 7}/${String(index).padStart(5, '0')}`);
    for (let at = 0; at < keys.length; at += 50)
      await Promise.all(keys.slice(at, at + 50).map(async (key) => await blobs.put(key, Buffer.from(key))));
    expect(await keysOf(blobs, 'many/')).toEqual(keys.toSorted());
    await blobs.remove(keys);
    expect(await keysOf(blobs, 'many/')).toEqual([]);
  });

  it('copies and moves', async () => {
    await blobs.put('from/a', Buffer.from('text'));
    expect(await blobs.copy('from/a', 'to/deep/b')).toBe(true);
    expect(await blobs.move('from/a', 'to/c')).toBe(true);
    expect(await blobs.stat('from/a')).toBeUndefined();
    expect(await textOf(blobs, 'to/deep/b')).toBe('text');
    expect(await textOf(blobs, 'to/c')).toBe('text');
  });

  it('keeps the blobs of two services apart', async () => {
    const other = await store.open('content');
    await blobs.put('apart/a', Buffer.from('storage'));
    await other.put('apart/a', Buffer.from('content'));
    expect(await textOf(blobs, 'apart/a')).toBe('storage');
    expect(await textOf(other, 'apart/a')).toBe('content');
    expect(await keysOf(other, '')).toEqual(['apart/a']);
  });

  const badKeys = [
    '',
    '/',
    '/etc/passwd',
    '..',
    '../content/apart/a',
    'a/../../content/apart/a',
    'a/./b',
    'a//b',
    'a/',
    '/a',
    '.parts/a',
    'a/.hidden',
    'a\\b',
    '..\\a',
    'C:\\a',
    'a\0b',
    'a b',
    'a%2e%2e',
    'a?b',
    'ä',
    'a\n',
    'x'.repeat(300),
    Array.from({ length: 300 }, () => 'ab').join('/'),
  ];
  it.each(badKeys)('refuses the key %j everywhere', async (key) => {
    const refused = /cannot be the key of a blob/;
    await expect(blobs.put(key, Buffer.from('x'))).rejects.toThrow(refused);
    await expect(blobs.get(key)).rejects.toThrow(refused);
    await expect(blobs.stat(key)).rejects.toThrow(refused);
    await expect(blobs.remove(['fine', key])).rejects.toThrow(refused);
    await expect(blobs.copy('apart/a', key)).rejects.toThrow(refused);
    await expect(blobs.move(key, 'a')).rejects.toThrow(refused);
    await expect(blobs.beginParts(key)).rejects.toThrow(refused);
    await expect(blobs.abortParts(key)).rejects.toThrow(refused);
    await expect(blobs.listParts({ key, uploadId: '0b5e1c1e-0000-4000-8000-000000000000' })).rejects.toThrow(refused);
  });

  describe('in parts', () => {
    const PART = 5 * MIB;
    const whole = randomBytes(2 * PART + 1_000);
    const part = (number: number): Buffer => whole.subarray((number - 1) * PART, number * PART);

    it('joins parts that came out of order, side by side, and twice', async () => {
      const key = 'parts/a';
      const upload = { key, uploadId: await blobs.beginParts(key) };
      expect(await blobs.listParts(upload)).toEqual([]);
      const send = async (number: number): Promise<boolean> =>
        await blobs.putPart(upload, number, arriving(part(number)), part(number).length);
      expect(await blobs.putPart(upload, 2, arriving(randomBytes(PART)), PART)).toBe(true);
      expect(await Promise.all([send(3), send(1), send(3)])).toEqual([true, true, true]);
      expect(await send(2)).toBe(true);
      const parts = await blobs.listParts(upload);
      expect(parts?.map(({ number, sizeBytes }) => [number, sizeBytes])).toEqual([
        [1, PART],
        [2, PART],
        [3, 1_000],
      ]);
      expect(await blobs.stat(key)).toBeUndefined();
      expect(await keysOf(blobs, 'parts/')).toEqual([]);
      expect(await blobs.completeParts(upload, parts ?? [])).toBe(true);
      expect(sha(await bytesOf(await blobs.get(key)))).toBe(sha(whole));
      // a repeat, and what comes too late
      expect(await blobs.completeParts(upload, parts ?? [])).toBe(false);
      expect(await send(1)).toBe(false);
      expect(await blobs.listParts(upload)).toBeUndefined();
      expect(sha(await bytesOf(await blobs.get(key)))).toBe(sha(whole));
    });

    it('makes a blob of a single part', async () => {
      const upload = { key: 'parts/single', uploadId: await blobs.beginParts('parts/single') };
      await blobs.putPart(upload, 1, Buffer.from('short'), 5);
      expect(await blobs.completeParts(upload, (await blobs.listParts(upload)) ?? [])).toBe(true);
      expect(await textOf(blobs, 'parts/single')).toBe('short');
    });

    it('refuses a part of another size or without an end, and keeps the one of before', async () => {
      const upload = { key: 'parts/size', uploadId: await blobs.beginParts('parts/size') };
      await blobs.putPart(upload, 1, Buffer.from('first'), 5);
      await expect(blobs.putPart(upload, 1, Buffer.from('longer'), 5)).rejects.toThrow(BlobSizeError);
      await expect(blobs.putPart(upload, 1, Buffer.from('tiny'), 5)).rejects.toThrow(BlobSizeError);
      await expect(blobs.putPart(upload, 1, broken(Buffer.from('xyz')), 5)).rejects.toThrow('the sender went away');
      await expect(blobs.putPart(upload, 0, Buffer.from('x'), 1)).rejects.toThrow('number of a part');
      await expect(blobs.putPart(upload, 10_001, Buffer.from('x'), 1)).rejects.toThrow('number of a part');
      expect(await blobs.completeParts(upload, (await blobs.listParts(upload)) ?? [])).toBe(true);
      expect(await textOf(blobs, 'parts/size')).toBe('first');
    });

    it('forgets an upload that was given up, also when asked twice', async () => {
      const upload = { key: 'parts/given-up', uploadId: await blobs.beginParts('parts/given-up') };
      const second = { key: 'parts/given-up', uploadId: await blobs.beginParts('parts/given-up') };
      await blobs.putPart(upload, 1, Buffer.from('x'), 1);
      await blobs.abortParts('parts/given-up');
      await blobs.abortParts('parts/given-up');
      for (const gone of [upload, second]) {
        expect(await blobs.listParts(gone)).toBeUndefined();
        expect(await blobs.putPart(gone, 1, Buffer.from('x'), 1)).toBe(false);
      }
      expect(await blobs.stat('parts/given-up')).toBeUndefined();
    });

    it('does not know the uploads of others', async () => {
      const upload = { key: 'parts/mine', uploadId: await blobs.beginParts('parts/mine') };
      const other = await store.open('content');
      expect(await other.listParts(upload)).toBeUndefined();
      expect(await other.putPart(upload, 1, Buffer.from('x'), 1)).toBe(false);
      await other.abortParts('parts/mine');
      expect(await blobs.listParts(upload)).toEqual([]);
    });

    it('signs an address for a part, where browsers can reach the store', async () => {
      const upload = { key: 'parts/signed', uploadId: await blobs.beginParts('parts/signed') };
      const url = await blobs.presignPart(upload, 1, 600);
      if (store.kind === 'disk') {
        expect(url).toBeUndefined();
        return;
      }
      const response = await fetch(url ?? '', { method: 'PUT', body: 'from a browser' });
      expect(response.status).toBe(200);
      const parts = (await blobs.listParts(upload)) ?? [];
      expect(parts.map(({ number, sizeBytes }) => [number, sizeBytes])).toEqual([[1, 14]]);
      expect(await blobs.completeParts(upload, parts)).toBe(true);
      expect(await textOf(blobs, 'parts/signed')).toBe('from a browser');
    });

    it('keeps young uploads when it sweeps', async () => {
      const upload = { key: 'parts/young', uploadId: await blobs.beginParts('parts/young') };
      await blobs.putPart(upload, 1, Buffer.from('x'), 1);
      await blobs.sweep(new Date(Date.now() - 3_600_000));
      expect(await blobs.listParts(upload)).toHaveLength(1);
    });
  });
};

for (const { name, start, skip } of stores) describe.skipIf(skip)(`blobs ${name}`, () => suite(start));
