/** Longest address that a link may have, in UTF-16 units. */
export const HREF_LIMIT = 4096;

const WEB = /^https?:\/\/[^/?#\\]/i;
const MAIL = /^mailto:\S+$/i;
const ANCHOR = /^#\S+$/;

/** White space and control characters, which browsers partly ignore inside of an address ("java\nscript:"). */
// oxlint-disable-next-line no-control-regex -- control characters are what this refuses
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/;

/** What the URL standard never leaves bare, and what epubcheck refuses. */
const NEEDS_ESCAPE = /[\s"<>\\^`{|}]/g;

const escapeCharacter = (character: string): string => encodeURIComponent(character);

/**
 * Whether a link of a manuscript may lead there: `http:`, `https:`, `mailto:` and anchors within the book (`#name`).
 * Everything else (`javascript:`, `data:`, `file:`, relative addresses) is refused.
 */
export const isAllowedHref = (value: unknown): value is string => {
  if (typeof value !== 'string' || value.length > HREF_LIMIT || UNPRINTABLE.test(value) || !value.isWellFormed()) {
    return false;
  }
  if (WEB.test(value)) return URL.canParse(value);
  return MAIL.test(value) || ANCHOR.test(value);
};

/**
 * The address as it is kept: what browsers ignore is removed, what an address may not hold is percent-encoded.
 * `null` when a manuscript may not link there.
 */
export const normaliseHref = (value: string): string | null => {
  if (value.length > HREF_LIMIT) return null;
  const bare = value.replace(/[\t\n\r]/g, '').trim();
  if (!isAllowedHref(bare)) return null;
  const escaped = bare.replace(NEEDS_ESCAPE, escapeCharacter);
  return isAllowedHref(escaped) ? escaped : null;
};
