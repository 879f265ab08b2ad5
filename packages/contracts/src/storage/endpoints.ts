import { z } from 'zod';
import { AccountId, BookId, FileId, UploadId } from '../ids.ts';
import { Instant, line, PageQuery } from '../kit/common.ts';
import { defineApi } from '../kit/endpoint.ts';
import { storageErrors as errors } from './errors.ts';

const v1 = '/api/storage/v1';
const internal = '/internal/storage/v1';

/** What a file is for; it decides which types and sizes are taken. */
export const FilePurpose = z
  .enum(['image', 'cover', 'book', 'font', 'audio', 'attachment', 'export'])
  .meta({ id: 'FilePurpose' });
export type FilePurpose = z.infer<typeof FilePurpose>;

/** Sizes in which a picture is served: the longer edge in CSS pixels, never enlarged. */
export const ImageVariant = z.enum(['w160', 'w320', 'w640', 'w1280']).meta({ id: 'ImageVariant' });
export type ImageVariant = z.infer<typeof ImageVariant>;

export const Visibility = z.enum(['private', 'public']).meta({ id: 'Visibility' });

export const StoredFile = z
  .object({
    id: FileId,
    name: z.string(),
    purpose: FilePurpose,
    contentType: z.string().describe('Found by looking at the content'),
    sizeBytes: z.int(),
    sha256: z.string(),
    visibility: Visibility,
    bookId: BookId.nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    url: z.string().describe('Where the content is; signed and valid for at least an hour unless public'),
    createdAt: Instant,
  })
  .meta({ id: 'StoredFile' });
export type StoredFile = z.infer<typeof StoredFile>;

/** An upload in parts. All parts but the last have `partSizeBytes`; parts may be sent again and in any order. */
export const Upload = z
  .object({
    id: UploadId,
    name: z.string(),
    sizeBytes: z.int(),
    partSizeBytes: z.int(),
    parts: z.array(
      z.object({
        number: z.int().min(1),
        sizeBytes: z.int(),
        received: z.boolean(),
        url: z.string().describe('PUT the bytes of this part here; signed, no token needed'),
      }),
    ),
    expiresAt: Instant,
    fileId: FileId.nullable().describe('Set once completed'),
  })
  .meta({ id: 'Upload' });

const signed = { expires: z.coerce.number().int(), signature: z.string().max(200) };

/** 32 MiB: the largest part of an upload. */
const PART_LIMIT_BYTES = 32 * 1024 * 1024;
/** 512 MiB: what a service may hand over in one piece. */
const INTERNAL_FILE_LIMIT_BYTES = 512 * 1024 * 1024;

export const storageApi = defineApi({
  createUpload: {
    method: 'POST',
    path: `${v1}/uploads`,
    summary: 'Begin an upload; it can be resumed for a day',
    audience: 'account',
    scope: 'files:write',
    access: 'self',
    body: z.strictObject({
      name: line(255),
      sizeBytes: z.int().min(1),
      contentType: z.string().max(200).optional(),
      purpose: FilePurpose.exclude(['export']),
      bookId: BookId.optional(),
    }),
    response: Upload,
    status: 201,
    idempotent: true,
    errors: [errors.typeNotAllowed, errors.fileTooLarge, errors.quotaExceeded, errors.bookNotFound],
  },
  readUpload: {
    method: 'GET',
    path: `${v1}/uploads/:uploadId`,
    summary: 'Which parts have arrived, and where to send the others',
    audience: 'account',
    scope: 'files:write',
    access: 'self',
    params: z.strictObject({ uploadId: UploadId }),
    response: Upload,
    errors: [errors.uploadNotFound],
  },
  writeUploadPart: {
    method: 'PUT',
    path: `${v1}/uploads/:uploadId/parts/:partNumber`,
    summary: 'Send one part to its signed address',
    audience: 'anyone',
    ratePerMinute: 6000,
    params: z.strictObject({ uploadId: UploadId, partNumber: z.coerce.number().int().min(1).max(10_000) }),
    query: z.strictObject(signed),
    bodyKind: 'bytes',
    bodyLimitBytes: PART_LIMIT_BYTES,
    timeoutMs: 300_000,
    respond: 'empty',
    errors: [errors.linkInvalid, errors.uploadNotFound, errors.partInvalid],
  },
  completeUpload: {
    method: 'POST',
    path: `${v1}/uploads/:uploadId/complete`,
    summary: 'Check what arrived and make it a file; a repeat returns the same file',
    audience: 'account',
    scope: 'files:write',
    access: 'self',
    params: z.strictObject({ uploadId: UploadId }),
    body: z
      .strictObject({
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
      })
      .prefault({}),
    timeoutMs: 120_000,
    response: StoredFile,
    errors: [
      errors.uploadNotFound,
      errors.uploadIncomplete,
      errors.hashMismatch,
      errors.typeMismatch,
      errors.typeNotAllowed,
      errors.imageUnreadable,
      errors.quotaExceeded,
    ],
  },
  cancelUpload: {
    method: 'DELETE',
    path: `${v1}/uploads/:uploadId`,
    summary: 'Give an upload up',
    audience: 'account',
    scope: 'files:write',
    access: 'self',
    params: z.strictObject({ uploadId: UploadId }),
    respond: 'empty',
    errors: [errors.uploadNotFound],
  },
  listFiles: {
    method: 'GET',
    path: `${v1}/files`,
    summary: 'Your files, newest first',
    audience: 'account',
    scope: 'files:read',
    access: 'self',
    query: PageQuery.extend({ purpose: FilePurpose.optional() }),
    respond: 'page',
    response: StoredFile,
  },
  readFile: {
    method: 'GET',
    path: `${v1}/files/:fileId`,
    summary: 'What is known of a file',
    audience: 'account',
    scope: 'files:read',
    access: 'book:read',
    params: z.strictObject({ fileId: FileId }),
    response: StoredFile,
    errors: [errors.fileNotFound],
  },
  deleteFile: {
    method: 'DELETE',
    path: `${v1}/files/:fileId`,
    summary: 'Delete a file of yours',
    audience: 'account',
    scope: 'files:write',
    access: 'self',
    params: z.strictObject({ fileId: FileId }),
    respond: 'empty',
    errors: [errors.fileNotFound],
  },
  readFileContent: {
    method: 'GET',
    path: `${v1}/files/:fileId/content`,
    summary: 'The bytes: of public files for anybody, of others with the signature of their link',
    description: 'Takes Range (RFC 9110, 14.2). Pictures come as WebP in the size of `variant`.',
    audience: 'optional',
    ratePerMinute: 6000,
    access: 'book:read',
    params: z.strictObject({ fileId: FileId }),
    query: z.strictObject({
      variant: ImageVariant.optional(),
      download: z.string().max(255).optional().describe('File name to save as'),
      expires: signed.expires.optional(),
      signature: signed.signature.optional(),
    }),
    timeoutMs: 300_000,
    respond: 'stream',
    errors: [errors.fileNotFound, errors.linkInvalid, errors.rangeInvalid, errors.imageUnreadable],
  },
  linkFiles: {
    method: 'POST',
    path: `${v1}/files/links`,
    summary: 'Signed addresses of many files at once, for pictures in a text',
    audience: 'account',
    scope: 'files:read',
    body: z.strictObject({ fileIds: z.array(FileId).min(1).max(200), variant: ImageVariant.optional() }),
    response: z
      .array(
        z.object({
          fileId: FileId,
          url: z.string(),
          contentType: z.string(),
          width: z.int().nullable(),
          height: z.int().nullable(),
        }),
      )
      .describe('Files that the caller may not read are left out'),
  },
  readUsage: {
    method: 'GET',
    path: `${v1}/usage`,
    summary: 'How much of the quota is used',
    audience: 'account',
    scope: 'files:read',
    access: 'self',
    response: z.object({ usedBytes: z.int(), quotaBytes: z.int(), fileCount: z.int() }).meta({ id: 'StorageUsage' }),
  },

  putFile: {
    method: 'POST',
    path: `${internal}/files`,
    summary: 'Store bytes for an account; the same `key` again returns the file of before',
    audience: 'service',
    query: z.strictObject({
      name: line(255),
      purpose: FilePurpose,
      ownerId: AccountId,
      bookId: BookId.optional(),
      key: z.string().max(200).optional(),
      contentType: z.string().max(200).optional(),
    }),
    bodyKind: 'bytes',
    bodyLimitBytes: INTERNAL_FILE_LIMIT_BYTES,
    timeoutMs: 120_000,
    response: StoredFile,
    errors: [
      errors.typeNotAllowed,
      errors.typeMismatch,
      errors.imageUnreadable,
      errors.quotaExceeded,
      errors.fileTooLarge,
    ],
  },
  getFileContent: {
    method: 'GET',
    path: `${internal}/files/:fileId/content`,
    summary: 'The bytes of any file',
    audience: 'service',
    params: z.strictObject({ fileId: FileId }),
    timeoutMs: 120_000,
    respond: 'stream',
    errors: [errors.fileNotFound, errors.contentMissing],
  },
  listContents: {
    method: 'GET',
    path: `${internal}/contents`,
    summary: 'Everything that is stored, each content once, with a file that shows it; for checking the bytes',
    audience: 'service',
    query: PageQuery,
    respond: 'page',
    response: z.object({ fileId: FileId, name: z.string(), sha256: z.string(), sizeBytes: z.int() }),
  },
  findFiles: {
    method: 'POST',
    path: `${internal}/files/find`,
    summary: 'What is known of files; unknown ones are left out',
    audience: 'service',
    body: z.strictObject({ fileIds: z.array(FileId).max(2000), variant: ImageVariant.optional() }),
    response: z.array(StoredFile.extend({ ownerId: AccountId })),
  },
  publishFiles: {
    method: 'POST',
    path: `${internal}/files/publish`,
    summary: 'Make files public, because a published book shows them',
    audience: 'service',
    body: z.strictObject({ fileIds: z.array(FileId).max(2000) }),
    respond: 'empty',
  },
  removeFiles: {
    method: 'POST',
    path: `${internal}/files/remove`,
    summary: 'Delete files',
    audience: 'service',
    body: z.strictObject({ fileIds: z.array(FileId).max(2000) }),
    respond: 'empty',
  },
});

export type StorageApi = typeof storageApi;
