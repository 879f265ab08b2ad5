import { createHash } from 'node:crypto';
import { CheckReport, type jobsTasks, type StorageApi, storageErrors } from '@authorworks/contracts';
import { ApiError, type Client } from '@authorworks/contracts/client';
import { z } from 'zod';
import { Findings } from './report.ts';
import type { TaskWork } from './task-call.ts';

/** After each page the task can go on from there. */
const PAGE = 50;
const TRIES = 3;
const WAIT_MS = 2_000;
/** Of one file, over the slowest network of a home. */
const LONGEST_MS = 60 * 60_000;

const Checkpoint = z.object({ cursor: z.string(), bytes: z.number(), report: CheckReport });

type Content = Awaited<ReturnType<Client<StorageApi>['listContents']>>['data'][number];

/** The hash of a file's bytes as they are now; never more than a chunk of them is held. */
const hashOf = async (response: Response): Promise<{ sha256: string; sizeBytes: number }> => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
};

/** What is wrong with a file, if anything is. @throws whatever keeps us from knowing it */
const problemOf = async (
  storage: Client<StorageApi>,
  { fileId, sha256, sizeBytes }: Content,
  signal: AbortSignal,
): Promise<string | undefined> => {
  try {
    const found = await hashOf(await storage.getFileContent({ params: { fileId } }, { signal, timeoutMs: LONGEST_MS }));
    if (found.sizeBytes !== sizeBytes) return `has ${found.sizeBytes} bytes instead of ${sizeBytes}`;
    return found.sha256 === sha256 ? undefined : `has other bytes than when it arrived (SHA-256 ${found.sha256})`;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === storageErrors.contentMissing.code) return 'its bytes are gone from the object storage';
    // deleted since the page was read
    if (error.code === storageErrors.fileNotFound.code) return undefined;
    throw error;
  }
};

/** A download can break off; only what fails again and again is a problem of the house rather than of the moment. */
const problemInTheEnd = async (...args: Parameters<typeof problemOf>): Promise<string | undefined> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const problem = await problemOf(...args);
      // a stream that is cut off looks like a short file: once more
      if (problem === undefined || attempt === TRIES) return problem;
    } catch (error) {
      if (attempt === TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
};

/** Bit rot and lost objects: every stored content is read and compared with its hash. */
export const checkFiles: TaskWork<typeof jobsTasks.checkFiles> = async (call) => {
  const { house, log, progress, saveCheckpoint, signal } = call;
  const saved = Checkpoint.safeParse(call.checkpoint).data;
  const findings = new Findings(log, saved?.report);
  let { cursor, bytes } = saved ?? { cursor: undefined, bytes: 0 };
  if (saved) log(`goes on behind ${saved.report.checked} files`);
  for (;;) {
    const query = { limit: PAGE, ...(cursor ? { cursor } : {}) };
    const { data, pagination } = await house.storage.listContents({ query }, { signal });
    for (const content of data) {
      const problem = await problemInTheEnd(house.storage, content, signal);
      if (problem) findings.add(`${content.fileId} (${content.name})`, problem);
      findings.checked += 1;
      bytes += content.sizeBytes;
    }
    if (pagination.nextCursor === null) break;
    cursor = pagination.nextCursor;
    saveCheckpoint({ cursor, bytes, report: findings.report() });
    // how many there are is not known before the end
    progress(0, `${findings.checked} files, ${Math.round(bytes / 1e6)} MB read`);
  }
  log(`${findings.checked} files, ${Math.round(bytes / 1e6)} MB read, ${findings.problems} problems`);
  return findings.report();
};
