import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';
import { fromXhtml } from '@authorworks/manuscript/xhtml';
import { newStyleBudget, type StyleOf, styleOfRules } from '../css/book-styles.ts';
import { readStyleSheet, type StyleRule } from '../css/style-sheet.ts';
import { decodeText } from '../decode-text.ts';
import { type ImageShelf, isDataUri } from '../image/image-shelf.ts';
import type { NoteList } from '../notes.ts';
import { findCrossNotes } from './cross-notes.ts';
import type { OpenEpub } from './epub-package.ts';
import { isExternal, resolveHref } from './epub-path.ts';
import type { TextFile } from './text-file.ts';

const { nodes } = manuscriptSchema;

/** A text of the book as blocks of a manuscript. Links within the book are `linkToken`s until all texts are read. */
export interface ConvertedText {
  readonly file: TextFile;
  readonly blocks: readonly DocNode[];
  /** Ids of the source, and the block at which each stands. */
  readonly anchors: ReadonlyMap<string, string>;
}

const SHEET_LIMIT_BYTES = 2 * 1024 * 1024;

/** How a link within the book is written until it is known at which block it leads. */
export const linkToken = (file: number, fragment: string): string => `#~${file}~${encodeURIComponent(fragment)}`;

/** What a token means; null for what is none. */
export const readLinkToken = (href: string): { readonly file: number; readonly fragment: string } | null => {
  const [, file, fragment = ''] = /^#~(\d+)~(.*)$/.exec(href) ?? [];
  return file === undefined ? null : { file: Number(file), fragment: decodeURIComponent(fragment) };
};

/** The style sheets of a book, each read once. */
class Sheets {
  readonly #epub: OpenEpub;
  readonly #read = new Map<string, readonly StyleRule[]>();
  readonly #budget = newStyleBudget();

  constructor(epub: OpenEpub) {
    this.#epub = epub;
  }

  async #rulesOf(path: string): Promise<readonly StyleRule[]> {
    const known = this.#read.get(path);
    if (known) return known;
    const { archive } = this.#epub;
    const file = archive.find(path);
    // a sheet that is missing, damaged or too large is as good as none
    const content = file && (await archive.read(file, SHEET_LIMIT_BYTES).catch(() => null));
    const rules = content ? readStyleSheet(decodeText(content.bytes, 'markup').text) : [];
    this.#read.set(path, rules);
    return rules;
  }

  async styleOf({ sheets }: TextFile): Promise<StyleOf | undefined> {
    const rules: StyleRule[] = [];
    for (const { path, css } of sheets.slice(0, 50))
      rules.push(...(path === null ? readStyleSheet(css) : await this.#rulesOf(path)));
    return styleOfRules(rules, this.#budget);
  }
}

export interface Conversion {
  readonly epub: OpenEpub;
  /** Language of the book; '' when it does not say. */
  readonly language: string;
  readonly images: ImageShelf;
  readonly notes: NoteList;
}

/** The name of a picture of a text; null, with a note, for one that does not come with the book. */
const imageName = (src: string, from: string, { epub, images, notes }: Conversion): string | null => {
  if (isDataUri(src)) {
    const name = images.nameOfData(src);
    if (name === null) notes.add('image-unreadable', from);
    return name;
  }
  const address = resolveHref(from, src);
  const file = address && epub.archive.find(address.path);
  if (file) return images.nameOf(file.path);
  notes.add(isExternal(src) ? 'remote-image-lost' : 'image-missing', `${from} · ${src.slice(0, 100)}`);
  return null;
};

const isEmptyText = (blocks: readonly DocNode[]): boolean =>
  blocks.every((block) => block.type === nodes.paragraph && block.childCount === 0);

const onlyHeadings = (blocks: readonly DocNode[]): boolean =>
  blocks.every(({ type }) => type === nodes.heading || type === nodes.sceneBreak);

/** Everything that pictures are lost by is noted here with its reason. */
const OWN_NOTES = new Set(['image-lost']);

/**
 * Converts the texts of a book, those last that hold notes for others: what was put where the text refers to it is no
 * part of them any more.
 */
export const convertTexts = async (texts: readonly TextFile[], work: Conversion): Promise<ConvertedText[]> => {
  const { epub, language, notes } = work;
  const sheets = new Sheets(epub);
  const cross = findCrossNotes(texts);
  const places = new Map(texts.map(({ path }, index) => [path, index]));
  const converted = new Map<TextFile, ConvertedText>();
  const ordered = [...texts.filter((text) => !cross.noteFiles.has(text)), ...cross.noteFiles];
  for (const file of ordered) {
    epub.deadline();
    const linkHref = (href: string): string | null => {
      if (isExternal(href)) return href;
      const address = resolveHref(file.path, href);
      const place = address && places.get(address.path);
      return address && place !== undefined && place !== null ? linkToken(place, address.fragment) : null;
    };
    const read = fromXhtml(file.tree, {
      source: file.path,
      language: language || undefined,
      styleOf: await sheets.styleOf(file),
      imageFile: (src) => imageName(src, file.path, work),
      linkHref,
      note: (href) => cross.noteOf(file, href),
      skip: cross.wasTaken,
    });
    notes.take(read.notes.filter(({ code }) => !OWN_NOTES.has(code)));
    const blocks: DocNode[] = [];
    read.doc.forEach((block) => void blocks.push(block));
    const isSpent = isEmptyText(blocks) || (cross.noteFiles.has(file) && onlyHeadings(blocks));
    if (isSpent && cross.noteFiles.has(file)) notes.add('notes-joined', file.path);
    converted.set(file, { file, blocks: isSpent ? [] : blocks, anchors: read.anchors });
  }
  return texts.flatMap((text) => converted.get(text) ?? []);
};
