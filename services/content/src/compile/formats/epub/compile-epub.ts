import { cleanText, isLanguageTag } from '@authorworks/manuscript/schema';
import type { BookCompiler, CompilableBook, CompilableNode } from '../../compilable-book.ts';
import { groupChapters } from '../../reading-order.ts';
import { type ContentsEntry, type Landmark, navigationBody, ncxOf } from './contents.ts';
import { coverBody, type FrontMatter, imprintBody, titlePageBody } from './front-pages.ts';
import { labelsFor } from './labels.ts';
import { attribute, pageOf } from './markup.ts';
import { notesOf } from './notes.ts';
import { type PackedFile, packEpub } from './pack.ts';
import { type ManifestItem, packageOf } from './package-document.ts';
import { choosePictures, type Picture, type Pictures } from './pictures.ts';
import { placeLinks, type RenderedChapter, renderChapter } from './render-chapter.ts';
import { sectionTypeOf } from './section-type.ts';
import { styleSheet } from './style.ts';

const XHTML = 'application/xhtml+xml';
const STYLE = 'style.css';
const UNTITLED = '—';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const lineOf = (text: string): string => cleanText(text).replaceAll(/\s+/g, ' ').trim();

/** The title page in the form in which it is written: what a book must have is there, and lines are lines. */
const settle = (book: CompilableBook): CompilableBook => ({
  ...book,
  title: lineOf(book.title) || UNTITLED,
  subtitle: lineOf(book.subtitle),
  authorName: lineOf(book.authorName),
  description: cleanText(book.description).trim(),
  language: isLanguageTag(book.language) ? book.language : 'und',
});

/** A part or chapter with its file. */
export interface ChapterFile {
  readonly id: string;
  readonly kind: 'part' | 'chapter';
  readonly matter: string;
  /** '' for one without a name. */
  readonly title: string;
  /** By which it is called in the contents: its title, else its first words, else its number. */
  readonly name: string;
  readonly depth: 0 | 1;
  readonly href: string;
  readonly rendered: RenderedChapter;
}

const MATTER_TYPES: Readonly<Record<string, string>> = { front: 'frontmatter', back: 'backmatter' };

/** Chapters of which there is something to read; parts without a name are not seen. */
const renderChapters = (book: CompilableBook, pictures: Pictures): ChapterFile[] => {
  const imageHrefs = Object.fromEntries([...pictures.byId].map(([id, { href }]) => [id, `../${href}`]));
  const files: ChapterFile[] = [];
  let isInPart = false;
  for (const chapter of groupChapters<CompilableNode>(book.nodes)) {
    const title = lineOf(chapter.title);
    if (chapter.depth === 0) isInPart = chapter.kind === 'part' && title !== '';
    const depth = chapter.depth === 1 && isInPart ? 1 : 0;
    const rendered = renderChapter({
      title,
      docs: chapter.scenes.flatMap(({ doc }) => doc ?? []),
      language: book.language,
      headingLevel: depth === 1 ? 2 : 1,
      imageHrefs,
    });
    if (rendered.xhtml === '') continue;
    const { id, kind, matter } = chapter;
    const name = title || rendered.opening || String(files.length + 1);
    files.push({ id, kind, matter, title, name, depth, href: `text/${kind}-${id}.xhtml`, rendered });
  }
  return files;
};

const sectionOf = (file: ChapterFile, xhtml: string): string => {
  const section = file.kind === 'part' ? { type: 'part', role: 'doc-part' } : sectionTypeOf(file);
  const kind = section ? ` epub:type="${section.type}" role="${section.role}"` : '';
  const name = file.title === '' ? attribute('aria-label', file.name) : ' aria-labelledby="title"';
  return `<section${kind}${name} class="aw-${file.kind}">\n${xhtml}</section>\n`;
};

/** The pages of all chapters, with links that lead from one into another. */
const chapterPages = (files: readonly ChapterFile[], language: string): { pages: PackedFile[]; lost: number[] } => {
  const hrefs = new Map<string, string>();
  for (const { href, rendered } of files)
    for (const id of rendered.blockIds) if (!hrefs.has(id)) hrefs.set(id, `${href.slice('text/'.length)}#b-${id}`);
  const lost: number[] = [];
  const pages = files.map((file): PackedFile => {
    lost.push(file.rendered.outwardLinks.filter((target) => !hrefs.has(target)).length);
    const xhtml = placeLinks(file.rendered, (blockId) => hrefs.get(blockId) ?? null);
    const type = MATTER_TYPES[file.matter] ?? 'bodymatter';
    const page = { title: file.name, language, type, body: sectionOf(file, xhtml), styleHref: `../${STYLE}` };
    return { path: file.href, content: pageOf(page) };
  });
  return { pages, lost };
};

interface FrontPage {
  readonly id: string;
  readonly href: string;
  readonly content: string;
}

const frontPages = (front: FrontMatter, cover: Picture | undefined): FrontPage[] => {
  const { book, labels } = front;
  const page = (id: string, title: string, type: string, body: string): FrontPage => ({
    id,
    href: `text/${id}.xhtml`,
    content: pageOf({ title, language: book.language, type, body, styleHref: `../${STYLE}` }),
  });
  return [
    ...(cover ? [page('cover', labels.cover, 'cover', coverBody(front, cover.href))] : []),
    page('title-page', book.title, 'frontmatter', titlePageBody(front)),
    page('imprint', labels.imprint, 'frontmatter', imprintBody(front)),
  ];
};

const navigationOf = (
  { book, labels }: FrontMatter,
  front: readonly FrontPage[],
  files: readonly ChapterFile[],
): { readonly entries: ContentsEntry[]; readonly landmarks: Landmark[] } => {
  const entries = files.map(({ name, href, depth }) => ({ title: name, href, depth }));
  const titlePage = 'text/title-page.xhtml';
  const start = files.find(({ matter }) => matter === 'body') ?? files[0];
  const landmarks = [
    ...(front.some(({ id }) => id === 'cover')
      ? [{ type: 'cover', title: labels.cover, href: 'text/cover.xhtml' }]
      : []),
    { type: 'titlepage', title: labels.titlePage, href: titlePage },
    { type: 'toc', title: labels.contents, href: 'nav.xhtml#toc' },
    ...(start ? [{ type: 'bodymatter', title: labels.beginning, href: start.href }] : []),
  ];
  // a list of contents is never empty
  return { entries: entries.length > 0 ? entries : [{ title: book.title, href: titlePage, depth: 0 }], landmarks };
};

const manifestOf = (
  front: readonly FrontPage[],
  files: readonly ChapterFile[],
  pictures: { readonly shown: readonly Picture[]; readonly cover: Picture | undefined },
): ManifestItem[] => [
  ...front.map(({ id, href }) => ({ id, href, mediaType: XHTML, isRead: true })),
  { id: 'nav', href: 'nav.xhtml', mediaType: XHTML, properties: 'nav', isRead: true },
  ...files.map(({ kind, id, href }) => ({ id: `${kind}-${id}`, href, mediaType: XHTML, isRead: true })),
  { id: 'ncx', href: 'toc.ncx', mediaType: 'application/x-dtbncx+xml' },
  { id: 'style', href: STYLE, mediaType: 'text/css' },
  ...pictures.shown.map((picture) => ({
    id: `image-${picture.fileId}`,
    href: picture.href,
    mediaType: picture.contentType,
    ...(picture === pictures.cover ? { properties: 'cover-image' } : {}),
  })),
];

/**
 * A book as EPUB 3.3: cover, title page, imprint, contents, a file for each part and chapter. File names are made of the
 * ids of nodes and files, so that they stay when chapters are moved or named anew; nothing depends on when or where it is
 * made. Raise `version` in ../index.ts with every change of what comes out.
 */
export const compileEpub: BookCompiler = (given) => {
  const book = settle(given);
  const pictures = choosePictures(book.images);
  const files = renderChapters(book, pictures);
  const cover = pictures.byId.get(book.coverFileId ?? '');
  const used = new Set(files.flatMap(({ rendered }) => rendered.imageIds));
  const shown = [...pictures.byId.values()].filter((picture) => picture === cover || used.has(picture.fileId));
  const labels = labelsFor(book.language);
  const identifier = UUID.test(book.bookId) ? `urn:uuid:${book.bookId.toLowerCase()}` : `authorworks:${book.bookId}`;
  const front: FrontMatter = { book, labels, identifier };
  const fronts = frontPages(front, cover);
  const { entries, landmarks } = navigationOf(front, fronts, files);
  const { pages, lost } = chapterPages(files, book.language);
  const body = navigationBody(entries, landmarks, { labels, language: book.language });
  const nav = pageOf({ title: labels.contents, language: book.language, type: 'frontmatter', body, styleHref: STYLE });
  const census = {
    shown: used.size,
    undescribed: files.reduce((sum, { rendered }) => sum + rendered.picturesWithoutAlt, 0),
    mayFlash: shown.some(({ contentType }) => contentType === 'image/gif'),
    hasCover: cover !== undefined,
  };
  const items = manifestOf(fronts, files, { shown, cover });
  const bytes = packEpub([
    { path: 'package.opf', content: packageOf({ book, identifier, labels, items, pictures: census }) },
    { path: 'nav.xhtml', content: nav },
    { path: 'toc.ncx', content: ncxOf(entries, { title: book.title, identifier, language: book.language }) },
    { path: STYLE, content: styleSheet },
    ...fronts.map(({ href, content }) => ({ path: href, content })),
    ...pages,
    ...shown.map(({ href, bytes }) => ({ path: href, content: bytes })),
  ]);
  const notes = notesOf({ pictures, files, lost });
  return { bytes, contentType: 'application/epub+zip', extension: 'epub', notes };
};
