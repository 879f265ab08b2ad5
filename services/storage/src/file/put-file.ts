import { platformErrors, type StorageApi, storageErrors as errors } from '@authorworks/contracts';
import { fail, newId, type Operation } from '@authorworks/platform';
import { objectKey } from '../blob/blob-key.ts';
import { adoptObject, expediteRemoval, noteIntent } from '../blob/removal-store.ts';
import { checkContent } from '../content/check-content.ts';
import { type Examined, openExaminer } from '../content/examine.ts';
import { purposeRules } from '../content/file-types.ts';
import { judgeClaims } from '../content/type-policy.ts';
import type { StorageContext } from '../context.ts';
import { fitsQuota } from './file-policy.ts';
import { type FileRow, findFileByPutKey, lockUsage, type NewFile, readUsageOf } from './file-store.ts';
import { fileView } from './file-view.ts';
import { type Arrival, keepFile } from './keep-file.ts';

/** Longer than any call may take: what has no row by then never gets one. */
const INTENT_MS = 60 * 60_000;

async function* upTo(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of chunks) {
    seen += chunk.length;
    if (seen > maxBytes) throw fail(errors.fileTooLarge);
    yield chunk;
  }
}

const findBefore = async (
  { db }: Pick<StorageContext, 'db'>,
  ownerId: string,
  put: NewFile['put'],
): Promise<FileRow | null> => (put ? await findFileByPutKey(db, { ownerId, ...put }) : null);

type Put = Parameters<Operation<StorageContext, StorageApi['putFile']>>[1];

/** Refuses what can be refused before a byte is read. */
const checkClaims = async (context: StorageContext, { query, headers }: Put): Promise<void> => {
  const sizeBytes = Number(headers['content-length'] ?? 0);
  const verdict = judgeClaims(query, sizeBytes);
  if (verdict === 'type-not-allowed') throw fail(errors.typeNotAllowed);
  if (verdict === 'too-large') throw fail(errors.fileTooLarge);
  const { usedBytes } = await readUsageOf(context.db, query.ownerId);
  if (!fitsQuota(usedBytes, sizeBytes, context.quotaBytes)) throw fail(errors.quotaExceeded);
};

/** Stores the body as an object, and looks at it while it passes. */
const receive = async ({ blobs, counts }: StorageContext, key: string, call: Put): Promise<Examined> => {
  const examiner = openExaminer();
  const declared = call.headers['content-length'];
  const body = examiner.passing(upTo(call.body, purposeRules[call.query.purpose].maxBytes));
  await blobs.put(key, body, declared === undefined ? {} : { sizeBytes: Number(declared) });
  const examined = examiner.result();
  counts.bytesReceived.inc(examined.sizeBytes);
  if (examined.sizeBytes === 0) throw fail(platformErrors.invalidRequest, { message: 'The file is empty.' });
  return examined;
};

/** Gives the object its file. @returns the file of before, when the same key was faster. */
const keep = async (context: StorageContext, arrival: Arrival): Promise<FileRow> =>
  await context.transaction(async (db, sql) => {
    const { ownerId, put, key } = arrival;
    await lockUsage(db, ownerId);
    const before = await findBefore({ db }, ownerId, put);
    const kept = before ? undefined : await keepFile(context, { db, sql }, arrival);
    if (!kept?.usesObject) await expediteRemoval(db, key, context.clock.now());
    else if (!(await adoptObject(db, key))) throw new Error(`the object ${key} was removed before it got its file`);
    const file = before ?? kept?.file;
    if (!file) throw new Error('a file was neither found nor kept');
    return file;
  });

const store = async (context: StorageContext, call: Put, put: NewFile['put']): Promise<FileRow> => {
  const { blobs, db, clock, sweeper, counts } = context;
  const { name, purpose, ownerId, bookId = null, contentType } = call.query;
  const key = objectKey(newId());
  await noteIntent(db, key, { dueAt: new Date(clock.now().getTime() + INTENT_MS) });
  try {
    const { sha256, sizeBytes, ...examined } = await receive(context, key, call);
    const open = async (): Promise<AsyncIterable<Uint8Array>> => {
      const content = await blobs.get(key);
      if (!content) throw new Error(`the object ${key} is missing`);
      return content.stream;
    };
    const claims = { name, contentType, purpose };
    const checked = await checkContent(context, claims, { sha256, sizeBytes, ...examined }, open);
    const file = await keep(context, { ownerId, name, purpose, bookId, key, sha256, sizeBytes, checked, put });
    counts.filesStored.inc({ purpose });
    return file;
  } catch (error) {
    await expediteRemoval(db, key, clock.now()).catch(() => undefined);
    sweeper.wake();
    throw error;
  }
};

export const putFile: Operation<StorageContext, StorageApi['putFile']> = async (context, call) => {
  const { ownerId, key } = call.query;
  const put = key === undefined ? undefined : { putBy: call.auth.service, putKey: key };
  const before = await findBefore(context, ownerId, put);
  if (before) return fileView(context, before);
  await checkClaims(context, call);
  return fileView(context, await store(context, call, put));
};
