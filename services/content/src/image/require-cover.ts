import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { ContentContext } from '../context.ts';
import { findPictures } from './find-pictures.ts';

const PROBLEM = 'is not a picture of yours';

/** @throws REQUEST_INVALID when a file cannot be the cover of a book: it is not there, no picture, or a stranger's. */
export const requireCover = async (
  context: Pick<ContentContext, 'db' | 'storage'>,
  { bookId, fileId }: { readonly bookId: string; readonly fileId: string },
): Promise<void> => {
  const [cover] = await findPictures(context, bookId, [fileId]);
  if (cover) return;
  throw fail(platformErrors.invalidRequest, {
    message: `The request is not valid: body.coverFileId ${PROBLEM}`,
    fields: [{ path: 'body.coverFileId', message: PROBLEM }],
  });
};
