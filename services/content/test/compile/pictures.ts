import sharp from 'sharp';
import type { CompilableImage } from '../../src/compile/compilable-book.ts';

type Raster = 'png' | 'jpeg' | 'gif' | 'webp' | 'avif';

/** A picture of a kind that is a real one, if small. */
export const pictureOf = async (format: Raster, size = 24): Promise<Uint8Array> => {
  const square = { width: size, height: size, channels: 3, background: '#8899aa' } as const;
  return new Uint8Array(await sharp({ create: square }).toFormat(format).toBuffer());
};

export const SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 20 20" width="20" height="20">
<title>A buoy</title><defs><linearGradient id="sea"><stop offset="0" stop-color="#123"/><stop offset="1" stop-color="#456"/></linearGradient></defs>
<rect width="20" height="20" fill="url(#sea)"/><g id="b" class="buoy"><circle cx="10" cy="10" r="4" style="fill: red"/></g><use xlink:href="#b" x="2"/>
<text x="1" y="18" font-size="3">Sallow Holm</text></svg>`;

export const imageOf = (fileId: string, bytes: Uint8Array | string): CompilableImage => ({
  fileId,
  name: `${fileId}.bin`,
  contentType: 'application/octet-stream',
  bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
  width: null,
  height: null,
});
