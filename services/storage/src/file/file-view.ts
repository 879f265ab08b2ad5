import {
  type BookId,
  type FileId,
  type FilePurpose,
  type ImageVariant,
  storageApi,
  type StoredFile,
} from '@authorworks/contracts';
import type { StorageContext } from '../context.ts';
import { type Links, readingExpiry } from '../link/links.ts';
import { fit, isPictureType, MAX_PICTURE_BYTES, variantEdges } from '../picture/picture-task.ts';
import type { FileRow } from './file-store.ts';

/** The path of a file's content, which its link's signature is for. */
export const contentPath = (fileId: string): string => storageApi.readFileContent.path.replace(':fileId', fileId);

/** Whether a file has variants: it was read as a picture when it was stored. */
export const hasVariants = (file: Pick<FileRow, 'contentType' | 'width' | 'sizeBytes'>): boolean =>
  isPictureType(file.contentType) && file.width !== null && file.sizeBytes <= MAX_PICTURE_BYTES;

const addressOf = (
  file: Pick<FileRow, 'id' | 'visibility'>,
  variant: ImageVariant | undefined,
  { links, now }: { readonly links: Links; readonly now: Date },
): string => {
  const path = contentPath(file.id);
  const query = new URLSearchParams(variant === undefined ? {} : { variant });
  if (file.visibility !== 'public') {
    const { expires, signature } = links.sign('GET', path, readingExpiry(now));
    query.set('expires', String(expires));
    query.set('signature', signature);
  }
  return query.size > 0 ? `${path}?${query}` : path;
};

/** A file as others see it; with a variant, its address is that of the picture in this size. */
export const fileView = (
  { links, clock }: Pick<StorageContext, 'links' | 'clock'>,
  file: FileRow,
  variant?: ImageVariant,
): StoredFile => {
  const shown = hasVariants(file) ? variant : undefined;
  return {
    // rows hold what the contract's schemas let in
    id: file.id as FileId,
    name: file.name,
    purpose: file.purpose as FilePurpose,
    contentType: file.contentType,
    sizeBytes: Number(file.sizeBytes),
    sha256: file.sha256,
    visibility: file.visibility === 'public' ? 'public' : 'private',
    bookId: file.bookId as BookId | null,
    width: file.width,
    height: file.height,
    url: addressOf(file, shown, { links, now: clock.now() }),
    createdAt: file.createdAt.toISOString(),
  };
};

export interface FileLink {
  readonly fileId: FileId;
  readonly url: string;
  readonly contentType: string;
  readonly width: number | null;
  readonly height: number | null;
}

/** Where a file's content is and how large a place it needs on a page. */
export const linkView = (
  context: Pick<StorageContext, 'links' | 'clock'>,
  file: FileRow,
  variant?: ImageVariant,
): FileLink => {
  const { id, url, contentType, width, height } = fileView(context, file, variant);
  if (variant === undefined || !hasVariants(file)) return { fileId: id, url, contentType, width, height };
  return { fileId: id, url, contentType: 'image/webp', ...fit(width ?? 1, height ?? 1, variantEdges[variant]) };
};
