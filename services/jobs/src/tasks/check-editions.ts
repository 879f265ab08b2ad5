import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CheckReport, contentErrors, type jobsTasks } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { z } from 'zod';
import { checkEpub } from './epub/check-epub.ts';
import { Findings } from './report.ts';
import type { TaskCall, TaskWork } from './task-call.ts';

const PAGE = 20;
/** A task's pod has 512 MiB for files. */
const LARGEST_BYTES = 400 * 1024 * 1024;
/** Of one book so many problems are told; the rest is of the same kind. */
const MOST_PER_BOOK = 20;

const Checkpoint = z.object({ cursor: z.string(), report: CheckReport });

const atMost = (bytes: number): Transform => {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      done(seen > bytes ? new Error(`it is larger than ${bytes} bytes and was not looked at`) : null, chunk);
    },
  });
};

/** @returns false when the book is not published any more */
const download = async ({ house, signal }: TaskCall, slug: string, file: string): Promise<boolean> => {
  try {
    const { body } = await house.content.downloadPublicEpub({ params: { slug } }, { signal });
    await pipeline(
      Readable.from((body ?? []) as AsyncIterable<Uint8Array>),
      atMost(LARGEST_BYTES),
      createWriteStream(file),
    );
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === contentErrors.notPublished.code) return false;
    throw error;
  }
};

const checkBook = async (call: TaskCall, slug: string, findings: Findings, folder: string): Promise<void> => {
  const file = join(folder, 'book.epub');
  let told = 0;
  try {
    if (!(await download(call, slug, file))) return;
    findings.checked += 1;
    await checkEpub(file, (where, problem) => {
      told += 1;
      if (told <= MOST_PER_BOOK) findings.add(`${slug}: ${where}`, problem);
    });
    call.log(`${slug}: ${told === 0 ? 'good' : `${told} problems`}`);
  } catch (error) {
    // the house itself is away: the task is tried again. This book alone cannot be had: that is what it is to find
    if (error instanceof ApiError && (error.status === 0 || error.status === 503)) throw error;
    call.signal.throwIfAborted();
    findings.add(slug, `cannot be opened: ${(error as Error).message}`);
  }
};

/** Every published book: can it be fetched, and opened? */
export const checkEditions: TaskWork<typeof jobsTasks.checkEditions> = async (call) => {
  const { house, input, log, progress, saveCheckpoint, signal } = call;
  const folder = await mkdtemp(join(tmpdir(), 'check-editions-'));
  const saved = Checkpoint.safeParse(call.checkpoint).data;
  const findings = new Findings(log, saved?.report);
  try {
    if (input.slug !== undefined) {
      await checkBook(call, input.slug, findings, folder);
      return findings.report();
    }
    let cursor = saved?.cursor;
    for (;;) {
      const query = { limit: PAGE, ...(cursor ? { cursor } : {}) };
      const { data, pagination } = await house.content.listPublicBooks({ query }, { signal });
      for (const { slug } of data) {
        progress(0, slug);
        await checkBook(call, slug, findings, folder);
      }
      if (pagination.nextCursor === null) break;
      cursor = pagination.nextCursor;
      saveCheckpoint({ cursor, report: findings.report() });
    }
    log(`${findings.checked} books, ${findings.problems} problems`);
    return findings.report();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
