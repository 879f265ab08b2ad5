import type { SourceElement } from '@authorworks/manuscript/xhtml';
import { childOf, childrenOf, findElement, type XmlElement, xmlLine } from '../xml/xml-tree.ts';
import { type EpubPackage, type OpenEpub, readXmlFile } from './epub-package.ts';
import { type BookAddress, resolveHref } from './epub-path.ts';

/** One entry of a list of contents. */
export interface ContentsEntry {
  readonly label: string;
  /** Null for an entry that only groups others. */
  readonly address: BookAddress | null;
  readonly children: readonly ContentsEntry[];
}

export interface Navigation {
  readonly contents: readonly ContentsEntry[];
  /** What places of the book are, such as `bodymatter`, `cover`. */
  readonly landmarks: readonly { readonly types: readonly string[]; readonly address: BookAddress }[];
}

const DEPTH_LIMIT = 12;
const ENTRIES_LIMIT = 20_000;

/** Text of a label; pictures in it say what they are by their description. */
const labelOf = (element: XmlElement | undefined): string => {
  const parts = (element?.children ?? []).map((child): string => {
    if (typeof child === 'string') return child;
    return child.name === 'img' ? ` ${child.attributes['alt'] ?? ''} ` : labelOf(child);
  });
  return parts.join('').replaceAll(/\s+/g, ' ').trim();
};

interface Reading {
  readonly path: string;
  left: number;
}

const readNavList = (list: XmlElement | undefined, reading: Reading, depth: number): ContentsEntry[] => {
  if (depth > DEPTH_LIMIT) return [];
  const entries: ContentsEntry[] = [];
  for (const item of childrenOf(list, 'li')) {
    reading.left -= 1;
    if (reading.left < 0) break;
    const link = findLink(item);
    const children = readNavList(childOf(item, 'ol') ?? childOf(item, 'ul'), reading, depth + 1);
    const label = link ? labelOf(link) || (link.attributes['title'] ?? '') : labelOf(childOf(item, 'span'));
    const address = link ? resolveHref(reading.path, link.attributes['href'] ?? '') : null;
    if (address || children.length > 0) entries.push({ label, address, children });
  }
  return entries;
};

/** The link of an entry, not one of the entries within it. */
const findLink = (item: XmlElement): XmlElement | undefined => {
  for (const child of childrenOf(item)) {
    if (child.name === 'a') return child;
    if (child.name === 'ol' || child.name === 'ul') continue;
    const found = findElement(child, 'a');
    if (found) return found;
  }
  return undefined;
};

const typesOf = ({ attributes }: XmlElement): string[] =>
  `${attributes['epub:type'] ?? ''} ${attributes['role'] ?? ''}`
    .toLowerCase()
    .split(/\s+/)
    .filter((type) => type !== '');

const navsOf = (element: XmlElement): XmlElement[] =>
  childrenOf(element).flatMap((child) => (child.name === 'nav' ? [child] : navsOf(child)));

const readNav = (document: XmlElement, path: string): Navigation => {
  const navs = navsOf(document);
  const toc = navs.find((nav) => typesOf(nav).includes('toc')) ?? navs.find((nav) => typesOf(nav).length === 0);
  const landmarks = navs.find((nav) => typesOf(nav).includes('landmarks'));
  const listOf = (nav: XmlElement | undefined) => childOf(nav, 'ol') ?? findElement(nav, 'ol');
  const links = childrenOf(listOf(landmarks), 'li').flatMap((item) => findLink(item) ?? []);
  return {
    contents: readNavList(listOf(toc), { path, left: ENTRIES_LIMIT }, 0),
    landmarks: links.flatMap((link) => {
      const address = resolveHref(path, link.attributes['href'] ?? '');
      return address ? [{ types: typesOf(link), address }] : [];
    }),
  };
};

const readNavPoints = (parent: XmlElement | undefined, reading: Reading, depth: number): ContentsEntry[] => {
  if (depth > DEPTH_LIMIT) return [];
  const entries: ContentsEntry[] = [];
  for (const point of childrenOf(parent, 'navPoint')) {
    reading.left -= 1;
    if (reading.left < 0) break;
    const label = xmlLine(childOf(childOf(point, 'navLabel'), 'text'));
    const address = resolveHref(reading.path, childOf(point, 'content')?.attributes['src'] ?? '');
    entries.push({ label, address, children: readNavPoints(point, reading, depth + 1) });
  }
  return entries;
};

/** Reads the list of contents: of EPUB 3 where there is one with entries, else of EPUB 2. Empty where there is none. */
export const readNavigation = async (epub: OpenEpub, { nav, ncx }: EpubPackage): Promise<Navigation> => {
  const document = nav ? await readXmlFile(epub, nav.path).catch(() => null) : null;
  const read = document && nav ? readNav(document, nav.path) : { contents: [], landmarks: [] };
  if (read.contents.length > 0 || !ncx) return read;
  const old = await readXmlFile(epub, ncx.path).catch(() => null);
  const map = findElement(old ?? undefined, 'navMap');
  return { ...read, contents: readNavPoints(map, { path: ncx.path, left: ENTRIES_LIMIT }, 0) };
};

/** What an element of a text calls itself by `epub:type` and `role`, without prefixes of ARIA. */
export const rolesOf = ({ attributes }: SourceElement): string[] =>
  `${attributes.get('epub:type') ?? ''} ${attributes.get('role') ?? ''}`
    .toLowerCase()
    .split(/\s+/)
    .filter((type) => type !== '')
    .map((type) => type.replace(/^doc-/, ''));
