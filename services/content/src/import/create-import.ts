import {
  BookId,
  contentErrors,
  contentJobs,
  type ContentApi,
  type ImportId,
  platformErrors,
} from '@authorworks/contracts';
import { type AccountAuth, fail, newId, type Operation, type UploadedFile } from '@authorworks/platform';
import { sqlOfPrisma } from '@authorworks/platform/postgres';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { HEAD_BYTES, refusalOf } from './formats/index.ts';
import { type ImportRow, insertImport, removeImport, sourceKeyOf, startImport } from './import-store.ts';
import { showImport } from './show-imports.ts';

const LIMIT_BYTES = 100 * 1024 * 1024;

/** The file as it arrives, with its first bytes kept for a look. Fails once there are more than an import may have. */
const watched = (stream: AsyncIterable<Uint8Array>): { body: AsyncIterable<Uint8Array>; head: () => Uint8Array } => {
  const first: Uint8Array[] = [];
  let firstBytes = 0;
  let seen = 0;
  const read = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      seen += chunk.length;
      if (seen > LIMIT_BYTES) throw fail(contentErrors.fileTooLarge);
      if (firstBytes < HEAD_BYTES) {
        first.push(chunk);
        firstBytes += chunk.length;
      }
      yield chunk;
    }
  };
  return { body: read(), head: () => Buffer.concat(first) };
};

/** The book to append to, or undefined for a new one. */
const readBookId = (fields: Readonly<Record<string, string>>): BookId | undefined => {
  const given = fields['bookId'];
  if (given === undefined || given === '') return undefined;
  const parsed = BookId.safeParse(given);
  if (parsed.success) return parsed.data;
  const problem = { path: 'body.bookId', message: 'must be the id of a book' };
  throw fail(platformErrors.invalidRequest, {
    message: `The request is not valid: ${problem.path} ${problem.message}`,
    fields: [problem],
  });
};

/** Puts the file among the blobs and writes its job. What was begun is removed when anything goes wrong. */
const receive = async (
  context: ContentContext,
  auth: AccountAuth,
  { file, bookId }: { readonly file: UploadedFile; readonly bookId: BookId | undefined },
): Promise<ImportRow> => {
  const { db, blobs, queue, clock } = context;
  const id = newId<ImportId>();
  const { accountId, name: accountName } = auth;
  const book = { bookId: bookId ?? newId(), appends: bookId !== undefined };
  await insertImport(db, { id, accountId, accountName, fileName: file.fileName, ...book, createdAt: clock.now() });
  try {
    const { body, head } = watched(file.stream as AsyncIterable<Uint8Array>);
    const { sizeBytes } = await blobs.put(sourceKeyOf(id), body);
    const refusal = sizeBytes === 0 ? 'It is empty.' : refusalOf(head(), file.fileName);
    if (refusal !== null)
      throw fail(contentErrors.fileUnreadable, { message: `${contentErrors.fileUnreadable.message} ${refusal}` });
    return await db.$transaction(async (tx) => {
      const jobId = await queue.enqueue(sqlOfPrisma(tx), contentJobs.importBook, { importId: id });
      return await startImport(tx, id, { jobId, sizeBytes });
    });
  } catch (error) {
    // should these fail as well, the sweeper finds the row in a day
    await blobs.remove([sourceKeyOf(id)]).catch(() => undefined);
    await removeImport(db, id).catch(() => undefined);
    throw error;
  }
};

export const createImport: Operation<ContentContext, ContentApi['createImport']> = async (context, { auth, body }) => {
  const row = await body.file(async (file, fields) => {
    if (file.field !== 'file') throw fail(contentErrors.fileMissing);
    const bookId = readBookId(fields);
    if (bookId !== undefined)
      await requireBook(context.db, bookId, { accountId: auth.accountId, capability: 'structure' });
    return await receive(context, auth, { file, bookId });
  });
  if (!row) throw fail(contentErrors.fileMissing);
  return await showImport(context, row);
};
