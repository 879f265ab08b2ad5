import type { StoredFile } from '@authorworks/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, refusal, sha256, startStorageHouse, type StorageHouse } from './kit/house.ts';
import { type Mortal, mortal } from './kit/mortal.ts';
import { picture, sound } from './kit/samples.ts';
import { objectStores, type StartStore } from './kit/stores.ts';

const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60_000;
/** More steps than any story has; a story that dies in none of its steps is the last one. */
const MAX_STEPS = 300;

const suite = (start: StartStore): void => {
  let house: StorageHouse;
  let drawing: Buffer;
  const bytes = sound(8 * MIB + 1_000);
  beforeAll(async () => {
    house = await startStorageHouse(start);
    drawing = await picture(200, 150);
  });
  afterAll(async () => await house?.stop());

  /** Lets the running service die before its nth step; its sweeper rests, so that the steps are always the same. */
  const doom = (dieBefore: number): Mortal => {
    const context = house.context();
    const fate = mortal(context, dieBefore);
    Object.assign(context, fate.overrides, { sweeper: { start: () => undefined, wake: () => undefined } });
    return fate;
  };

  /** What the author's browser does: it tries again once the service is back. */
  const persistently = async <T>(fate: Mortal, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!fate.isDead()) throw error;
      await house.restart();
      return await work();
    }
  };

  const upload = async (fate: Mortal, mary: Person): Promise<StoredFile> => {
    const body = { name: 'tide.wav', purpose: 'audio', sizeBytes: bytes.length } as const;
    const { id } = await persistently(fate, async () => await mary.storage.createUpload({ body }));
    const params = { uploadId: id };
    await persistently(fate, async () => await house.sendParts(await mary.storage.readUpload({ params }), bytes));
    return await persistently(fate, async () => await mary.storage.completeUpload({ params, body: {} }));
  };

  const story = async (fate: Mortal, mary: Person): Promise<{ kept: StoredFile; deleted: StoredFile }> => {
    const kept = await upload(fate, mary);
    const query = { name: 'map.png', purpose: 'image', ownerId: mary.accountId, key: 'map' } as const;
    const deleted = await persistently(
      fate,
      async () => await house.neighbour.putFile({ query, body: new Uint8Array(drawing) }),
    );
    await persistently(fate, async () => {
      const response = await house.fetch(`${deleted.url}&variant=w160`);
      if (!response.ok) throw new Error(`variant: ${response.status}`);
    });
    await persistently(fate, async () => {
      const { status } = await refusal(mary.storage.deleteFile({ params: { fileId: deleted.id } }));
      // it may have been deleted just before the service died
      if (status !== 200 && status !== 404) throw new Error(`delete: ${status}`);
    });
    return { kept, deleted };
  };

  /** Waits, by the clock, until everything that was begun and not finished is over. */
  const passTime = async (): Promise<void> => {
    house.moveClock(2 * DAY_MS);
    await house.sweep();
    house.moveClock(DAY_MS);
    await house.sweep();
    house.moveClock(-3 * DAY_MS);
  };

  it('loses nothing and leaves nothing, whenever the service is killed', { timeout: 600_000 }, async () => {
    let deaths = 0;
    for (let dieBefore = 1; dieBefore < MAX_STEPS; dieBefore += 1) {
      const mary = await house.signUp();
      const fate = doom(dieBefore);
      const { kept, deleted } = await story(fate, mary);
      const died = fate.isDead();
      if (died) deaths += 1;
      else await house.restart();
      const at = `killed before step ${dieBefore}`;
      const files = (await mary.storage.listFiles({})).data.map(({ id }) => id);
      expect({ at, files }).toEqual({ at, files: [kept.id] });
      const content = Buffer.from(await (await house.fetch(kept.url)).arrayBuffer());
      expect({ at, sha256: sha256(content) }).toEqual({ at, sha256: sha256(bytes) });
      expect((await house.fetch(deleted.url)).status).toBe(404);
      await mary.storage.deleteFile({ params: { fileId: kept.id } });
      await passTime();
      const { db } = house.context();
      const left = {
        objects: await house.objects(),
        blobs: await db.blob.count(),
        variants: await db.variant.count(),
        uploads: await db.upload.count(),
        removals: await db.removal.count(),
      };
      expect({ at, ...left }).toEqual({ at, objects: [], blobs: 0, variants: 0, uploads: 0, removals: 0 });
      if (!died) break;
    }
    console.info(`killed ${deaths} times, once before each step; nothing lost, nothing left`);
    expect(deaths).toBeGreaterThan(20);
    expect(deaths).toBeLessThan(MAX_STEPS - 1);
  });

  it('clears away what nobody knows, and tells of what is gone, but never clears everything away', async () => {
    const mary = await house.signUp();
    const file = await house.upload(mary, sound(1_000), { name: 'a.wav', purpose: 'audio' });
    const { blobs, db } = house.context();
    await blobs.put('objects/00/stray', Buffer.from('left by a restored backup'));
    expect(await house.scan()).toMatchObject({ objects: 2, strays: 0 });
    house.moveClock(3 * 3_600_000);
    expect(await house.scan()).toMatchObject({ objects: 2, strays: 1, missing: [] });
    await house.sweep();
    expect(await blobs.stat('objects/00/stray')).toBeUndefined();
    const row = await db.blob.findUniqueOrThrow({ where: { sha256: file.sha256 } });
    await blobs.move(row.key, 'objects/00/elsewhere');
    expect(await house.scan()).toMatchObject({ missing: [row.key] });
    house.moveClock(-3 * 3_600_000);
    expect((await house.fetch(file.url)).status).toBe(500);
    house.moveClock(3 * 3_600_000);
    await blobs.move('objects/00/elsewhere', row.key);
    // a database that knows nothing of a full bucket is no reason to empty it
    const names = Array.from({ length: 120 }, (_, index) => `objects/01/${String(index).padStart(4, '0')}`);
    await Promise.all(names.map(async (key) => await blobs.put(key, Buffer.from(key))));
    house.moveClock(3 * 3_600_000);
    expect(await house.scan()).toMatchObject({ strays: 120 });
    house.moveClock(-6 * 3_600_000);
    await house.sweep();
    expect((await Array.fromAsync(blobs.list('objects/01/'))).length).toBe(120);
    expect(house.service().logged.some((line) => String(line['msg']).includes('before somebody looks'))).toBe(true);
    await blobs.remove(names);
    await mary.storage.deleteFile({ params: { fileId: file.id } });
  });
};

for (const { name, start, skip } of objectStores)
  describe.skipIf(skip)(`a service that is killed, ${name}`, () => suite(start));
