// Writing together, in figures:  npm run bench:editor [seconds]
//   how long until a keystroke is acknowledged (committed to a PostgreSQL that syncs to the disk), bytes on the wire, opening a
//   scene that nobody has in memory, and memory. The editor runs in a process of its own; those who write share another
//   one, and this machine, with it. Content and user are small stand-ins, as in the editor's tests.
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type AccountId, type OpenedScene, type SceneId, services } from '@authorworks/contracts';
import { connectEditor, FRAGMENT } from '@authorworks/editor-client';
import { newId } from '@authorworks/platform';
import { findRedis, startPostgres, startRedis } from '@authorworks/servers';
import type * as Y from 'yjs';
import { startTestIssuer } from '../packages/platform/src/testing/test-issuer.ts';
import { launchEditor } from '../services/editor/test/editor-process.ts';
import { dice, plainManuscript } from '../services/editor/test/prose.ts';
import { changeOf, rawClient, type RawClient } from '../services/editor/test/raw-client.ts';
import { startTestContent } from '../services/editor/test/test-content.ts';
import { median, memoryOf, newDataDirectory, printTable, removeDirectory } from './lib.ts';

const SECONDS = Number(process.argv[2] ?? 10);
/** A fast typist: 60 words a minute. */
const KEYS_PER_SECOND = 5;
const SCENE_WORDS = 5_000;
const OPEN_SCENES = 200;
const LETTERS = 100;

const nap = async (milliseconds: number): Promise<void> =>
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;

const directory = await newDataDirectory();
const postgres = await startPostgres({ directory: join(directory, 'postgres') });
const binary = findRedis(process.env['PATH'] ?? '');
if (!binary) throw new Error('There is no redis-server or valkey-server on the PATH.');
const redis = await startRedis({ directory: join(directory, 'redis'), binary });
const issuer = await startTestIssuer();
const content = await startTestContent({ redis });
const editor = await launchEditor({
  variables: {
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    SERVICE_KEY: 'a key for the benchmark alone, long enough',
    DATABASE_URL: postgres.url(),
    REDIS_URL: redis.url,
    LINGER_SECONDS: '0',
  },
  neighbours: { user: issuer.url, content: content.url },
});

const newToken = async (): Promise<string> => {
  const accountId = newId<AccountId>();
  await content.setRole(accountId, 'co-author', { tell: false });
  return await issuer.tokenFor({ accountId, lifetimeSeconds: 3600 });
};
const newScene = (words = SCENE_WORDS): SceneId => content.addScene(plainManuscript(dice(1), words));
const textOf = (doc: Y.Doc): Y.XmlText => (doc.getXmlFragment(FRAGMENT).get(0) as Y.XmlElement).get(0) as Y.XmlText;

interface Typist {
  readonly client: RawClient;
  readonly type: () => Promise<number>;
}

const sitDown = async (sceneId: SceneId): Promise<Typist> => {
  const client = await rawClient(editor.url, await newToken());
  const { answer, doc } = await client.open(sceneId);
  const { generation } = (answer as { data: OpenedScene }).data;
  client.socket.offAny();
  return {
    client,
    type: async () => {
      const update = changeOf(doc, (copy) => textOf(copy).insert(0, 'x'));
      const began = performance.now();
      const result = await client.ask('update', { sceneId, generation, update });
      if (!result.ok) throw new Error(result.error.code);
      return performance.now() - began;
    },
  };
};

/** Everybody types at the speed of a typist, each from another moment on. */
const typing = async (writers: number, scenes: number): Promise<number[]> => {
  const ids = Array.from({ length: scenes }, () => newScene());
  const typists = await Promise.all(
    Array.from({ length: writers }, async (_, index) => await sitDown(ids[index % scenes] ?? newScene())),
  );
  const times: number[] = [];
  const until = performance.now() + SECONDS * 1000;
  await Promise.all(
    typists.map(async ({ type }, index) => {
      await nap((index / writers) * (1000 / KEYS_PER_SECOND));
      while (performance.now() < until) {
        const next = performance.now() + 1000 / KEYS_PER_SECOND;
        times.push(await type());
        await nap(Math.max(0, next - performance.now()));
      }
    }),
  );
  for (const { client } of typists) client.socket.disconnect();
  return times;
};

const acknowledgements = async (): Promise<void> => {
  const rows = [['', 'keystrokes', 'p50 ms', 'p95 ms', 'p99 ms', 'editor busy %']];
  for (const [writers, scenes] of [
    [1, 1],
    [20, 1],
    [100, 20],
    [100, 1],
  ] as const) {
    const before = await editor.memory();
    const began = performance.now();
    const times = await typing(writers, scenes);
    const busy = ((await editor.memory()).cpuMs - before.cpuMs) / (performance.now() - began);
    rows.push([
      `${writers} ${writers === 1 ? 'writer' : 'writers'} in ${scenes} ${scenes === 1 ? 'scene' : 'scenes'}`,
      String(times.length),
      ...[0.5, 0.95, 0.99].map((part) => quantile(times, part).toFixed(1)),
      (busy * 100).toFixed(0),
    ]);
  }
  console.log(
    `\nUntil a keystroke is acknowledged, that is, committed (${KEYS_PER_SECOND} keystrokes a second each, ${SECONDS} s)`,
  );
  printTable(rows);
};

/** Counts the bytes of a connection in both directions, above TCP. */
const countingWire = async (): Promise<{ url: string; sent: { up: number; down: number }; stop: () => void }> => {
  const { hostname, port } = new URL(editor.url);
  const sent = { up: 0, down: 0 };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    client.on('data', ({ length }: Buffer) => {
      sent.up += length;
    });
    upstream.on('data', ({ length }: Buffer) => {
      sent.down += length;
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    stop: () => void server.close(),
  };
};

const bytesOnTheWire = async (): Promise<void> => {
  const sceneId = newScene();
  const [writing, reading] = [await countingWire(), await countingWire()];
  const people = await Promise.all(
    [writing, reading].map(async ({ url }) => {
      const token = await newToken();
      const connection = connectEditor({ url, token: async () => await Promise.resolve(token) });
      const scene = connection.openScene(sceneId);
      await scene.whenSynced();
      return { connection, scene };
    }),
  );
  const [writer] = people;
  if (!writer) throw new Error('nobody writes');
  await nap(500);
  for (const wire of [writing, reading]) Object.assign(wire.sent, { up: 0, down: 0 });
  for (let letter = 0; letter < LETTERS; letter += 1) {
    textOf(writer.scene.doc).insert(letter, 'x');
    await writer.scene.whenSaved();
  }
  await nap(500);
  console.log('\nBytes on the wire for a keystroke, with WebSocket frames (each letter a message of its own)');
  printTable([
    ['', 'bytes'],
    ['from the one who types', (writing.sent.up / LETTERS).toFixed(0)],
    ['the acknowledgement', (writing.sent.down / LETTERS).toFixed(0)],
    ['to each one who reads along', (reading.sent.down / LETTERS).toFixed(0)],
    ['the Yjs update alone', String(changeOf(writer.scene.doc, (doc) => textOf(doc).insert(LETTERS, 'x')).length)],
  ]);
  for (const { connection } of people) connection.close();
  for (const wire of [writing, reading]) wire.stop();
};

const opening = async (): Promise<void> => {
  const first: number[] = [];
  const stored: number[] = [];
  const warm: number[] = [];
  const client = await rawClient(editor.url, await newToken());
  const other = await rawClient(editor.url, await newToken());
  const open = async (who: RawClient, sceneId: SceneId): Promise<number> => {
    const began = performance.now();
    const { answer } = await who.open(sceneId);
    if (!answer.ok) throw new Error(answer.error.code);
    return performance.now() - began;
  };
  for (let round = 0; round < 20; round += 1) {
    const sceneId = newScene();
    first.push(await open(client, sceneId));
    await client.ask('close', { sceneId });
    // nobody has it open, so it has left the memory: LINGER_SECONDS is 0
    await nap(50);
    stored.push(await open(client, sceneId));
    warm.push(await open(other, sceneId));
    await client.ask('close', { sceneId });
    await other.ask('close', { sceneId });
  }
  for (const { socket } of [client, other]) socket.disconnect();
  const row = (name: string, times: readonly number[]): string[] => [
    name,
    median(times).toFixed(0),
    quantile(times, 0.95).toFixed(0),
  ];
  console.log(`\nOpening a scene of ${SCENE_WORDS} words, until its document is built in the client`);
  printTable([
    ['', 'median ms', 'p95 ms'],
    row('for the first time ever (seeded from content)', first),
    row('cold: from PostgreSQL', stored),
    row('somebody has it open', warm),
  ]);
};

const memory = async (idleMiB: number): Promise<void> => {
  const client = await rawClient(editor.url, await newToken());
  const scenes = Array.from({ length: OPEN_SCENES }, () => newScene());
  const opened = new Map<SceneId, { doc: Y.Doc; generation: string }>();
  for (const sceneId of scenes) {
    const { answer, doc } = await client.open(sceneId);
    opened.set(sceneId, { doc, generation: (answer as { data: OpenedScene }).data.generation });
  }
  await nap(2_000);
  const read = memoryOf(editor.pid).rssMiB;
  for (const [sceneId, { doc, generation }] of opened) {
    const update = changeOf(doc, (copy) => textOf(copy).insert(0, 'x'));
    await client.ask('update', { sceneId, generation, update });
  }
  await nap(2_000);
  const { rssMiB: written, peakMiB } = memoryOf(editor.pid);
  client.socket.disconnect();
  const { request, limit } = services.editor.memoryMiB;
  console.log(`\nResident memory of the editor (budget: ${request} MiB requested, ${limit} MiB at most)`);
  printTable([
    ['', 'MiB'],
    ['just started', idleMiB.toFixed(0)],
    [`${OPEN_SCENES} scenes of ${SCENE_WORDS} words open`, read.toFixed(0)],
    ['and written in, each', written.toFixed(0)],
    ['at most, in all of this', peakMiB.toFixed(0)],
  ]);
};

await nap(3_000);
const idle = memoryOf(editor.pid).rssMiB;
await acknowledgements();
await bytesOnTheWire();
await opening();
await memory(idle);
await editor.kill();
await content.stop();
await issuer.stop();
await redis.stop();
await postgres.stop();
await removeDirectory(directory);
process.exit(0);
