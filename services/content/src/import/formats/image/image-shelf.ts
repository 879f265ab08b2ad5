import type { ImportedImage } from '../../imported-book.ts';
import { decodeText } from '../decode-text.ts';
import type { NoteList } from '../notes.ts';
import { cleanSvg } from '../../../image/clean-svg.ts';
import { endingOfType, imageTypeOf } from '../../../image/image-type.ts';

/** How pictures of one book may be, all together; how many pixels each may have is storage's to say. */
export const imageLimits = { count: 1_000, bytes: 32 * 1024 * 1024, totalBytes: 128 * 1024 * 1024 } as const;

const DATA_URI = /^\s*data:([\w.+/-]*)((?:;[\w=.-]+)*?)(;base64)?,/i;
const NAME_LIMIT = 200;

const lastStep = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A picture in the text itself, as `data:` addresses hold them. */
const decodeDataUri = (uri: string): Uint8Array | null => {
  const head = DATA_URI.exec(uri);
  if (!head || uri.length > imageLimits.bytes * 1.4) return null;
  const data = uri.slice(head[0].length);
  if (head[3] !== undefined) return Buffer.from(data, 'base64');
  try {
    return Buffer.from(decodeURIComponent(data), 'utf8');
  } catch {
    return null;
  }
};

/** Whether an address holds the picture itself. */
export const isDataUri = (src: string): boolean => /^\s*data:/i.test(src);

/**
 * The pictures of a book as they are asked for: each place in the source is one picture, however often the text shows it.
 */
export class ImageShelf {
  readonly #names = new Map<string, string>();
  readonly #data = new Map<string, Uint8Array>();
  readonly #notes: NoteList;

  constructor(notes: NoteList) {
    this.#notes = notes;
  }

  /** The name by which the text shows the picture at a place of the source. */
  nameOf(place: string): string | null {
    const known = this.#names.get(place);
    if (known !== undefined) return known;
    if (this.#names.size >= imageLimits.count) {
      this.#notes.add('image-limit', place.slice(0, NAME_LIMIT));
      return null;
    }
    const name = `picture-${this.#names.size + 1}`;
    this.#names.set(place, name);
    return name;
  }

  /** The name of a picture that a `data:` address holds. */
  nameOfData(uri: string): string | null {
    const known = this.#names.get(uri);
    if (known !== undefined) return known;
    const bytes = decodeDataUri(uri);
    const name = bytes && this.nameOf(uri);
    if (bytes && name !== null) this.#data.set(uri, bytes);
    return name;
  }

  /** The places that were asked for. */
  get places(): string[] {
    return [...this.#names.keys()];
  }

  /**
   * Brings the pictures that were asked for. Those that cannot be shown are left out, with a note.
   * @param read The bytes at a place; null when there are none.
   */
  async take(read: (place: string) => Promise<Uint8Array | null>): Promise<ImportedImage[]> {
    const images: ImportedImage[] = [];
    let totalBytes = 0;
    for (const [place, name] of this.#names) {
      const isData = this.#data.has(place);
      const where = isData ? '' : place;
      const bytes = this.#data.get(place) ?? (await read(place));
      if (!bytes) {
        this.#notes.add('image-missing', where);
        continue;
      }
      if (bytes.length > imageLimits.bytes || totalBytes + bytes.length > imageLimits.totalBytes) {
        this.#notes.add('image-limit', where);
        continue;
      }
      const image = this.#check(bytes, { name, where });
      if (!image) continue;
      totalBytes += image.bytes.length;
      images.push(image);
    }
    return images;
  }

  #check(bytes: Uint8Array, { name, where }: { readonly name: string; readonly where: string }): ImportedImage | null {
    const contentType = imageTypeOf(bytes);
    const label = lastStep(where) || name;
    if (contentType === null) {
      this.#notes.add('image-unreadable', where);
      return null;
    }
    if (contentType !== 'image/svg+xml') {
      const fileName = label.includes('.') ? label : `${label}.${endingOfType(contentType)}`;
      return { name, fileName: fileName.slice(-NAME_LIMIT), contentType, bytes };
    }
    const clean = cleanSvg(decodeText(bytes, 'markup').text);
    if (!clean) {
      this.#notes.add('image-unreadable', where);
      return null;
    }
    if (clean.wasChanged) this.#notes.add('image-cleaned', where);
    const fileName = label.includes('.') ? label : `${label}.svg`;
    return { name, fileName: fileName.slice(-NAME_LIMIT), contentType, bytes: new TextEncoder().encode(clean.svg) };
  }
}
