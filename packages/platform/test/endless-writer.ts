// A process that writes blobs until it is killed: node endless-writer.ts DIRECTORY. Says "writing" once it does.
import { diskBlobs } from '../src/blobs/index.ts';

const blobs = await diskBlobs({ directory: process.argv[2] ?? '' });
async function* chunks(mark: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < 64; index += 1) yield await Promise.resolve(Buffer.alloc(32 * 1024, mark));
}
const upload = { key: 'torn/parts', uploadId: await blobs.beginParts('torn/parts') };
process.stdout.write('writing\n');
for (let round = 0; ; round += 1) {
  await blobs.put(`torn/${round % 5}`, chunks(round % 256));
  await blobs.putPart(upload, (round % 5) + 1, chunks(round % 256), 64 * 32 * 1024);
}
