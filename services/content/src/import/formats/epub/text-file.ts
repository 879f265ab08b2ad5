import { readSourceTree, type SourceElement, type SourceTree } from '@authorworks/manuscript/xhtml';
import { UnreadableFile } from '../../imported-book.ts';
import { DamagedEntry } from '../archive/archive.ts';
import { decodeText } from '../decode-text.ts';
import type { NoteList } from '../notes.ts';
import type { EpubPackage, ManifestItem, OpenEpub, SpineStep } from './epub-package.ts';
import { resolveHref } from './epub-path.ts';
import { rolesOf } from './navigation.ts';

/** One text of the reading order, read into a tree. */
export interface TextFile {
  readonly path: string;
  readonly isLinear: boolean;
  readonly tree: SourceTree;
  /** What the text is, by what its body and the sections around all of it say: `bodymatter`, `chapter`, `dedication`. */
  readonly roles: ReadonlySet<string>;
  /** Paths of its style sheets, and the text of those within it. */
  readonly sheets: readonly { readonly path: string | null; readonly css: string }[];
}

/** A single text of a book is rarely more than a tenth of this. */
const TEXT_LIMIT_BYTES = 16 * 1024 * 1024;
const TOTAL_LIMIT_BYTES = 64 * 1024 * 1024;

const TEXT_TYPES = new Set([
  'application/xhtml+xml',
  'text/html',
  'text/x-oeb1-document',
  'application/x-dtbook+xml',
  'application/xml',
  'text/xml',
]);
const TEXT_NAME = /\.x?html?$/i;

const isText = ({ mediaType, path }: ManifestItem): boolean =>
  TEXT_TYPES.has(mediaType) || (!mediaType.includes('/') && TEXT_NAME.test(path));

/** The text of a step: its own, or what the book offers instead of a format that is no text. */
const textItemOf = ({ item }: SpineStep, { items }: EpubPackage): ManifestItem | null => {
  let here: ManifestItem | undefined = item;
  for (let steps = 0; here && steps < 10; steps += 1) {
    if (isText(here)) return here;
    here = here.fallbackId === null ? undefined : items.get(here.fallbackId);
  }
  return null;
};

const childElements = ({ children }: SourceElement): SourceElement[] =>
  children.filter((child) => typeof child !== 'string');

export const findSource = (element: SourceElement, name: string): SourceElement | null => {
  for (const child of childElements(element)) {
    const found = child.name === name ? child : findSource(child, name);
    if (found) return found;
  }
  return null;
};

const WRAPPERS = new Set(['section', 'div', 'article', 'main', 'body']);

/** Roles of the body, and of each element that holds all there is. */
const rolesAround = (root: SourceElement): Set<string> => {
  const roles = new Set<string>();
  let here: SourceElement | undefined = findSource(root, 'body') ?? root;
  while (here) {
    for (const role of rolesOf(here)) roles.add(role);
    const isBare: boolean = here.children.every((child) => typeof child !== 'string' || child.trim() === '');
    const elements: SourceElement[] = childElements(here).filter(({ name }) => name !== 'script' && name !== 'style');
    const [only, ...others] = elements;
    here = isBare && only && others.length === 0 && WRAPPERS.has(only.name) ? only : undefined;
  }
  return roles;
};

const sheetsOf = (root: SourceElement, path: string): TextFile['sheets'] => {
  const head = findSource(root, 'head');
  const sheets: { path: string | null; css: string }[] = [];
  for (const element of head ? childElements(head) : []) {
    if (element.name !== 'link' || !/\bstylesheet\b/i.test(element.attributes.get('rel') ?? '')) continue;
    const address = resolveHref(path, element.attributes.get('href') ?? '');
    if (address) sheets.push({ path: address.path, css: '' });
  }
  return sheets;
};

const STYLES_READ = 500_000;
const STYLES_LIMIT = 20;

/** Style sheets within a text; its tree keeps none. */
export const embeddedSheets = (source: string): TextFile['sheets'] => {
  const written = source.slice(0, STYLES_READ);
  const lower = written.toLowerCase();
  const sheets: { path: null; css: string }[] = [];
  let at = lower.indexOf('<style');
  while (at >= 0 && sheets.length < STYLES_LIMIT) {
    const begin = lower.indexOf('>', at) + 1;
    const end = lower.indexOf('</style', begin);
    if (begin === 0 || end < 0) break;
    const css = written.slice(begin, end).replace(/^\s*(?:<!--|<!\[CDATA\[|\/\*<!\[CDATA\[\*\/)/, '');
    sheets.push({ path: null, css });
    at = lower.indexOf('<style', end);
  }
  return sheets;
};

const escapeExpression = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Links of a file to itself by its name are links within it. */
const withOwnLinks = (source: string, path: string): string => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!source.includes(`${name}#`)) return source;
  return source.replaceAll(new RegExp(`(\\shref\\s*=\\s*["'])${escapeExpression(name)}#`, 'g'), '$1#');
};

const parse = (source: string, path: string, isLinear: boolean): TextFile => {
  const tree = readSourceTree(withOwnLinks(source, path));
  return {
    path,
    isLinear,
    tree,
    roles: rolesAround(tree.root),
    sheets: [...sheetsOf(tree.root, path), ...embeddedSheets(source)],
  };
};

/**
 * Reads the texts of a book in their order, those outside of the reading order last. What is missing or damaged is left
 * out with a note.
 * @throws UnreadableFile when all together are larger than a book.
 */
export const readTextFiles = async (epub: OpenEpub, book: EpubPackage, notes: NoteList): Promise<TextFile[]> => {
  const steps = [...book.spine.filter(({ isLinear }) => isLinear), ...book.spine.filter(({ isLinear }) => !isLinear)];
  const texts: TextFile[] = [];
  const seen = new Set<string>();
  let totalBytes = 0;
  for (const step of steps) {
    epub.deadline();
    const item = textItemOf(step, book);
    if (!item) notes.add('format-lost', step.item.path);
    if (!item || seen.has(item.path)) continue;
    seen.add(item.path);
    const file = epub.archive.find(item.path);
    if (!file) {
      notes.add('document-lost', item.path);
      continue;
    }
    totalBytes += file.sizeBytes;
    if (totalBytes > TOTAL_LIMIT_BYTES)
      throw new UnreadableFile(
        `Its texts are larger than ${TOTAL_LIMIT_BYTES / (1024 * 1024)} MB together, which no book is.`,
      );
    const content = await epub.archive.read(file, TEXT_LIMIT_BYTES).catch((error: unknown) => {
      if (error instanceof DamagedEntry) return null;
      throw error;
    });
    if (!content) {
      notes.add('document-lost', item.path);
      continue;
    }
    const { text, isGuessed, isDamaged } = decodeText(content.bytes, 'markup');
    if (isGuessed) notes.add('encoding-guessed', item.path);
    if (isDamaged || !content.isSound) notes.add('document-damaged', item.path);
    texts.push(parse(text, item.path, step.isLinear));
  }
  return texts;
};
