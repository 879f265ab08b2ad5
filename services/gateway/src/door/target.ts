import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';

/** What a request asks for: exactly one spelling of each address gets past the door. */
export interface Target {
  readonly path: string;
  /** With its question mark, or ''. */
  readonly search: string;
}

/** Visible ASCII without backslash and fragment (RFC 3986, 3.3). */
const PATH = /^\/[\x21\x24-\x5b\x5d-\x7e]*$/;
const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/;
/** Encoded slash, backslash, NUL: two readers of the same path could disagree about where it leads. */
const HIDDEN = /%(?:2f|5c|00)/i;

const isCanonical = (path: string): boolean => {
  if (!PATH.test(path) || path.includes('//')) return false;
  if (!path.includes('%')) return !DOT_SEGMENT.test(path);
  return !HIDDEN.test(path) && !DOT_SEGMENT.test(path.replace(/%2e/gi, '.'));
};

/** Servers must take the absolute form (RFC 9112, 3.2.2); whose name it carries does not matter. */
const withoutOrigin = (requestTarget: string): string => {
  const origin = /^https?:\/\/[^/?#]*/i.exec(requestTarget)?.[0];
  if (origin === undefined) return requestTarget;
  const rest = requestTarget.slice(origin.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
};

/**
 * Reads a request target. Spellings that another reader might take for another address (`//`, `..`, encoded slashes) are
 * refused rather than tidied up, so that what was checked is what is forwarded, byte for byte.
 * @throws AppError REQUEST_MALFORMED
 */
export const targetOf = (requestTarget: string): Target => {
  const origin = withoutOrigin(requestTarget);
  const mark = origin.indexOf('?');
  const path = mark < 0 ? origin : origin.slice(0, mark);
  const search = mark < 0 ? '' : origin.slice(mark);
  if (!isCanonical(path) || search.includes('#'))
    throw fail(platformErrors.malformedRequest, { message: 'This address is not written in its plain form.' });
  return { path, search };
};
