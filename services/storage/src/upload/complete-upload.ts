import { type FilePurpose, type StorageApi, storageErrors as errors } from '@authorworks/contracts';
import { AppError, fail, type Operation } from '@authorworks/platform';
import { noteRemovals } from '../blob/removal-store.ts';
import { checkContent } from '../content/check-content.ts';
import { type Examined, examine } from '../content/examine.ts';
import type { StorageContext } from '../context.ts';
import { type FileRow, findFile, lockUsage } from '../file/file-store.ts';
import { fileView } from '../file/file-view.ts';
import { keepFile } from '../file/keep-file.ts';
import { requireOwnUpload } from './own-upload.ts';
import { missingParts, partsOf, standOf } from './upload-policy.ts';
import { findUpload, finishUpload, lockUpload, partsUploadOf, refuseUpload, type UploadRow } from './upload-store.ts';

/** Errors that no repeat can cure; they are remembered, so that a repeat hears the same. */
const REFUSALS = ['typeMismatch', 'typeNotAllowed', 'imageUnreadable', 'hashMismatch'] as const;
/** A little less than the endpoint's deadline. */
const COMPLETION_MS = 110_000;
const MAX_NAMED_PARTS = 10;

/** Joins the parts to one object, unless an interrupted completion has done so before. */
const assemble = async ({ blobs }: StorageContext, upload: UploadRow): Promise<void> => {
  if (await blobs.stat(upload.key)) {
    // what the interrupted one may not have cleared away any more
    await blobs.abortParts(upload.key);
    return;
  }
  const ref = partsUploadOf(upload);
  const arrived = await blobs.listParts(ref);
  if (!arrived) throw fail(errors.uploadNotFound);
  const plan = partsOf(Number(upload.sizeBytes), upload.partSizeBytes);
  const missing = missingParts(plan, arrived);
  if (missing.length > 0) {
    const named = missing.slice(0, MAX_NAMED_PARTS).join(', ') + (missing.length > MAX_NAMED_PARTS ? ', …' : '');
    throw fail(errors.uploadIncomplete, { message: `Not all parts have arrived yet: ${named}.` });
  }
  const wanted = arrived.filter(({ number }) => number <= plan.length);
  const completed = await blobs.completeParts(ref, wanted);
  // another completion, side by side with this one, may have been faster
  if (!completed && !(await blobs.stat(upload.key))) throw fail(errors.uploadNotFound);
};

const openObject = async ({ blobs }: StorageContext, key: string): Promise<AsyncIterable<Uint8Array>> => {
  const content = await blobs.get(key);
  if (!content) throw fail(errors.uploadNotFound);
  return content.stream;
};

/** Gives the object its file. @returns the file of a completion that was faster, when there was one. */
const keep = async (
  context: StorageContext,
  upload: UploadRow,
  examined: Examined,
  checked: Awaited<ReturnType<typeof checkContent>>,
): Promise<FileRow> =>
  await context.transaction(async (db, sql) => {
    await lockUsage(db, upload.ownerId);
    const current = await lockUpload(db, upload.id);
    const finished = current?.fileId ? await findFile(db, current.fileId) : null;
    if (finished) return finished;
    if (!current || current.refusal !== null) throw fail(errors.uploadNotFound);
    const { ownerId, name, purpose, bookId, key } = upload;
    const { sha256, sizeBytes } = examined;
    const arrival = { ownerId, name, purpose, bookId, key, sha256, sizeBytes, checked, put: undefined };
    const { file, usesObject } = await keepFile(context, { db, sql }, arrival);
    if (!usesObject) await noteRemovals(db, [key], { dueAt: context.clock.now() });
    await finishUpload(db, upload.id, file.id);
    return file;
  });

const complete = async (
  context: StorageContext,
  upload: UploadRow,
  expectedSha256: string | undefined,
): Promise<FileRow> => {
  const signal = AbortSignal.timeout(COMPLETION_MS);
  await assemble(context, upload);
  const examined = await examine(await openObject(context, upload.key), signal);
  if (examined.sizeBytes !== Number(upload.sizeBytes))
    throw new Error(`the object ${upload.key} has ${examined.sizeBytes} bytes instead of ${upload.sizeBytes}`);
  if (expectedSha256 !== undefined && expectedSha256 !== examined.sha256) throw fail(errors.hashMismatch);
  const claims = { name: upload.name, contentType: upload.declaredType, purpose: upload.purpose as FilePurpose };
  const checked = await checkContent(context, claims, examined, async () => await openObject(context, upload.key));
  const file = await keep(context, upload, examined, checked);
  context.counts.filesStored.inc({ purpose: file.purpose });
  return file;
};

/** Completes, and remembers a failure that is final. */
const completeOnce = async (
  context: StorageContext,
  upload: UploadRow,
  expectedSha256: string | undefined,
): Promise<FileRow> => {
  const { db, transaction, clock, counts, sweeper } = context;
  try {
    return await complete(context, upload, expectedSha256);
  } catch (error) {
    const code = error instanceof AppError ? error.definition.code : undefined;
    // its object may have vanished because another process completed it meanwhile
    const current = code === errors.uploadNotFound.code ? await findUpload(db, upload.id) : null;
    const file = current?.fileId ? await findFile(db, current.fileId) : null;
    if (file) return file;
    const refusal = REFUSALS.find((name) => errors[name].code === code);
    if (refusal) {
      counts.filesRefused.inc({ reason: refusal });
      await transaction(async (tx) => await refuseUpload(tx, upload.id, refusal, clock.now()));
      sweeper.wake();
    }
    throw error;
  }
};

export const completeUpload: Operation<StorageContext, StorageApi['completeUpload']> = async (context, call) => {
  const { db, clock, completions } = context;
  const { sha256 } = call.body;
  const upload = await requireOwnUpload(context, call.auth.accountId, call.params.uploadId);
  const refusal = REFUSALS.find((name) => name === upload.refusal);
  if (refusal) throw fail(errors[refusal]);
  const stand = standOf(upload, clock.now());
  if (stand === 'over') throw fail(errors.uploadNotFound);
  const file =
    stand === 'done'
      ? await findFile(db, upload.fileId ?? '')
      : await completions(upload.id, async () => await completeOnce(context, upload, sha256));
  if (!file) throw fail(errors.uploadNotFound);
  // for a repeat, or one who waited for the completion of another call
  if (sha256 !== undefined && sha256 !== file.sha256) throw fail(errors.hashMismatch);
  return fileView(context, file);
};
