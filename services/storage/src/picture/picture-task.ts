import type { ImageVariant } from '@authorworks/contracts';

/** Pictures that are read, by the type that was found in their bytes. */
export const pictureTypes = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/svg+xml',
] as const;
export type PictureType = (typeof pictureTypes)[number];

export const isPictureType = (type: string): type is PictureType => pictureTypes.some((known) => known === type);

/** Longer edge of each variant, in pixels. */
export const variantEdges: Readonly<Record<ImageVariant, number>> = { w160: 160, w320: 320, w640: 640, w1280: 1280 };

/** 64 megapixels, more than the cameras of phones make; decoding needs up to 6 bytes for each (progressive JPEG). */
export const MAX_PIXELS = 64_000_000;
/** Larger ones are kept, but not read as pictures. */
export const MAX_PICTURE_BYTES = 64 * 1024 * 1024;

/** What a picture process is asked. The picture's bytes follow. */
export interface PictureTask {
  readonly kind: 'inspect' | 'resize';
  readonly type: PictureType;
  readonly sizeBytes: number;
  /** Longer edge of the result, for `resize`. */
  readonly edge: number;
}

/** What it answers. For `resize`, the bytes of a WebP picture follow. */
export type PictureAnswer =
  | { readonly ok: true; readonly width: number; readonly height: number; readonly sizeBytes: number }
  | { readonly ok: false; readonly reason: string };

/** Said once, when it can work. */
export interface PictureReady {
  /** What the operating system counts as its private memory, in KiB; 0 where that is not told. */
  readonly dataKiB: number;
}

/** The size in which a variant is made: fitted into a square of `edge`, never enlarged. */
export const fit = (
  width: number,
  height: number,
  edge: number,
): { readonly width: number; readonly height: number } => {
  const scale = Math.min(1, edge / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
};
