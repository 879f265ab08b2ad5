import { type AccountId, type ImageVariant, type StorageApi, storageErrors as errors } from '@authorworks/contracts';
import { type Auth, fail, type Operation } from '@authorworks/platform';
import type { Keeping, Served } from '../content/content-headers.ts';
import { serveContent } from '../content/serve-content.ts';
import type { StorageContext } from '../context.ts';
import { secondsLeft, type Signed } from '../link/links.ts';
import { judgeContentRequest } from './file-policy.ts';
import { type FileWithObject, findFileWithObject } from './file-store.ts';
import { contentPath } from './file-view.ts';
import { mayReadFile } from './readable-file.ts';

interface Asking {
  readonly fileId: string;
  readonly auth: Auth;
  readonly signed: Signed | undefined;
}

/** The file, if it may be read, and how long the answer may be kept. */
const grant = async (context: StorageContext, asking: Asking): Promise<{ file: FileWithObject; keeping: Keeping }> => {
  const { links, clock, db } = context;
  const { fileId, auth, signed } = asking;
  const now = clock.now();
  const file = (await findFileWithObject(db, fileId)) ?? undefined;
  const isValid = signed !== undefined && links.isValid('GET', contentPath(fileId), signed, now);
  const signature = signed === undefined ? 'none' : isValid ? 'valid' : 'invalid';
  const mayAsk = (accountId: AccountId): Promise<boolean> | false => !!file && mayReadFile(context, file, accountId);
  // content is asked only when nothing else decides
  const open = file?.visibility === 'public' || isValid;
  const accountMay = !open && auth.kind === 'account' && (await mayAsk(auth.accountId));
  const judged = judgeContentRequest({ file, signature, accountMay });
  if (judged === 'link-invalid') throw fail(errors.linkInvalid);
  if (judged === 'not-found' || !file) throw fail(errors.fileNotFound);
  if (file.visibility === 'public') return { file, keeping: { who: 'anybody' } };
  if (!isValid || !signed) return { file, keeping: { who: 'account' } };
  return { file, keeping: { who: 'link', seconds: secondsLeft(signed.expires, now) } };
};

/** The file itself, or the picture in another size. */
const objectOf = async (
  context: StorageContext,
  file: FileWithObject,
  variant: ImageVariant | undefined,
): Promise<Served & { readonly key: string }> => {
  const { name, contentType: type, sha256, createdAt: modifiedAt } = file;
  if (variant === undefined)
    return { name, type, sha256, modifiedAt, sizeBytes: Number(file.sizeBytes), key: file.blob.key };
  const { key, sizeBytes, sha256: hash } = await context.variants.of(context, file, variant);
  // named like the picture, without the extension of a type that it has no longer
  const bare = name.replace(/\.[a-z0-9]{1,5}$/i, '') || name;
  return { name: bare, type: 'image/webp', sha256: hash, modifiedAt, sizeBytes, key };
};

export const readFileContent: Operation<StorageContext, StorageApi['readFileContent']> = async (context, call) => {
  const { variant, download, expires, signature } = call.query;
  const { fileId } = call.params;
  // half a signature is a wrong one
  const isSigned = expires !== undefined || signature !== undefined;
  const signed = isSigned ? { expires: expires ?? 0, signature: signature ?? '' } : undefined;
  const { file, keeping } = await grant(context, { fileId, auth: call.auth, signed });
  const object = await objectOf(context, file, variant);
  return await serveContent(context.blobs, object, call, { keeping, saveAs: download });
};
