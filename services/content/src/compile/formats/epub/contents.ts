import type { Labels } from './labels.ts';
import { escapeAttribute, escapeText, languageAttributes } from './markup.ts';

/** A line of the contents list. */
export interface ContentsEntry {
  readonly title: string;
  /** From the folder of the package document. */
  readonly href: string;
  /** 0 in the book, 1 in a part. */
  readonly depth: 0 | 1;
}

export interface Landmark {
  readonly type: string;
  readonly title: string;
  readonly href: string;
}

interface Branch extends ContentsEntry {
  readonly children: ContentsEntry[];
}

/** Entries with those that stand below them. */
const branchesOf = (entries: readonly ContentsEntry[]): Branch[] => {
  const branches: Branch[] = [];
  for (const entry of entries) {
    const parent = entry.depth === 1 ? branches.at(-1) : undefined;
    if (parent) parent.children.push(entry);
    else branches.push({ ...entry, children: [] });
  }
  return branches;
};

const item = ({
  title,
  href,
  children = [],
}: ContentsEntry & { readonly children?: readonly ContentsEntry[] }): string => {
  const below = children.length === 0 ? '' : `\n<ol>\n${children.map(item).join('')}</ol>\n`;
  return `<li><a href="${escapeAttribute(href)}">${escapeText(title)}</a>${below}</li>\n`;
};

/** The body of the navigation document: contents, and landmarks that only reading systems see. */
export const navigationBody = (
  entries: readonly ContentsEntry[],
  landmarks: readonly Landmark[],
  { labels, language }: { readonly labels: Labels; readonly language: string },
): string => {
  const lang = languageAttributes(labels.language, language);
  const marks = landmarks.map(
    ({ type, title, href }) =>
      `<li><a epub:type="${type}" href="${escapeAttribute(href)}">${escapeText(title)}</a></li>\n`,
  );
  return (
    `<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="toc-title">\n` +
    `<h1 id="toc-title"${lang}>${escapeText(labels.contents)}</h1>\n` +
    `<ol>\n${branchesOf(entries).map(item).join('')}</ol>\n</nav>\n` +
    `<nav epub:type="landmarks" id="landmarks" hidden="hidden"${lang}>\n<ol>\n${marks.join('')}</ol>\n</nav>\n`
  );
};

/** The contents list as programs from before EPUB 3 read it. */
export const ncxOf = (
  entries: readonly ContentsEntry[],
  book: { readonly title: string; readonly identifier: string; readonly language: string },
): string => {
  let count = 0;
  const point = ({
    title,
    href,
    children = [],
  }: ContentsEntry & { readonly children?: readonly ContentsEntry[] }): string => {
    count += 1;
    const label = `<navLabel><text>${escapeText(title)}</text></navLabel>`;
    return `<navPoint id="n${count}">${label}<content src="${escapeAttribute(href)}"/>${children.map(point).join('')}</navPoint>\n`;
  };
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" xml:lang="${escapeAttribute(book.language)}">\n` +
    `<head><meta name="dtb:uid" content="${escapeAttribute(book.identifier)}"/></head>\n` +
    `<docTitle><text>${escapeText(book.title)}</text></docTitle>\n` +
    `<navMap>\n${branchesOf(entries).map(point).join('')}</navMap>\n</ncx>\n`
  );
};
