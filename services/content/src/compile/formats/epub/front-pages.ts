import type { CompilableBook } from '../../compilable-book.ts';
import type { Labels } from './labels.ts';
import { attribute, escapeText, languageAttributes } from './markup.ts';

/** Parts of the book that every page in front of the text needs. */
export interface FrontMatter {
  readonly book: Pick<CompilableBook, 'title' | 'subtitle' | 'authorName' | 'edition' | 'changedAt' | 'language'>;
  readonly labels: Labels;
  /** `urn:uuid:…` */
  readonly identifier: string;
}

const line = (className: string, text: string): string =>
  text.trim() === '' ? '' : `<p class="aw-${className}">${escapeText(text)}</p>\n`;

export const coverBody = ({ labels }: FrontMatter, href: string): string =>
  `<section epub:type="cover"${attribute('aria-label', labels.cover)} class="aw-cover">\n` +
  `<img role="doc-cover" src="../${href}"${attribute('alt', labels.cover)}/>\n</section>\n`;

export const titlePageBody = ({ book, labels }: FrontMatter): string =>
  `<section epub:type="titlepage" class="aw-title-page"${attribute('aria-label', labels.titlePage)}>\n` +
  `<h1>${escapeText(book.title)}</h1>\n` +
  `${line('subtitle', book.subtitle)}${line('author', book.authorName)}</section>\n`;

/** Which state of the book this is. Nothing is claimed that the house does not know: rights, publishers, years. */
export const imprintBody = ({ book, labels, identifier }: FrontMatter): string => {
  const day = book.changedAt.slice(0, 10);
  const state = book.edition === null ? labels.draft(day) : labels.edition(book.edition, day);
  const lang = languageAttributes(labels.language, book.language);
  return (
    `<section epub:type="copyright-page" class="aw-imprint"${attribute('aria-label', labels.imprint)}>\n` +
    `${line('imprint-title', book.title)}${line('imprint-author', book.authorName)}` +
    `<p${lang}>${escapeText(state)}</p>\n<p>${escapeText(identifier)}</p>\n</section>\n`
  );
};
