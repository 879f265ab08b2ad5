import { plainDescription } from '../shape/plain-description.ts';
import { childrenOf, type XmlElement, xmlLine, xmlText } from '../xml/xml-tree.ts';

/** What an EPUB says about itself. */
export interface EpubMetadata {
  readonly title: string;
  readonly subtitle: string;
  readonly authors: readonly string[];
  readonly language: string;
  readonly description: string;
  readonly series: { readonly title: string; readonly position: number | null } | null;
  /** Pages are laid out like pictures. */
  readonly isFixedLayout: boolean;
  /** Id of the manifest item that is the cover, as EPUB 2 says it. */
  readonly coverId: string | null;
}

interface Refinements {
  /** The value of a property of the element with an id (EPUB 3: `<meta refines="#id" property="…">`). */
  readonly of: (element: XmlElement, property: string) => string[];
}

const refinementsOf = (metas: readonly XmlElement[]): Refinements => {
  const values = new Map<string, string[]>();
  for (const meta of metas) {
    const { refines, property } = meta.attributes;
    if (refines === undefined || property === undefined) continue;
    const key = `${refines.replace(/^#/, '')} ${property}`;
    values.set(key, [...(values.get(key) ?? []), xmlLine(meta)]);
  }
  return { of: ({ attributes }, property) => values.get(`${attributes['id'] ?? ''} ${property}`) ?? [] };
};

/** Elements may stand in `dc-metadata` and `x-metadata`, as in the first books of 2002. */
const metadataElements = (metadata: XmlElement): XmlElement[] =>
  childrenOf(metadata).flatMap((child) =>
    child.name === 'dc-metadata' || child.name === 'x-metadata' ? childrenOf(child) : [child],
  );

const lowerName = ({ name }: XmlElement): string => name.toLowerCase();

/** Which of several titles is the title, and which the subtitle. */
const titlesOf = (titles: readonly XmlElement[], { of }: Refinements): { title: string; subtitle: string } => {
  const typed = (type: string): string | undefined => {
    const found = titles.find((element) => of(element, 'title-type').includes(type));
    return found && xmlLine(found);
  };
  const plain = titles.filter((element) => of(element, 'title-type').length === 0).map(xmlLine);
  const title = typed('main') ?? plain.find((text) => text !== '') ?? titles.map(xmlLine)[0] ?? '';
  return { title, subtitle: typed('subtitle') ?? '' };
};

const isAuthor = (creator: XmlElement, { of }: Refinements): boolean => {
  const roles = [...of(creator, 'role'), creator.attributes['opf:role'] ?? creator.attributes['role'] ?? ''].filter(
    (role) => role !== '',
  );
  return roles.length === 0 || roles.some((role) => /^(?:aut|author)$/i.test(role));
};

const authorsOf = (elements: readonly XmlElement[], refinements: Refinements): string[] => {
  const creators = elements.filter((element) => lowerName(element) === 'dc:creator');
  const authors = creators.filter((creator) => isAuthor(creator, refinements));
  return [...new Set((authors.length > 0 ? authors : creators).map(xmlLine).filter((name) => name !== ''))];
};

const numberOf = (text: string | undefined): number | null => {
  const number = Number.parseFloat(text ?? '');
  return Number.isFinite(number) && number >= 0 ? number : null;
};

const seriesOf = (metas: readonly XmlElement[], { of }: Refinements): EpubMetadata['series'] => {
  for (const meta of metas) {
    if (meta.attributes['property'] !== 'belongs-to-collection' || meta.attributes['refines'] !== undefined) continue;
    if (of(meta, 'collection-type').includes('series'))
      return { title: xmlLine(meta), position: numberOf(of(meta, 'group-position')[0]) };
  }
  const named = (name: string): string | undefined =>
    metas.find(({ attributes }) => attributes['name'] === name)?.attributes['content'];
  const title = named('calibre:series');
  return title ? { title, position: numberOf(named('calibre:series_index')) } : null;
};

const FIXED = 'pre-paginated';

/** Reads the `metadata` of a package document, of EPUB 2 and 3 alike. */
export const readMetadata = (metadata: XmlElement | undefined): EpubMetadata => {
  const elements = metadata ? metadataElements(metadata) : [];
  const metas = elements.filter((element) => lowerName(element) === 'meta');
  const refinements = refinementsOf(metas);
  const all = (name: string): XmlElement[] => elements.filter((element) => lowerName(element) === name);
  const meta = (name: string): string | undefined =>
    metas.find(({ attributes }) => attributes['name']?.toLowerCase() === name)?.attributes['content'];
  const isFixed =
    metas.some((element) => element.attributes['property'] === 'rendition:layout' && xmlLine(element) === FIXED) ||
    meta('fixed-layout')?.toLowerCase() === 'true';
  return {
    ...titlesOf(all('dc:title'), refinements),
    authors: authorsOf(elements, refinements),
    language: xmlLine(all('dc:language')[0]),
    description: plainDescription(xmlText(all('dc:description')[0])),
    series: seriesOf(metas, refinements),
    isFixedLayout: isFixed,
    coverId: meta('cover') ?? null,
  };
};
