/**
 * Lets browsers and proxies keep what anybody may read, and ask again whether it is still the same: express answers 304
 * when the tag that they have is this one (RFC 9110, 13.1.2). What depends on the book's being public must be asked each
 * time, so that a book that is withdrawn is gone at once.
 */
export const letRevalidate = (
  call: { readonly setHeader: (name: string, value: string) => void },
  parts: readonly string[],
): void => {
  call.setHeader('etag', `"${parts.join('-')}"`);
  call.setHeader('cache-control', 'public, no-cache');
};
