import { cleanSvg } from '../../../image/clean-svg.ts';
import { endingOfType, imageTypeOf } from '../../../image/image-type.ts';
import type { CompilableImage } from '../../compilable-book.ts';

/** A picture as it lies in the book. */
export interface Picture {
  readonly fileId: string;
  /** From the package document. */
  readonly href: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface Pictures {
  readonly byId: ReadonlyMap<string, Picture>;
  /** File ids of those that no reading system has to be able to show (EPUB 3.3, core media types), or that are broken. */
  readonly unfit: readonly string[];
  /** File ids of drawings of which something was left out that could run or fetch. */
  readonly cleaned: readonly string[];
}

/** EPUB 3.3, 3.2: pictures that every reading system shows. */
const CORE_TYPES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/svg+xml']);
const NAME = /^[0-9A-Za-z_-]{1,64}$/;

/** Pictures by what they are, not by what they are called; drawings only with what draws. */
export const choosePictures = (images: readonly CompilableImage[]): Pictures => {
  const byId = new Map<string, Picture>();
  const unfit: string[] = [];
  const cleaned: string[] = [];
  for (const { fileId, bytes } of images) {
    const contentType = imageTypeOf(bytes);
    const svg = contentType === 'image/svg+xml' ? cleanSvg(new TextDecoder().decode(bytes)) : null;
    const isFit = contentType !== null && CORE_TYPES.has(contentType) && NAME.test(fileId);
    if (!isFit || (contentType === 'image/svg+xml' && svg === null)) {
      unfit.push(fileId);
      continue;
    }
    if (svg?.wasChanged) cleaned.push(fileId);
    const href = `images/${fileId}.${endingOfType(contentType)}`;
    byId.set(fileId, { fileId, href, contentType, bytes: svg ? new TextEncoder().encode(svg.svg) : bytes });
  }
  return { byId, unfit, cleaned };
};
