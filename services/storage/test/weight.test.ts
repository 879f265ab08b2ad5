import { createHash } from 'node:crypto';
import { createClient, storageApi } from '@authorworks/contracts';
import { describe, expect, it } from 'vitest';
import { startStorageHouse } from './kit/house.ts';
import { sound } from './kit/samples.ts';
import { startStorageProcess } from './kit/storage-process.ts';
import { objectStores } from './kit/stores.ts';

const MIB = 1024 * 1024;
const SIZE = 300 * MIB;
const AT_ONCE = 3;

/** Megabytes a second, for people who read the output; nothing is asserted about time. */
const rate = (bytes: number, startedMs: number): string =>
  `${Math.round(bytes / MIB / ((performance.now() - startedMs) / 1000))} MiB/s`;

describe.each(objectStores)('a file of 300 MiB, with objects $name', ({ name, start, skip }) => {
  it.skipIf(skip)('passes through without being held in memory', { timeout: 300_000 }, async () => {
    const house = await startStorageHouse(start);
    const service = await startStorageProcess(house);
    try {
      const { token } = await house.signUp();
      const client = createClient(storageApi, {
        baseUrl: service.url,
        headers: () => ({ authorization: `Bearer ${token}` }),
      });
      await client.readUsage();
      const rest = service.memory();
      const body = { name: 'the whole book.wav', purpose: 'audio', sizeBytes: SIZE } as const;
      const upload = await client.createUpload({ body });
      const head = sound(upload.partSizeBytes);
      const other = Buffer.from(head).fill(7, 0, 64);
      const bytesOf = (number: number, sizeBytes: number): Buffer =>
        (number === 1 ? head : other).subarray(0, sizeBytes);
      const hash = createHash('sha256');
      for (const { number, sizeBytes } of upload.parts) hash.update(bytesOf(number, sizeBytes));
      const waiting = [...upload.parts];
      const sending = performance.now();
      const send = async (): Promise<void> => {
        for (let part = waiting.shift(); part; part = waiting.shift()) {
          const body = new Uint8Array(bytesOf(part.number, part.sizeBytes));
          const response = await fetch(service.url + part.url, { method: 'PUT', body });
          expect(response.status).toBe(204);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, send));
      const sent = rate(SIZE, sending);
      const completing = performance.now();
      const file = await client.completeUpload({
        params: { uploadId: upload.id },
        body: { sha256: hash.digest('hex') },
      });
      const completed = Math.round(performance.now() - completing);
      const reading = performance.now();
      let seen = 0;
      for await (const chunk of (await fetch(service.url + file.url)).body ?? []) seen += (chunk as Uint8Array).length;
      expect(seen).toBe(SIZE);
      const read = rate(SIZE, reading);
      const { peak } = service.memory();
      console.info(
        `${name}: at rest ${rest.now} MiB, at most ${peak} MiB; upload ${sent}, completion ${completed} ms, download ${read}`,
      );
      if (rest.now > 0) expect(peak - rest.peak).toBeLessThan(160);
    } finally {
      await service.kill();
      await house.stop();
    }
  });
});
