import type { Alignment, DocNode } from '@authorworks/manuscript/schema';
import type { NamedRole } from './style-names.ts';

/** Where a paragraph stands in a list. */
export interface ListPlace {
  readonly numberingId: string;
  readonly level: number;
  readonly isOrdered: boolean;
  readonly start: number;
}

/** A paragraph as Word has it, before paragraphs are gathered into quotes, poems and lists. */
export interface TextItem {
  readonly kind: 'text';
  readonly role: NamedRole | undefined;
  readonly content: readonly DocNode[];
  readonly align: Alignment | null;
  readonly isUnindented: boolean;
  /** Set in from both sides, as quotations are that have no style. */
  readonly isSetIn: boolean;
  /** Steps by which it is set in from the left. */
  readonly steps: number;
  readonly list: ListPlace | null;
  /** A new page begins here. */
  readonly breakBefore: boolean;
  readonly anchors: readonly string[];
}

export interface BlankItem {
  readonly kind: 'blank';
  readonly breakBefore: boolean;
}
export interface ImageItem {
  readonly kind: 'image';
  readonly node: DocNode;
  readonly breakBefore: boolean;
  readonly anchors: readonly string[];
}
/** A line across the page. */
export interface RuleItem {
  readonly kind: 'rule';
}

export type BodyItem = TextItem | BlankItem | ImageItem | RuleItem;

/** The text of inline content as one line. */
export const lineOfContent = (content: readonly DocNode[]): string =>
  content
    .map((node) => (node.isText ? (node.text ?? '') : node.type.name === 'hardBreak' ? ' ' : ''))
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim();
