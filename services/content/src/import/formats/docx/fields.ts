import { normaliseHref } from '@authorworks/manuscript/schema';

/** What a field of Word means for the text that it shows. */
interface OpenField {
  instruction: string;
  isResult: boolean;
  /** Decided where the result begins. */
  kind: FieldKind;
}

type FieldKind =
  | { readonly type: 'text' }
  /** Made anew by whoever shows the book: contents, index, page numbers. */
  | { readonly type: 'generated' }
  /** `href` is null when the address is not one that a book may link to. */
  | { readonly type: 'link'; readonly href: string | null };

const TEXT: FieldKind = { type: 'text' };
const GENERATED = new Set([
  'TOC',
  'INDEX',
  'TOA',
  'RD',
  'XE',
  'TC',
  'TA',
  'PAGE',
  'NUMPAGES',
  'SECTIONPAGES',
  'BIBLIOGRAPHY',
]);
/** Lists whose entries are paragraphs of their own. */
const LISTS = new Set(['TOC', 'INDEX', 'TOA', 'BIBLIOGRAPHY']);

/** The words of an instruction; those in quotation marks are one. */
const wordsOf = (instruction: string): string[] =>
  [...instruction.matchAll(/"([^"]*)"|(\S+)/g)].slice(0, 40).map(([, quoted, bare]) => quoted ?? bare ?? '');

/** How a link to a bookmark is written until all bookmarks are known. */
export const bookmarkToken = (name: string): string => `#~${encodeURIComponent(name.toWellFormed())}`;
/** The bookmark of a token; null for what is none. */
export const readBookmarkToken = (href: string): string | null => {
  if (!href.startsWith('#~')) return null;
  try {
    return decodeURIComponent(href.slice(2));
  } catch {
    return null;
  }
};

const linkOf = (words: readonly string[]): FieldKind => {
  const local = words.findIndex((word) => word.toLowerCase() === '\\l');
  const bookmark = local < 0 ? undefined : words[local + 1];
  const address = words[1]?.startsWith('\\') ? undefined : words[1];
  if (address && address !== '') return { type: 'link', href: normaliseHref(address) };
  return bookmark ? { type: 'link', href: normaliseHref(bookmarkToken(bookmark)) } : TEXT;
};

const kindOf = (instruction: string): FieldKind => {
  const words = wordsOf(instruction);
  const name = words[0]?.toUpperCase() ?? '';
  if (GENERATED.has(name)) return { type: 'generated' };
  if (name === 'HYPERLINK') return linkOf(words);
  const isReference = (name === 'REF' || name === 'PAGEREF') && words.some((word) => word.toLowerCase() === '\\h');
  return isReference && words[1] ? { type: 'link', href: normaliseHref(bookmarkToken(words[1])) } : TEXT;
};

const DEPTH_LIMIT = 50;

/** The fields that are open where the reader is; they go over the ends of paragraphs. */
export class Fields {
  readonly #open: OpenField[] = [];
  /** Generated lists that were passed over, such as a list of contents. */
  lists = 0;
  /** Other fields that Word computes. */
  computed = 0;
  /** Links whose addresses were not safe. */
  refused = 0;

  begin(): void {
    if (this.#open.length < DEPTH_LIMIT) this.#open.push({ instruction: '', isResult: false, kind: TEXT });
  }

  instruct(text: string): void {
    const field = this.#open.at(-1);
    if (field && !field.isResult && field.instruction.length < 4_096) field.instruction += text;
  }

  separate(): void {
    const field = this.#open.at(-1);
    if (!field || field.isResult) return;
    field.isResult = true;
    this.#decide(field);
  }

  end(): void {
    const field = this.#open.pop();
    if (field && !field.isResult) this.#decide(field);
  }

  #decide(field: OpenField): void {
    field.kind = kindOf(field.instruction);
    const name = wordsOf(field.instruction)[0]?.toUpperCase() ?? '';
    if (LISTS.has(name)) this.lists += 1;
    else if (field.kind.type === 'link' && field.kind.href === null) this.refused += 1;
    else if (field.kind.type === 'text' && name !== '') this.computed += 1;
  }

  /** A field in one element, whose text is its result. */
  simple<T>(instruction: string, read: () => T): T {
    this.begin();
    this.instruct(instruction);
    this.separate();
    const result = read();
    this.end();
    return result;
  }

  /** Whether text here is part of the book. */
  get showsText(): boolean {
    return this.#open.every(({ isResult, kind }) => isResult && kind.type !== 'generated');
  }

  /** Whether the instruction of a field is being read. */
  get isInstruction(): boolean {
    return this.#open.at(-1)?.isResult === false;
  }

  get href(): string | null {
    for (const { kind } of this.#open.toReversed()) if (kind.type === 'link') return kind.href;
    return null;
  }
}
