// Import of a 100,000-word EPUB and its export as EPUB, through the whole house, beside pandoc and calibre's
// ebook-convert on the same file in the same run:  npm run bench:book
// Ours: upload, job, database, live texts, job, download. Theirs: one process that reads and writes files.
import { contentApi, createClient, userApi } from '@authorworks/contracts';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHouseProcess } from '@authorworks/local/house-process';
import { familyOf, median, memoryOf, newDataDirectory, printTable, removeDirectory } from './lib.ts';
import { longNovel, novelEpub } from './novel.ts';

const RUNS = Number(process.env['RUNS'] ?? 5);
const directory = await newDataDirectory();
const house = await startHouseProcess({ dataDirectory: join(directory, 'data') });
const novel = longNovel(100_000);
const source = join(directory, 'novel.epub');
writeFileSync(source, novelEpub(novel));

const anonymous = createClient(userApi, { baseUrl: house.url });
const { accessToken } = await anonymous.createSession({ body: house.operator });
const content = createClient(contentApi, {
  baseUrl: house.url,
  headers: () => ({ authorization: `Bearer ${accessToken}` }),
});

const pause = async (): Promise<void> => await new Promise((done) => setTimeout(done, 10));
const timed = async <T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> => {
  const began = performance.now();
  const result = await work();
  return { seconds: (performance.now() - began) / 1000, result };
};

const importBook = async (): Promise<string> => {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(novelEpub(novel))]), 'novel.epub');
  let state = await content.createImport({ body: form });
  while (state.status === 'queued' || state.status === 'running') {
    await pause();
    state = await content.readImport({ params: { importId: state.id } });
  }
  if (state.status !== 'succeeded' || !state.bookId)
    throw new Error(`import ${state.status}: ${JSON.stringify(state.error)}`);
  return state.bookId;
};

const exportBook = async (bookId: string): Promise<Uint8Array> => {
  let state = await content.createCompilation({ params: { bookId }, body: { format: 'epub' } });
  while (state.status === 'queued' || state.status === 'running') {
    await pause();
    state = await content.readCompilation({ params: { compilationId: state.id } });
  }
  if (state.status !== 'succeeded' || !state.url)
    throw new Error(`export ${state.status}: ${JSON.stringify(state.error)}`);
  return new Uint8Array(await (await fetch(new URL(state.url, house.url))).arrayBuffer());
};

const peers: Record<string, () => void> = {
  pandoc: () => execFileSync('pandoc', [source, '-o', join(directory, 'pandoc.epub')], { stdio: 'ignore' }),
  'ebook-convert': () =>
    execFileSync('ebook-convert', [source, join(directory, 'calibre.epub'), '--epub-version', '3'], {
      stdio: 'ignore',
      env: { ...process.env, QTWEBENGINE_CHROMIUM_FLAGS: '--no-sandbox', QT_QPA_PLATFORM: 'offscreen' },
    }),
};
const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));

const times: Record<string, number[]> = { 'ours: import': [], 'ours: export': [], 'ours: both': [] };
for (const name of Object.keys(peers)) times[name] = [];
// one uncounted round warms the disk cache for everybody and the JIT for ours, as in a house that is running
for (let run = -1; run < RUNS; run += 1) {
  const imported = await timed(importBook);
  const exported = await timed(async () => await exportBook(imported.result));
  if (run >= 0) {
    times['ours: import']?.push(imported.seconds);
    times['ours: export']?.push(exported.seconds);
    times['ours: both']?.push(imported.seconds + exported.seconds);
  }
  if (run === 0) writeFileSync(join(directory, 'ours.epub'), exported.result);
  for (const [name, peer] of Object.entries(peers)) {
    if (!onPath(name)) continue;
    const { seconds } = await timed(() => Promise.resolve(peer()));
    if (run >= 0) times[name]?.push(seconds);
  }
}

const ours = median(times['ours: both'] ?? []);
console.log(`\nEPUB → house → EPUB of ${novel.words} words, ${RUNS} interleaved runs, median`);
printTable([
  ['', 'seconds', 'ours is … times as fast'],
  ...Object.entries(times).map(([name, values]) =>
    values.length === 0
      ? [name, 'not installed', '']
      : [name, median(values).toFixed(2), name.startsWith('ours') ? '' : (median(values) / ours).toFixed(1)],
  ),
]);
const [node = 0] = familyOf(house.pid);
console.log(
  `\nMemory of the house's Node process after all runs: ${memoryOf(node).rssMiB.toFixed(0)} MiB, at most ${memoryOf(node).peakMiB.toFixed(0)} MiB`,
);
await house.stop();
await removeDirectory(directory);
