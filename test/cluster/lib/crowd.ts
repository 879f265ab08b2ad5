import { randomBytes } from 'node:crypto';
import { createClient, storageApi } from '@authorworks/contracts';
import type { EditorConnection, LiveScene } from '@authorworks/editor-client';
import { comeIn, openScene, type Person, startBook, textOf } from '../../lib/people.ts';
import { sampleNovel } from '../../lib/sample-novel.ts';
import { keepTyping, timesIn, type Typing } from '../../lib/typing.ts';
import { browserFetch } from './browser-fetch.ts';

/** A word each 200 ms is a fast typist. */
const STROKE_MS = 200;
const WRITERS_OF_A_SCENE = 5;
const UPLOAD_BYTES = 256 * 1024;

export interface Crowd {
  readonly writers: number;
  readonly readers: number;
  readonly uploaders: number;
}

export interface Happened {
  readonly words: number;
  readonly lost: number;
  readonly doubled: number;
  /** Of all writers, the longest time that each had to wait until a word of hers was saved: in words, with when it began. */
  readonly waits: string;
  /** How often writers were connected again, and how long that took, in words. */
  readonly reconnects: string;
  readonly pages: number;
  readonly uploads: number;
  /** Requests that were sent once more, because a connection broke under them, as browsers do (lib/browser-fetch.ts). */
  readonly retries: number;
  /** What went wrong for readers and uploaders, in words. */
  readonly failures: readonly string[];
}

interface Desk {
  readonly owner: Person;
  readonly sceneId: string;
  readonly connections: EditorConnection[];
  readonly scenes: LiveScene[];
  readonly typing: Typing[];
}

const openDesk = async (url: () => string, index: number, writers: number): Promise<Desk> => {
  const owner = await comeIn(url, `Writer ${String.fromCharCode(97 + index)}`);
  const { sceneId } = await startBook(owner, `Desk ${index}`);
  const connections = Array.from({ length: writers }, () => owner.connect());
  const scenes = await Promise.all(connections.map(async (connection) => await openScene(connection, sceneId)));
  const run = randomBytes(3).toString('hex');
  const typing = scenes.map((scene, at) => keepTyping(scene, `${run}d${index}w${at}n`, STROKE_MS));
  return { owner, sceneId, connections, scenes, typing };
};

const publish = async (url: () => string): Promise<string[]> => {
  const publisher = await comeIn(url, 'Publisher');
  const { file, slug } = sampleNovel();
  const form = new FormData();
  form.append('file', new Blob([file.buffer], { type: file.mimeType }), file.name);
  const { id } = await publisher.content.createImport({ body: form });
  for (;;) {
    const { status, bookId } = await publisher.content.readImport({ params: { importId: id } });
    if (status === 'failed') throw new Error('the novel was not taken');
    if (status !== 'succeeded' || !bookId) continue;
    await publisher.content.createEdition({ params: { bookId }, body: { slug } });
    return [`/books/${slug}`, `/read/${slug}`, `/api/content/v1/public/books/${slug}`, '/books'];
  }
};

/** People who write, read and bring files, all at once, until they are sent home. */
export const startCrowd = async (
  house: string,
  { writers, readers, uploaders }: Crowd,
): Promise<{ readonly stop: () => Promise<Happened> }> => {
  const url = (): string => house;
  const pages = await publish(url);
  const uploader = await comeIn(url, 'Uploader');
  const desks: Desk[] = [];
  for (let left = writers; left > 0; left -= WRITERS_OF_A_SCENE)
    desks.push(await openDesk(url, desks.length, Math.min(left, WRITERS_OF_A_SCENE)));
  const home = new AbortController();
  const failures: string[] = [];
  const counts = { pages: 0, uploads: 0, retries: 0 };
  const ask = browserFetch(() => {
    counts.retries += 1;
  });
  const storage = createClient(storageApi, {
    baseUrl: url,
    headers: async () => ({ authorization: `Bearer ${await uploader.token()}` }),
    fetch: ask,
  });
  const again = async (what: 'pages' | 'uploads', work: () => Promise<void>): Promise<void> => {
    while (!home.signal.aborted) {
      try {
        await work();
        counts[what] += 1;
      } catch (error) {
        failures.push(`${timeOf(new Date())} ${what}: ${inLine(error)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  const read = async (): Promise<void> => {
    const page = pages[counts.pages % pages.length] ?? '/';
    const answer = await ask(`${house}${page}`, { signal: AbortSignal.timeout(20_000) });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${page} answered ${answer.status}`);
  };
  const bring = async (): Promise<void> => {
    const body = { name: 'notes.txt', sizeBytes: UPLOAD_BYTES, purpose: 'attachment' } as const;
    // no two alike, or they would be kept once
    const note = Buffer.from(randomBytes(UPLOAD_BYTES).toString('base64')).subarray(0, UPLOAD_BYTES);
    const { id, parts } = await storage.createUpload({ body });
    for (const part of parts) {
      const answer = await ask(new URL(part.url, house), {
        method: 'PUT',
        body: note,
        headers: { 'content-type': 'application/octet-stream' },
      });
      if (!answer.ok) throw new Error(`a part was answered by ${answer.status}`);
    }
    await storage.completeUpload({ params: { uploadId: id }, body: {} });
  };
  const working = [
    ...Array.from({ length: readers }, async () => await again('pages', read)),
    ...Array.from({ length: uploaders }, async () => await again('uploads', bring)),
  ];
  return {
    stop: async () => {
      home.abort();
      await Promise.all(working);
      for (const one of desks.flatMap(({ typing }) => typing)) one.stop();
      await Promise.all(desks.flatMap(({ scenes }) => scenes).map(async (scene) => await scene.whenSaved()));
      const figures: Awaited<ReturnType<typeof closeDesk>>[] = [];
      // one after the other: a long evening's writing is much to read
      for (const desk of desks) figures.push(await closeDesk(desk));
      const sum = (of: 'words' | 'lost' | 'doubled'): number => figures.reduce((total, one) => total + one[of], 0);
      const waits = inWords(figures.flatMap((one) => one.waits));
      const reconnects = reconnectsInWords(desks.flatMap(({ typing }) => typing.flatMap((one) => one.reconnects)));
      return {
        ...counts,
        words: sum('words'),
        lost: sum('lost'),
        doubled: sum('doubled'),
        waits,
        reconnects,
        failures,
      };
    },
  };
};

/** With what is behind it: a refused call has a failed fetch for its cause, and that a broken connection. */
const inLine = (error: unknown): string => {
  const { message, cause } = error as Error;
  return `${message}${cause instanceof Error ? ` (${inLine(cause)})` : ''}`;
};

const timeOf = (at: Date): string => at.toISOString().slice(11, 19);

const inWords = (waits: readonly ReturnType<Typing['longestWait']>[]): string => {
  const [worst, ...others] = waits.toSorted((a, b) => b.ms - a.ms);
  const median = others[Math.floor(others.length / 2)] ?? worst;
  if (!worst || !median) return 'nobody wrote';
  return `at worst ${Math.round(worst.ms)} ms (from ${timeOf(worst.at)}), the middle writer at worst ${Math.round(median.ms)} ms`;
};

const reconnectsInWords = (times: readonly number[]): string => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  return sorted.length === 0
    ? 'never offline'
    : `${sorted.length}, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, at worst ${at(1)} ms`;
};

const closeDesk = async ({ owner, sceneId, connections, typing }: Desk) => {
  for (const connection of connections) connection.close();
  // as somebody sees it who comes now; what was only in the writers' own copies is gone with them
  const reader = owner.connect();
  const text = textOf((await openScene(reader, sceneId)).doc);
  reader.close();
  const words = typing.flatMap(({ typed }) => typed);
  return {
    words: words.length,
    waits: typing.map((one) => one.longestWait()),
    lost: words.filter((word) => timesIn(text, word) === 0).length,
    doubled: words.filter((word) => timesIn(text, word) > 1).length,
  };
};
