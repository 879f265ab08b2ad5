import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, storageApi, type StoredFile } from '@authorworks/contracts';
import {
  eventually,
  hasMinio,
  mayMount,
  mountSmallDisk,
  type SmallDisk,
  startTestMinio,
} from '@authorworks/platform/testing';
import type { MinioServer } from '@authorworks/servers';
import { afterEach, describe, expect, it } from 'vitest';
import { type Begun, partOf, type Person, refusal, sha256, startStorageHouse, type StorageHouse } from './kit/house.ts';
import { prose, sound } from './kit/samples.ts';
import { startStorageProcess, type StorageProcess } from './kit/storage-process.ts';
import { objectStores, s3Variables, type StartStore } from './kit/stores.ts';

const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60_000;
const canMount = mayMount();

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

const open = async (start: StartStore, variables: Record<string, string> = {}): Promise<StorageHouse> => {
  const house = await startStorageHouse(start, variables);
  disposals.push(house.stop);
  return house;
};

/** Sends an upload to its end, as a browser does: what fails is tried again, after a look at what has arrived. */
const sendToTheEnd = async (house: StorageHouse, person: Person, upload: Begun, bytes: Buffer): Promise<StoredFile> => {
  const params = { uploadId: upload.id };
  return await eventually(async () => {
    await house.sendParts(await person.storage.readUpload({ params }), bytes);
    return await person.storage.completeUpload({ params, body: { sha256: sha256(bytes) } });
  }, 120_000);
};

/** Lets the time pass after which nothing may be left of what was not finished. */
const sweepAll = async (house: StorageHouse): Promise<string[]> => {
  house.moveClock(2 * DAY_MS);
  await house.sweep();
  house.moveClock(DAY_MS);
  await house.sweep();
  house.moveClock(-3 * DAY_MS);
  return await house.objects();
};

/** Files on the disk that are no objects: of writes and uploads that were interrupted, after the scan of a later day. */
const leftOnDisk = async (house: StorageHouse): Promise<string[]> => {
  house.moveClock(3 * DAY_MS);
  await house.scan();
  house.moveClock(-3 * DAY_MS);
  const entries = await readdir(join(house.servers.directory, 'blobs'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(temporary|parts)/.test(entry.parentPath))
    .map(({ name }) => name);
};

describe.skipIf(!hasMinio())('an object storage that is away', () => {
  const begin = async (person: Person, bytes: Buffer): Promise<Begun> =>
    await person.storage.createUpload({ body: { name: 'tide.wav', purpose: 'audio', sizeBytes: bytes.length } });

  /** Many uploads at once, in the middle of which something happens to MinIO. */
  const uploadDuring = async (house: StorageHouse, happening: () => Promise<void>): Promise<void> => {
    const mary = await house.signUp();
    const contents = Array.from({ length: 8 }, (_, index) => sound(9 * MIB + index));
    const uploads = await Promise.all(contents.map(async (bytes) => await begin(mary, bytes)));
    // half of each has arrived
    for (const [index, upload] of uploads.entries()) {
      const first = partOf(upload, contents[index] ?? Buffer.alloc(0), 1);
      await house.fetch(upload.parts[0]?.url ?? '', { method: 'PUT', body: Buffer.from(first) });
    }
    const sending = Promise.all(
      uploads.map(async (upload, index) => await sendToTheEnd(house, mary, upload, contents[index] ?? Buffer.alloc(0))),
    );
    await happening();
    const files = await sending;
    for (const [index, file] of files.entries()) {
      const content = await eventually(async () => {
        const response = await house.fetch(file.url);
        expect(response.status).toBe(200);
        return Buffer.from(await response.arrayBuffer());
      });
      expect(sha256(content)).toBe(sha256(contents[index] ?? Buffer.alloc(0)));
    }
    const left = await sweepAll(house);
    console.info(
      `uploads resumed: ${files.length} of ${uploads.length}; objects without a file after the sweep: ${left.length - files.length}`,
    );
    expect(left).toHaveLength(files.length);
  };

  const minioOf = (house: StorageHouse): MinioServer => {
    if (!house.store.minio) throw new Error('this house has no MinIO');
    return house.store.minio;
  };

  it('is paused in the middle of uploads: callers hear of it in bounded time, and every upload is resumed', {
    timeout: 240_000,
  }, async () => {
    const house = await open(objectStores[1].start);
    const { pid } = minioOf(house);
    await uploadDuring(house, async () => {
      process.kill(pid, 'SIGSTOP');
      const john = await house.signUp();
      const away = { status: 503, code: 'SERVICE_UNAVAILABLE' };
      expect(await refusal(begin(john, sound(100)))).toMatchObject(away);
      const put = house.neighbour.putFile({
        query: { name: 'a.txt', purpose: 'book', ownerId: john.accountId },
        body: new Uint8Array(prose(100)),
      });
      expect(await refusal(put)).toMatchObject(away);
      // what needs no objects goes on
      expect(await john.storage.readUsage()).toMatchObject({ usedBytes: 0 });
      expect((await house.fetch('/readyz')).status).toBe(200);
      process.kill(pid, 'SIGCONT');
    });
  });

  it('is killed in the middle of uploads, and started again: every upload is resumed', {
    timeout: 240_000,
  }, async () => {
    const house = await open(objectStores[1].start);
    const minio = minioOf(house);
    await uploadDuring(house, async () => {
      process.kill(minio.pid, 'SIGKILL');
      await minio.ended;
      const john = await house.signUp();
      expect(await refusal(begin(john, sound(100)))).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
      const again = await startTestMinio({ directory: join(house.servers.directory, 'minio'), port: minio.port });
      disposals.push(again.stop);
    });
  });

  it('takes parts from the browser itself, where the browser can reach it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'authorworks-minio-'));
    disposals.push(async () => await rm(directory, { recursive: true, force: true }));
    const minio = await startTestMinio({ directory });
    disposals.push(minio.stop);
    const house = await open(objectStores[0].start, { ...s3Variables(minio), S3_PUBLIC_URL: minio.url });
    const mary = await house.signUp();
    const bytes = sound(9 * MIB);
    const upload = await begin(mary, bytes);
    expect(upload.parts.every(({ url }) => url.startsWith(minio.url))).toBe(true);
    // S3 does not know how long a part should be; we look before we take it
    await house.fetch(upload.parts[1]?.url ?? '', { method: 'PUT', body: 'too short' });
    const params = { uploadId: upload.id };
    const [first, second] = (await mary.storage.readUpload({ params })).parts;
    expect([first?.received, second?.received]).toEqual([false, false]);
    expect(await refusal(mary.storage.completeUpload({ params, body: {} }))).toMatchObject({
      code: 'STORAGE_UPLOAD_INCOMPLETE',
    });
    const file = await sendToTheEnd(house, mary, upload, bytes);
    expect(file.sha256).toBe(sha256(bytes));
    // a link of another part, or of an upload that is over, is worth nothing
    const late = await house.fetch(upload.parts[0]?.url ?? '', { method: 'PUT', body: 'x' });
    expect(late.status).toBe(404);
    const tampered = (upload.parts[0]?.url ?? '').replace('partNumber=1', 'partNumber=2');
    expect((await house.fetch(tampered, { method: 'PUT', body: 'x' })).status).toBe(403);
  });
});

describe.each(objectStores)('a disk that is full, with objects $name', ({ start, skip }) => {
  /** The store of a house, moved to a small disk. */
  const onSmallDisk =
    (disk: SmallDisk): StartStore =>
    async () =>
      await start(disk.directory);

  it.skipIf(!canMount || skip)(
    'is told to everybody who sends, leaves nothing half, and is no harm once there is room',
    { timeout: 120_000 },
    async () => {
      const disk = await mountSmallDisk(96);
      disposals.push(disk.unmount);
      const house = await open(onSmallDisk(disk));
      const mary = await house.signUp();
      const kept = await house.upload(mary, prose(5_000));
      const bytes = sound(24 * MIB);
      const upload = await mary.storage.createUpload({
        body: { name: 'a.wav', purpose: 'audio', sizeBytes: bytes.length },
      });
      const first = partOf(upload, bytes, 1);
      expect((await house.fetch(upload.parts[0]?.url ?? '', { method: 'PUT', body: Buffer.from(first) })).status).toBe(
        204,
      );
      await disk.fill(3 * MIB);
      const full = { status: 507, code: 'STORAGE_FULL' };
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const response = await house.fetch(upload.parts[1]?.url ?? '', {
          method: 'PUT',
          body: Buffer.from(partOf(upload, bytes, 2)),
        });
        expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
          507,
          'STORAGE_FULL',
        ]);
        const query = { name: 'a.wav', purpose: 'audio', ownerId: mary.accountId } as const;
        expect(await refusal(house.neighbour.putFile({ query, body: new Uint8Array(sound(6 * MIB)) }))).toMatchObject(
          full,
        );
      }
      // what is there can be read; rows and objects agree
      expect((await house.fetch(kept.url)).status).toBe(200);
      expect((await mary.storage.listFiles({})).data.map(({ id }) => id)).toEqual([kept.id]);
      await house.sweep();
      expect(await house.objects()).toHaveLength(1);
      await disk.empty();
      const file = await sendToTheEnd(house, mary, upload, bytes);
      expect(file.sha256).toBe(sha256(bytes));
      expect(await sweepAll(house)).toHaveLength(2);
    },
  );
});

describe.each(objectStores)(
  'a service that is killed by kill -9 while many send, with objects $name',
  ({ start, skip }) => {
    it.skipIf(skip)('loses no upload and leaves no object', { timeout: 300_000 }, async () => {
      const house = await open(start);
      let running: StorageProcess = await startStorageProcess(house);
      disposals.push(async () => await running.kill());
      const people = await Promise.all(Array.from({ length: 4 }, async () => await house.signUp()));
      const clients = people.map(({ token }) =>
        createClient(storageApi, { baseUrl: () => running.url, headers: () => ({ authorization: `Bearer ${token}` }) }),
      );
      const contents = people.map((_, index) => sound(17 * MIB + index));
      const at = (path: string): string => (path.startsWith('http') ? path : running.url + path);
      let done = 0;
      let steps = 0;
      const finish = async (index: number): Promise<StoredFile> => {
        const [client, bytes] = [clients[index], contents[index]];
        if (!client || !bytes) throw new Error('nobody');
        const body = { name: 'tide.wav', purpose: 'audio', sizeBytes: bytes.length } as const;
        const { id } = await eventually(async () => await client.createUpload({ body }), 120_000);
        const file = await eventually(async () => {
          const upload = await client.readUpload({ params: { uploadId: id } });
          steps += 1;
          for (const { number, received, url } of upload.parts) {
            if (received) continue;
            const response = await fetch(at(url), { method: 'PUT', body: Buffer.from(partOf(upload, bytes, number)) });
            if (!response.ok) throw new Error(`part: ${response.status}`);
            steps += 1;
          }
          return await client.completeUpload({ params: { uploadId: id }, body: { sha256: sha256(bytes) } });
        }, 240_000);
        done += 1;
        return file;
      };
      const working = Promise.all(people.map(async (_, index) => await finish(index)));
      let kills = 0;
      while (done < people.length && kills < 12) {
        // each time after a different amount of their work
        const enough = steps + (kills % 5);
        await eventually(() => expect(steps >= enough || done === people.length).toBe(true), 60_000);
        await running.kill();
        kills += 1;
        running = await startStorageProcess(house);
      }
      const files = await working;
      await running.kill();
      for (const [index, file] of files.entries()) {
        const content = Buffer.from(await (await house.fetch(file.url)).arrayBuffer());
        expect(sha256(content)).toBe(sha256(contents[index] ?? Buffer.alloc(0)));
      }
      for (const person of people) expect((await person.storage.listFiles({})).data).toHaveLength(1);
      const left = await sweepAll(house);
      console.info(
        `${kills} kills; files: ${files.length} of ${people.length}; objects without a file after the sweep: ${left.length - files.length}`,
      );
      expect(left).toHaveLength(files.length);
      if (house.store.kind === 'disk') expect(await leftOnDisk(house)).toEqual([]);
    });
  },
);
