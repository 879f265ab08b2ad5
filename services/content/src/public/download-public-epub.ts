import { contentErrors, type ContentApi, storageErrors } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { fail, type Operation } from '@authorworks/platform';
import { type CompilationRow, loseFile } from '../compilation/compilation-store.ts';
import type { ContentContext } from '../context.ts';
import { fileOfEdition } from './edition-file.ts';
import { findPublicEdition } from './public-store.ts';

/** Readers wait for a file that is being made, but the gateway does not wait for ever (contract: 60 s). */
const PATIENCE_MS = 50_000;

const GONE: ReadonlySet<string> = new Set([storageErrors.fileNotFound.code, storageErrors.contentMissing.code]);

type Made = CompilationRow & { readonly fileId: string };

const fetchFile = async ({ storage }: ContentContext, { fileId }: Made, signal: AbortSignal): Promise<Response> =>
  await storage.getFileContent({ params: { fileId: fileId } }, { signal });

/** ASCII for old programs, and the same for new ones: slugs have nothing else (RFC 6266). */
const headersOf = (made: Made, slug: string): Record<string, string> => ({
  'content-type': 'application/epub+zip',
  'content-disposition': `attachment; filename="${slug}.epub"`,
  'cache-control': 'public, no-cache',
  etag: `"${made.sha256 ?? made.id}"`,
  ...(made.sizeBytes === null ? {} : { 'content-length': String(made.sizeBytes) }),
});

export const downloadPublicEpub: Operation<ContentContext, ContentApi['downloadPublicEpub']> = async (
  context,
  { params, headers, signal },
) => {
  const edition = await findPublicEdition(context.db, params.slug);
  if (!edition) throw fail(contentErrors.notPublished);
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  let made = await fileOfEdition(context, edition, patience);
  const own = headersOf(made, params.slug);
  if (headers['if-none-match'] === own['etag']) return { status: 304, headers: own, body: null };
  let response: Response;
  try {
    response = await fetchFile(context, made, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || !GONE.has(error.code)) throw error;
    // somebody removed the file, or its bytes, behind our back: make it once more
    await loseFile(context.db, made.fileId);
    made = await fileOfEdition(context, edition, patience);
    response = await fetchFile(context, made, signal);
  }
  return { headers: headersOf(made, params.slug), body: response.body as AsyncIterable<Uint8Array> | null };
};
