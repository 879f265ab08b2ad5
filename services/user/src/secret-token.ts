import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** 256 random bits, safe in URLs, cookies and headers. */
export const newSecret = (bytes = TOKEN_BYTES): string => randomBytes(bytes).toString('base64url');

/**
 * What is kept of a secret. A plain SHA-256 is enough, because there is nothing to guess in 256 random bits; looking a
 * row up by it tells a thief of the table, or of its timing, nothing.
 */
export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
