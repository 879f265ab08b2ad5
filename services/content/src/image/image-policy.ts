/** What storage knows of a file, as far as it decides whether a book may show it. */
export interface OwnedFile {
  readonly ownerId: string;
  readonly bookId: string | null;
  readonly contentType: string;
}

/** A book and those who work on it. */
export interface PictureUsers {
  readonly bookId: string;
  readonly memberIds: ReadonlySet<string>;
}

/**
 * Whether a book may show a file: a picture that was stored for this book, or that somebody who works on it owns. Any
 * text can name any file's id; without this rule one could have strangers' private pictures signed, exported or published.
 */
export const mayShowFile = (file: OwnedFile, { bookId, memberIds }: PictureUsers): boolean =>
  file.contentType.startsWith('image/') &&
  (file.bookId === bookId || (file.bookId === null && memberIds.has(file.ownerId)));
