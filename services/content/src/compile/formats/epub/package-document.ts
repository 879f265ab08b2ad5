import type { CompilableBook } from '../../compilable-book.ts';
import type { Labels } from './labels.ts';
import { attribute, directionOf, escapeAttribute, escapeText } from './markup.ts';

/** A file of the book, as its package document names it. */
export interface ManifestItem {
  readonly id: string;
  readonly href: string;
  readonly mediaType: string;
  readonly properties?: string;
  /** Whether it is read, in the order of the list. */
  readonly isRead?: boolean;
}

/** What a reader who cannot see pictures has to know before buying. */
export interface PictureCensus {
  readonly shown: number;
  readonly undescribed: number;
  /** GIFs may flash; nobody has looked. */
  readonly mayFlash: boolean;
  readonly hasCover: boolean;
}

export interface PackageInput {
  readonly book: Pick<
    CompilableBook,
    'title' | 'subtitle' | 'authorName' | 'description' | 'language' | 'edition' | 'changedAt'
  >;
  readonly identifier: string;
  readonly labels: Labels;
  readonly items: readonly ManifestItem[];
  readonly pictures: PictureCensus;
}

const schema = (property: string, value: string): string =>
  `<meta property="schema:${property}">${escapeText(value)}</meta>\n`;

/** EPUB Accessibility 1.1, 2: what can be perceived how, what helps, what may harm. */
const accessibility = ({ pictures, labels, book }: PackageInput): string => {
  const { shown, undescribed, mayFlash, hasCover } = pictures;
  const hasPictures = shown > 0 || hasCover;
  const features = ['tableOfContents', 'readingOrder', 'structuralNavigation', 'displayTransformability', 'ARIA'];
  if (hasPictures && undescribed === 0) features.push('alternativeText');
  const summary = labels.accessibility[shown === 0 ? 'text' : undescribed === 0 ? 'described' : 'undescribed'];
  const lang = labels.language === book.language ? '' : ` xml:lang="${labels.language}"`;
  const hazards = mayFlash ? ['unknownFlashingHazard', 'noMotionSimulationHazard', 'noSoundHazard'] : ['none'];
  return (
    schema('accessMode', 'textual') +
    (hasPictures ? schema('accessMode', 'visual') : '') +
    (undescribed === 0 ? schema('accessModeSufficient', 'textual') : schema('accessModeSufficient', 'textual,visual')) +
    features.map((feature) => schema('accessibilityFeature', feature)).join('') +
    hazards.map((hazard) => schema('accessibilityHazard', hazard)).join('') +
    `<meta property="schema:accessibilitySummary"${lang}>${escapeText(summary)}</meta>\n`
  );
};

const titles = ({ title, subtitle }: PackageInput['book']): string => {
  const main = `<dc:title id="title">${escapeText(title)}</dc:title>\n`;
  if (subtitle.trim() === '') return main;
  return (
    `${main}<meta refines="#title" property="title-type">main</meta>\n` +
    `<dc:title id="subtitle">${escapeText(subtitle)}</dc:title>\n` +
    `<meta refines="#subtitle" property="title-type">subtitle</meta>\n`
  );
};

const metadata = (input: PackageInput): string => {
  const { book, identifier, items } = input;
  const author = book.authorName.trim();
  const modified = `${book.changedAt.slice(0, 19)}Z`;
  const cover = items.find(({ properties }) => properties === 'cover-image');
  return (
    `<dc:identifier id="book-id">${escapeText(identifier)}</dc:identifier>\n` +
    titles(book) +
    `<dc:language>${escapeText(book.language)}</dc:language>\n` +
    (author === ''
      ? ''
      : `<dc:creator id="author">${escapeText(author)}</dc:creator>\n` +
        `<meta refines="#author" property="role" scheme="marc:relators">aut</meta>\n`) +
    (book.description.trim() === '' ? '' : `<dc:description>${escapeText(book.description)}</dc:description>\n`) +
    (book.edition === null ? '' : `<dc:date>${modified}</dc:date>\n`) +
    `<meta property="dcterms:modified">${modified}</meta>\n` +
    (book.edition === null ? '' : schema('bookEdition', String(book.edition))) +
    accessibility(input) +
    (cover ? `<meta name="cover" content="${cover.id}"/>\n` : '')
  );
};

/** The package document (EPUB 3.3, 5): what the book is, which files it has, in which order they are read. */
export const packageOf = (input: PackageInput): string => {
  const { book, items } = input;
  const manifest = items.map(
    ({ id, href, mediaType, properties }) =>
      `<item id="${id}" href="${escapeAttribute(href)}" media-type="${mediaType}"${attribute('properties', properties)}/>\n`,
  );
  const spine = items.flatMap(({ id, isRead }) => (isRead ? [`<itemref idref="${id}"/>\n`] : []));
  const direction = directionOf(book.language);
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book-id" xml:lang="${escapeAttribute(book.language)}" dir="${direction}">\n` +
    `<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n${metadata(input)}</metadata>\n` +
    `<manifest>\n${manifest.join('')}</manifest>\n` +
    `<spine toc="ncx" page-progression-direction="${direction}">\n${spine.join('')}</spine>\n</package>\n`
  );
};
