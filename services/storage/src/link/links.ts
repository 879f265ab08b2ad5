import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What a signed address carries in its query. */
export interface Signed {
  /** Seconds since 1970. */
  readonly expires: number;
  readonly signature: string;
}

/**
 * Signs addresses: whoever has one may send this method to this path until it expires, without a token. HMAC-SHA-256 over
 * method, path and expiry, by a key that is derived from SERVICE_KEY (HKDF, RFC 5869) and used for nothing else.
 */
export interface Links {
  readonly sign: (method: 'GET' | 'PUT', path: string, expires: number) => Signed;
  readonly isValid: (method: 'GET' | 'PUT', path: string, signed: Signed, now: Date) => boolean;
}

const SIGNATURE_BYTES = 32;
/** A link for reading lives from one to two of these, so that it stays the same for a while and browsers can cache by it. */
const READING_SECONDS = 3_600;

export const openLinks = (serviceKey: string): Links => {
  const key = Buffer.from(hkdfSync('sha256', serviceKey, '', 'authorworks storage links', 32));
  const macOf = (method: string, path: string, expires: number): Buffer =>
    createHmac('sha256', key).update(`${method}\n${path}\n${expires}`).digest();
  return {
    sign: (method, path, expires) => ({ expires, signature: macOf(method, path, expires).toString('base64url') }),
    isValid: (method, path, { expires, signature }, now) => {
      const given = Buffer.from(signature, 'base64url');
      // another spelling of the same bytes is another signature
      const isPlain = given.length === SIGNATURE_BYTES && given.toString('base64url') === signature;
      const isRight = isPlain && timingSafeEqual(given, macOf(method, path, expires));
      return isRight && expires * 1000 > now.getTime();
    },
  };
};

/** When a link for reading that is given out now expires: in at least an hour. */
export const readingExpiry = (now: Date): number =>
  (Math.floor(now.getTime() / 1000 / READING_SECONDS) + 2) * READING_SECONDS;

/** Seconds until a link expires, for how long its answer may be kept. */
export const secondsLeft = (expires: number, now: Date): number =>
  Math.max(0, Math.floor(expires - now.getTime() / 1000));
