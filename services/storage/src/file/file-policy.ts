/** What decides about a file. */
export interface GuardedFile {
  readonly ownerId: string;
  readonly visibility: string;
  readonly bookId: string | null;
}

/**
 * Whether somebody may know of a file and read it: its owner, and whoever may read the book that it belongs to.
 * `ask`: it depends on their role in the book.
 */
export const judgeReader = (file: Pick<GuardedFile, 'ownerId' | 'bookId'>, accountId: string): 'yes' | 'no' | 'ask' => {
  if (file.ownerId === accountId) return 'yes';
  return file.bookId === null ? 'no' : 'ask';
};

/** How a content was asked for. */
export interface ContentRequest {
  /** undefined: there is no such file. */
  readonly file: GuardedFile | undefined;
  readonly signature: 'none' | 'valid' | 'invalid';
  /** Whether the caller's account may read the file; not known yet where nobody asked. */
  readonly accountMay: boolean;
}

/**
 * Whether a content may be read. A public file, by anybody; another by its link, or by an account that may read it. A bad
 * link is refused the same way whether or not there is such a file.
 */
export const judgeContentRequest = ({
  file,
  signature,
  accountMay,
}: ContentRequest): 'allowed' | 'not-found' | 'link-invalid' => {
  if (file && (file.visibility === 'public' || signature === 'valid' || accountMay)) return 'allowed';
  return signature === 'invalid' ? 'link-invalid' : 'not-found';
};

/** Whether an account that uses so much may have so much more. */
export const fitsQuota = (usedBytes: number, addedBytes: number, quotaBytes: number): boolean =>
  usedBytes + addedBytes <= quotaBytes;
