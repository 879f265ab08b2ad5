/** Addresses of the app's pages; others are answered with the app's own "not found" page and the status 404. */
const PAGES: readonly RegExp[] = [
  /^\/$/,
  /^\/(?:sign-in|sign-up|forgot-password|reset-password|verify-email|books|operator|outbox)$/,
  /^\/account(?:\/[\w-]+)?$/,
  /^\/console(?:\/[\w-]+){0,2}$/,
  /^\/shelf(?:\/bin|\/imports\/[\w-]+|\/[\w-]+)?$/,
  /^\/write\/[\w-]+(?:\/[\w-]+)?$/,
  /^\/books\/[\w-]+$/,
  /^\/read\/[\w-]+(?:\/[\w-]+)?$/,
];

const BOOK = /^\/(?:books|read)\/([a-z0-9]+(?:-[a-z0-9]+)*)(?:\/[\w-]+)?$/;

/** A path without the slash at its end. */
const bare = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

export const isPage = (path: string): boolean => PAGES.some((page) => page.test(bare(path)));

/** The published book that a path shows: its slug. */
export const slugOfPath = (path: string): string | undefined => BOOK.exec(bare(path))?.[1];

/** Whether a path names a file; a missing one must not be answered with the app. */
export const isFile = (path: string): boolean =>
  path.startsWith('/assets/') || path.startsWith('/icons/') || (path.split('/').at(-1) ?? '').includes('.');
