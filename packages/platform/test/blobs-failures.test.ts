import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { MinioServer } from '@authorworks/servers';
import { afterEach, describe, expect, it } from 'vitest';
import { type BlobContent, type Blobs, diskBlobs } from '../src/blobs/index.ts';
import { translateError } from '../src/index.ts';
import { s3Of } from './blob-stores.ts';
import {
  eventually,
  hasMinio,
  mayMount,
  mountSmallDisk,
  type SmallDisk,
  startTestMinio,
} from '../src/testing/index.ts';

const MIB = 1024 * 1024;
const canMount = mayMount();
const disposals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'authorworks-blobs-'));
  disposals.push(async () => await rm(directory, { recursive: true, force: true }));
  return directory;
};

const smallDisk = async (sizeMiB: number): Promise<SmallDisk> => {
  const disk = await mountSmallDisk(sizeMiB);
  disposals.push(disk.unmount);
  return disk;
};

const bytesOf = async (content: BlobContent | undefined): Promise<Buffer> => {
  if (!content) throw new Error('the blob is missing');
  return await buffer(content.stream);
};

/** What a caller of our service would get. */
const codeFrom = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'fine';
  } catch (error) {
    return translateError(error).definition.code;
  }
};

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield await Promise.resolve(bytes.subarray(at, at + 64 * 1024));
}

const filesBelow = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

describe('a disk that fails', () => {
  it('shows no torn blob after its writer was killed, again and again', async () => {
    const directory = await temporaryDirectory();
    for (let round = 0; round < 8; round += 1) {
      const writer = spawn(process.execPath, [join(import.meta.dirname, 'endless-writer.ts'), directory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(writer.stdout, 'data');
      // somewhere in the middle of its work: after a number of blobs that differs from round to round
      const blobs = await diskBlobs({ directory });
      while ((await Array.fromAsync(blobs.list('torn/'))).length < (round % 5) + 1) await new Promise(setImmediate);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      for (const { key } of await Array.fromAsync(blobs.list(''))) {
        const bytes = await bytesOf(await blobs.get(key));
        expect(bytes.length).toBe(64 * 32 * 1024);
        expect(new Set(bytes).size).toBe(1);
      }
    }
    const blobs = await diskBlobs({ directory });
    await blobs.sweep(new Date(Date.now() + 60_000));
    expect(await readdir(join(directory, '.temporary'))).toEqual([]);
    expect(await filesBelow(join(directory, '.parts'))).toEqual([]);
    expect((await Array.fromAsync(blobs.list('torn/'))).length).toBeGreaterThan(0);
  });

  it('sweeps only what is old', async () => {
    const directory = await temporaryDirectory();
    const blobs = await diskBlobs({ directory });
    const [old, young] = [await blobs.beginParts('a/old'), await blobs.beginParts('a/young')];
    await blobs.putPart({ key: 'a/old', uploadId: old }, 1, Buffer.from('x'), 1);
    await blobs.putPart({ key: 'a/young', uploadId: young }, 1, Buffer.from('x'), 1);
    await utimes(join(directory, '.parts/a/old', old), new Date(0), new Date(0));
    await blobs.sweep(new Date(Date.now() - 3_600_000));
    expect(await blobs.listParts({ key: 'a/old', uploadId: old })).toBeUndefined();
    expect(await blobs.listParts({ key: 'a/young', uploadId: young })).toHaveLength(1);
  });

  it.skipIf(!canMount)('says that it is full, leaves nothing half, and works again when there is room', async () => {
    const disk = await smallDisk(16);
    const directory = join(disk.directory, 'blobs');
    const blobs = await diskBlobs({ directory });
    await blobs.put('kept/a', randomBytes(MIB));
    const upload = { key: 'parts/a', uploadId: await blobs.beginParts('parts/a') };
    await blobs.putPart(upload, 1, inChunks(randomBytes(3 * MIB)), 3 * MIB);
    await blobs.putPart(upload, 2, inChunks(randomBytes(MIB)), MIB);
    await disk.fill(1.5 * MIB);
    const before = (await filesBelow(directory)).toSorted();
    expect(await codeFrom(blobs.put('full/a', inChunks(randomBytes(4 * MIB)), { sizeBytes: 4 * MIB }))).toBe(
      'STORAGE_FULL',
    );
    expect(await codeFrom(blobs.put('full/b', inChunks(randomBytes(4 * MIB))))).toBe('STORAGE_FULL');
    expect(await codeFrom(blobs.putPart(upload, 2, inChunks(randomBytes(4 * MIB)), 4 * MIB))).toBe('STORAGE_FULL');
    const parts = (await blobs.listParts(upload)) ?? [];
    expect(await codeFrom(blobs.completeParts(upload, parts))).toBe('STORAGE_FULL');
    expect(await codeFrom(blobs.copy('kept/a', 'kept/b'))).toBe('fine');
    expect(await codeFrom(blobs.copy('kept/a', 'kept/c'))).toBe('STORAGE_FULL');
    await blobs.remove(['kept/b']);
    expect((await filesBelow(directory)).toSorted()).toEqual(before);
    await disk.empty();
    expect(await blobs.completeParts(upload, parts)).toBe(true);
    expect(await blobs.stat('parts/a')).toMatchObject({ sizeBytes: 4 * MIB });
    await blobs.put('full/a', inChunks(randomBytes(4 * MIB)));
  });
});

describe.skipIf(!hasMinio())('an S3 that fails', () => {
  const start = async (directory?: string): Promise<MinioServer> => {
    const minio = await startTestMinio({ directory: directory ?? (await temporaryDirectory()) });
    disposals.push(minio.stop);
    return minio;
  };

  /** Every operation, each on its own. */
  const everything = (blobs: Blobs, uploadId: string): (() => Promise<unknown>)[] => {
    const upload = { key: 'parts/a', uploadId };
    const bytes = randomBytes(6 * MIB);
    return [
      async () => await blobs.put('a/sized', inChunks(bytes), { sizeBytes: bytes.length }),
      async () => await blobs.put('a/unsized', inChunks(bytes)),
      async () => await blobs.get('kept/a'),
      async () => await blobs.stat('kept/a'),
      async () => await blobs.remove(['kept/none']),
      async () => await Array.fromAsync(blobs.list('')),
      async () => await blobs.copy('kept/a', 'kept/b'),
      async () => await blobs.beginParts('parts/b'),
      async () => await blobs.putPart(upload, 1, inChunks(bytes), bytes.length),
      async () => await blobs.listParts(upload),
      async () => await blobs.abortParts('parts/none'),
      async () => await blobs.sweep(new Date(0)),
    ];
  };

  it('gives an error instead of waiting for ever while it is paused, and works on afterwards', async () => {
    const minio = await start();
    const blobs = s3Of(minio, 'storage', 1_000);
    await blobs.put('kept/a', randomBytes(9 * MIB));
    const uploadId = await blobs.beginParts('parts/a');
    const reading = await blobs.get('kept/a');
    process.kill(minio.pid, 'SIGSTOP');
    for (const operation of everything(blobs, uploadId))
      expect(await codeFrom(operation())).toBe('SERVICE_UNAVAILABLE');
    // a blob whose reading had begun before
    expect(await codeFrom(bytesOf(reading))).toBe('SERVICE_UNAVAILABLE');
    process.kill(minio.pid, 'SIGCONT');
    for (const operation of everything(blobs, uploadId))
      await eventually(async () => expect(await codeFrom(operation())).toBe('fine'));
  });

  it('does not blame S3 for a slow sender or a slow reader', async () => {
    const minio = await start();
    const blobs = s3Of(minio, 'storage', 1_500);
    const bytes = randomBytes(4 * MIB);
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, MIB);
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      yield bytes.subarray(MIB);
    }
    await blobs.put('slow/a', slow(), { sizeBytes: bytes.length });
    const content = await blobs.get('slow/a');
    if (!content) throw new Error('missing');
    let seen = 0;
    for await (const chunk of content.stream as AsyncIterable<Buffer>) {
      if (seen === 0) await new Promise((resolve) => setTimeout(resolve, 4_000));
      seen += chunk.length;
    }
    expect(seen).toBe(bytes.length);
  });

  it('is away, comes back, and has what was put before', async () => {
    const directory = await temporaryDirectory();
    const minio = await start(directory);
    const blobs = s3Of(minio, 'storage');
    await blobs.put('kept/a', Buffer.from('kept'));
    const uploadId = await blobs.beginParts('parts/a');
    await blobs.putPart({ key: 'parts/a', uploadId }, 2, Buffer.from('end'), 3);
    process.kill(minio.pid, 'SIGKILL');
    await minio.ended;
    for (const operation of everything(blobs, uploadId))
      expect(await codeFrom(operation())).toBe('SERVICE_UNAVAILABLE');
    const again = await startTestMinio({ directory, port: minio.port });
    disposals.push(again.stop);
    await eventually(async () => expect(await blobs.stat('kept/a')).toMatchObject({ sizeBytes: 4 }));
    expect(await blobs.putPart({ key: 'parts/a', uploadId }, 1, Buffer.alloc(5 * MIB), 5 * MIB)).toBe(true);
    const parts = (await blobs.listParts({ key: 'parts/a', uploadId })) ?? [];
    expect(await blobs.completeParts({ key: 'parts/a', uploadId }, parts)).toBe(true);
    expect(await blobs.stat('parts/a')).toMatchObject({ sizeBytes: 5 * MIB + 3 });
  });

  it('may be started after the service', async () => {
    const directory = await temporaryDirectory();
    const first = await start(directory);
    await first.stop();
    const blobs = s3Of(first, 'storage');
    expect(await codeFrom(blobs.put('a/a', Buffer.from('x')))).toBe('SERVICE_UNAVAILABLE');
    const minio = await startTestMinio({ directory, port: first.port });
    disposals.push(minio.stop);
    await eventually(async () => expect(await codeFrom(blobs.put('a/a', Buffer.from('x')))).toBe('fine'));
  });

  it('leaves wrong keys of the operator an error of ours', async () => {
    const minio = await start();
    const blobs = s3Of({ ...minio, secretKey: 'not the secret key' }, 'storage');
    expect(await codeFrom(blobs.stat('a/a'))).toBe('INTERNAL');
    expect(await codeFrom(blobs.put('a/a', Buffer.from('x')))).toBe('INTERNAL');
  });

  it.skipIf(!canMount)('says that it is full', async () => {
    const disk = await smallDisk(64);
    const minio = await start(join(disk.directory, 'minio'));
    const blobs = s3Of(minio, 'storage');
    await blobs.put('kept/a', Buffer.from('kept'));
    await disk.fill(2 * MIB);
    const bytes = randomBytes(6 * MIB);
    expect(await codeFrom(blobs.put('full/a', inChunks(bytes), { sizeBytes: bytes.length }))).toBe('STORAGE_FULL');
    expect(await blobs.stat('full/a')).toBeUndefined();
    expect(await blobs.stat('kept/a')).toMatchObject({ sizeBytes: 4 });
    await disk.empty();
    await blobs.put('full/a', inChunks(bytes), { sizeBytes: bytes.length });
    expect(await blobs.stat('full/a')).toMatchObject({ sizeBytes: bytes.length });
  });
});
