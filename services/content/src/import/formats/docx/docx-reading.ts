import type { Mark } from 'prosemirror-model';
import type { DocNode } from '@authorworks/manuscript/schema';
import type { ImageShelf } from '../image/image-shelf.ts';
import type { NoteList } from '../notes.ts';
import type { XmlElement } from '../xml/xml-tree.ts';
import type { Relationship } from './docx-package.ts';
import type { Fields } from './fields.ts';
import type { DocxNumbering } from './numbering.ts';
import type { DocxStyles } from './styles.ts';

/** The state of reading one Word document. */
export interface DocxReading {
  readonly styles: DocxStyles;
  readonly numbering: DocxNumbering;
  /** Of the part that is being read: footnotes have their own. */
  readonly relations: ReadonlyMap<string, Relationship>;
  readonly images: ImageShelf;
  readonly notes: NoteList;
  readonly fields: Fields;
  /** Suggested changes that were met. */
  readonly changes: { inserted: number; deleted: number; formatted: number };
  /** The heading below which the reader is, for the report. */
  where: string;
  readonly noteBody: (kind: 'footnote' | 'endnote', id: string) => XmlElement | undefined;
  /** The content of a footnote. */
  readonly readNote: (body: XmlElement) => DocNode[];
  /** Counts letters by language, so that the language of the book is known in the end. */
  readonly countLanguage: (language: Mark | null, text: string) => void;
}
