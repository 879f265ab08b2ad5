import { storageErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { StorageContext } from '../context.ts';
import { PictureError } from '../picture/picture-process.ts';
import { isPictureType, MAX_PICTURE_BYTES } from '../picture/picture-task.ts';
import { detectType, isTwoThings } from './detect-type.ts';
import type { Examined } from './examine.ts';
import { type Claims, judgeType } from './type-policy.ts';

export interface CheckedContent {
  readonly type: string;
  /** Of pictures, in pixels. */
  readonly width: number | null;
  readonly height: number | null;
}

const inspect = async (
  { pictures, log }: Pick<StorageContext, 'pictures' | 'log'>,
  source: Parameters<StorageContext['pictures']['inspect']>[0],
): Promise<{ width: number; height: number }> => {
  try {
    return await pictures.inspect(source);
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    log.info({ reason: error.message, type: source.type }, 'a picture cannot be read');
    throw fail(storageErrors.imageUnreadable, { cause: error });
  }
};

/**
 * Looks into a content and decides what it is kept as.
 * @param open Gives the stored content, for pictures, which are decoded once.
 * @throws AppError STORAGE_TYPE_MISMATCH, STORAGE_TYPE_NOT_ALLOWED, STORAGE_IMAGE_UNREADABLE.
 */
export const checkContent = async (
  context: Pick<StorageContext, 'pictures' | 'log'>,
  claims: Claims,
  examined: Examined,
  open: () => Promise<AsyncIterable<Uint8Array>>,
): Promise<CheckedContent> => {
  const judged = judgeType(claims, await detectType(examined));
  if (judged.verdict === 'type-not-allowed') throw fail(storageErrors.typeNotAllowed);
  if (judged.verdict === 'type-mismatch') throw fail(storageErrors.typeMismatch);
  const { type } = judged;
  if (isTwoThings(type, examined))
    throw fail(storageErrors.typeMismatch, { message: 'This picture is another kind of file at the same time.' });
  const { sizeBytes } = examined;
  if (!isPictureType(type) || sizeBytes > MAX_PICTURE_BYTES) return { type, width: null, height: null };
  return { type, ...(await inspect(context, { type, sizeBytes, open })) };
};
