import type { IncomingHttpHeaders } from 'node:http';
import fresh from 'fresh';
import parseRange from 'range-parser';
import { etagOf, type Served } from './content-headers.ts';

export type RequestedPart =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'outside' };

/** If-Range: the part is wanted only of what the reader has begun to read (RFC 9110, 13.1.5); compared strongly. */
const isStillThat = (condition: string | string[] | undefined, served: Served): boolean => {
  if (condition === undefined) return true;
  return condition === etagOf(served) || condition === served.modifiedAt.toUTCString();
};

/** The last 5,000 bytes of 1,000 are all of them (RFC 9110, 14.1.2), which the parser does not know. */
const withinSize = (range: string, sizeBytes: number): string => {
  const suffix = /^bytes=\s*-(\d+)\s*$/.exec(range)?.[1];
  return suffix !== undefined && Number(suffix) > sizeBytes ? `bytes=-${sizeBytes}` : range;
};

/**
 * Which bytes a request is for (RFC 9110, 13 and 14). Several ranges at once, and what cannot be understood, are answered
 * with the whole, as the standard allows.
 */
export const requestedPart = (
  served: Served,
  { method, headers }: { readonly method: string; readonly headers: IncomingHttpHeaders },
): RequestedPart => {
  const known = { etag: etagOf(served), 'last-modified': served.modifiedAt.toUTCString() };
  // Cache-Control: no-cache, which fetch adds by itself, speaks to caches on the way; we are where it leads
  const { 'cache-control': _forCaches, ...conditions } = headers;
  if (fresh(conditions, known)) return { kind: 'not-modified' };
  const { range, 'if-range': condition } = headers;
  if (range === undefined || method !== 'GET' || !isStillThat(condition, served)) return { kind: 'whole' };
  const ranges = parseRange(served.sizeBytes, withinSize(range, served.sizeBytes), { combine: true });
  if (ranges === -1) return { kind: 'outside' };
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return { kind: 'whole' };
  const [only] = ranges;
  return only ? { kind: 'part', start: only.start, end: only.end } : { kind: 'whole' };
};
