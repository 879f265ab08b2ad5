import { create as contentDisposition } from 'content-disposition';
import { fileTypes, nameFor } from './file-types.ts';

/** A content as it is served. */
export interface Served {
  readonly type: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Of exactly these bytes; its strong ETag is made of it. */
  readonly sha256: string;
  readonly modifiedAt: Date;
}

/** Who may keep a copy, and for how long. */
export type Keeping =
  | { readonly who: 'anybody' }
  /** Whoever has the link, until it expires. */
  | { readonly who: 'link'; readonly seconds: number }
  /** An account that may read it today; it is asked again each time. */
  | { readonly who: 'account' };

/** A content never changes under its address. */
const YEAR_SECONDS = 365 * 24 * 60 * 60;

const cacheControl = (keeping: Keeping): string => {
  if (keeping.who === 'anybody') return `public, max-age=${YEAR_SECONDS}, immutable`;
  if (keeping.who === 'link') return `private, max-age=${keeping.seconds}, immutable`;
  return 'private, no-cache';
};

// oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
const CONTROLS = /[\u0000-\u001f\u007f]/g;

/** Control characters would be taken for the end of a header; slashes for folders. */
const safeName = (name: string): string => name.replace(CONTROLS, '').replace(/[\\/]/g, '_').trim();

/** How a browser is to treat it: shown only if nothing in it can act, and saved under a name that fits its type. */
export const dispositionOf = ({ type, name }: Pick<Served, 'type' | 'name'>, saveAs: string | undefined): string => {
  const wanted = safeName(saveAs ?? '') || safeName(name) || 'file';
  const inline = saveAs === undefined && (fileTypes[type]?.inline ?? false);
  return contentDisposition(nameFor(wanted, type), { type: inline ? 'inline' : 'attachment' });
};

export const etagOf = ({ sha256 }: Pick<Served, 'sha256'>): string => `"${sha256}"`;

/** Headers of a content, whatever part of it is sent. */
export const contentHeaders = (
  served: Served,
  { keeping, saveAs }: { readonly keeping: Keeping; readonly saveAs: string | undefined },
): Record<string, string> => ({
  'content-type': fileTypes[served.type]?.header ?? served.type,
  'content-disposition': dispositionOf(served, saveAs),
  'accept-ranges': 'bytes',
  'cache-control': cacheControl(keeping),
  etag: etagOf(served),
  'last-modified': served.modifiedAt.toUTCString(),
  'x-content-type-options': 'nosniff',
  // if it is opened as a page of its own, it is one without an origin, scripts, forms, frames or anything loaded
  'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  // pictures of published books may stand on other people's pages
  ...(keeping.who === 'anybody' ? { 'cross-origin-resource-policy': 'cross-origin' } : {}),
  // the same address answers others differently
  ...(keeping.who === 'account' ? { vary: 'authorization' } : {}),
});
