import type { SourceElement } from '@authorworks/manuscript/xhtml';
import type { NoteList } from '../notes.ts';
import type { EpubPackage } from './epub-package.ts';
import { resolveHref } from './epub-path.ts';
import type { Navigation } from './navigation.ts';
import { findSource, type TextFile } from './text-file.ts';

/** What a file is, by the lists of the book: `cover`, `toc`, `bodymatter`, and roles of its own. */
export const kindsOf = (text: TextFile, book: EpubPackage, { landmarks }: Navigation): ReadonlySet<string> => {
  const kinds = new Set(text.roles);
  for (const { type, address } of book.guide)
    if (address.path === text.path && address.fragment === '') kinds.add(type);
  for (const { types, address } of landmarks)
    if (address.path === text.path) for (const type of types) kinds.add(type.replace(/^doc-/, ''));
  return kinds;
};

interface Measure {
  readonly text: number;
  readonly linked: number;
  readonly pictures: readonly string[];
}

const sourceText = (element: SourceElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : ` ${sourceText(child)} `)).join('');

const TEXT_ENOUGH = 50_000;

const measure = (root: SourceElement): Measure => {
  const pictures: string[] = [];
  let text = 0;
  let linked = 0;
  const visit = (element: SourceElement, isLinked: boolean): void => {
    for (const child of element.children) {
      if (text > TEXT_ENOUGH) return;
      if (typeof child === 'string') {
        const length = child.replaceAll(/\s+/g, '').length;
        text += length;
        if (isLinked) linked += length;
        continue;
      }
      if (child.name === 'title' || child.name === 'head') continue;
      const source = child.attributes.get('src') ?? child.attributes.get('xlink:href') ?? child.attributes.get('href');
      if (child.name === 'img' && source !== undefined) pictures.push(source);
      visit(child, isLinked || child.name === 'a');
    }
  };
  visit(findSource(root, 'body') ?? root, false);
  return { text, linked, pictures };
};

const COVER_NAME = /(?:^|\/)(?:cover|couverture|umschlag|portada)[^/]*\.x?html?$/i;
const LINKED_SHARE = 0.6;
/** "Cover", or the number of a page. */
const COVER_TEXT = 30;
/** Title, subtitle and authors with room to spare. */
const TITLE_PAGE_TEXT = 3_000;

/** Classes of the pages that the house itself puts in front of a book (compile/formats/epub/front-pages.ts). */
const OWN_PAGES = new Set(['aw-title-page', 'aw-imprint']);
const BYLINE = /^(?:by|von|par|de|por|di|door)?$/;

const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** A title page that says what the book's metadata say, and nothing else. */
const repeatsMetadata = (root: SourceElement, { metadata }: EpubPackage): boolean => {
  let rest = ` ${wordsOf(sourceText(findSource(root, 'body') ?? root))} `;
  for (const known of [metadata.title, metadata.subtitle, ...metadata.authors].map(wordsOf))
    if (known !== '') rest = rest.replace(` ${known} `, ' ');
  return BYLINE.test(rest.trim());
};

const isTitlePage = (root: SourceElement, kinds: ReadonlySet<string>, book: EpubPackage): boolean => {
  const section = findSource(root, 'section');
  const classes = (section?.attributes.get('class') ?? '').split(/\s+/);
  return classes.some((name) => OWN_PAGES.has(name)) || (kinds.has('titlepage') && repeatsMetadata(root, book));
};

/** Pages that the house makes anew, and what they showed. */
export interface SpecialPages {
  readonly left: ReadonlySet<TextFile>;
  /** The picture of the cover page, by its place in the book. */
  readonly coverPath: string | null;
}

/** Finds the page that only shows the cover, and pages that only list the contents. */
export const findSpecialPages = (
  texts: readonly TextFile[],
  {
    book,
    navigation,
    notes,
  }: { readonly book: EpubPackage; readonly navigation: Navigation; readonly notes: NoteList },
): SpecialPages => {
  const left = new Set<TextFile>();
  let coverPath = book.cover?.path ?? null;
  for (const [index, text] of texts.entries()) {
    const kinds = kindsOf(text, book, navigation);
    const { text: length, linked, pictures } = measure(text.tree.root);
    const [only, ...others] = [...new Set(pictures.map((src) => resolveHref(text.path, src)?.path))];
    const isNamed = kinds.has('cover') || (index === 0 && COVER_NAME.test(text.path));
    const showsCover =
      only !== undefined && others.length === 0 && (only === coverPath || (isNamed && coverPath === null));
    const isContents = book.nav?.path === text.path || kinds.has('toc') || findSource(text.tree.root, 'nav') !== null;
    if (length <= COVER_TEXT && (showsCover || (isNamed && only === undefined))) {
      if (showsCover) coverPath ??= only;
      notes.add('cover-page-dropped', text.path);
      left.add(text);
    } else if (isContents && linked > length * LINKED_SHARE) {
      notes.add('contents-dropped', text.path);
      left.add(text);
    } else if (length <= TITLE_PAGE_TEXT && pictures.length === 0 && isTitlePage(text.tree.root, kinds, book)) {
      notes.add('title-page-dropped', text.path);
      left.add(text);
    }
  }
  return { left, coverPath };
};
