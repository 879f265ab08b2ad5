import { isBlockId } from '../schema/block-id.ts';
import type { DocNode } from '../schema/manuscript-schema.ts';
import { escapeAttribute } from './escape.ts';

export interface XhtmlOptions {
  /** Address of a picture; `null` leaves the picture out. Default: `file:ID`, which `fromXhtml` reads back. */
  readonly imageUrl?: (fileId: string) => string | null;
  /** Where a link leads in this output (anchors may lie in another file); `null` leaves the link out, not its text. */
  readonly linkHref?: (href: string) => string | null;
  /** Whether blocks have `id="b-<block id>"`. Default: true. */
  readonly blockIds?: boolean;
  /**
   * `inline` (default): where they stand, for a round trip. `epub`: as `noteref` links, and the notes themselves are
   * returned as `footnotes`; also writes `epub:type` on epigraphs, letters and verse (declare xmlns:epub).
   */
  readonly footnotes?: 'inline' | 'epub';
  /** Number of the first footnote. Default: 1. */
  readonly firstFootnote?: number;
  /** File that holds the notes, when it is not this one; such as `notes.xhtml`. */
  readonly notesHref?: string;
  /** File that holds the text, for the way back from a note, when it is not the notes' own; such as `chapter-1.xhtml`. */
  readonly textHref?: string;
  /** Put before class names. Default: `aw-`. */
  readonly classPrefix?: string;
  /** Added to the level of headings, which then ends at 6. Default: 0. */
  readonly headingOffset?: number;
  /** Language of the book: text that is marked as being in this very language is not marked again. */
  readonly language?: string;
}

/** One footnote of `footnotes: 'epub'`, to be put at the end of the text or into a file of notes. */
export interface XhtmlFootnote {
  readonly id: string;
  readonly number: number;
  readonly xhtml: string;
}

export interface XhtmlOutput {
  /** A well-formed XHTML fragment, a line for each block. */
  readonly xhtml: string;
  readonly footnotes: readonly XhtmlFootnote[];
}

/** Class names, without the prefix; `fromXhtml` reads the same. */
export const xhtmlClasses = {
  blank: 'blank',
  noIndent: 'no-indent',
  sceneBreak: 'scene-break',
  verse: 'verse',
  stanza: 'stanza',
  line: 'line',
  indent: 'i',
  image: 'image',
  footnote: 'footnote',
  smallCaps: 'small-caps',
  language: 'lang',
} as const;

/** The state of writing one document. */
export interface Writer {
  readonly options: XhtmlOptions;
  readonly prefix: string;
  readonly imageUrl: (fileId: string) => string | null;
  readonly footnotes: XhtmlFootnote[];
  out: string;
}

export const attributeText = (name: string, value: string | number | null): string =>
  value === null ? '' : ` ${name}="${escapeAttribute(String(value))}"`;

export const classText = (writer: Writer, names: readonly string[]): string =>
  names.length === 0 ? '' : ` class="${escapeAttribute(names.map((name) => writer.prefix + name).join(' '))}"`;

export const idText = (writer: Writer, node: DocNode): string =>
  writer.options.blockIds !== false && isBlockId(node.attrs.id) ? ` id="b-${node.attrs.id}"` : '';

export const epubType = (writer: Writer, type: string): string =>
  writer.options.footnotes === 'epub' ? ` epub:type="${type}"` : '';
