import { posix } from 'node:path';
import { openZip, type ZipArchive } from './zip-file.ts';
import { readXml, type XmlElement } from './read-xml.ts';

/** Told of each problem, with the file in the EPUB that has it. */
type Tell = (where: string, problem: string) => void;

const MIMETYPE = 'application/epub+zip';
const PAGE = 'application/xhtml+xml';
/** Attributes that lead to other files. */
const LINKS = ['href', 'src', 'poster', 'data'];

interface Item {
  readonly path: string;
  readonly mediaType: string;
  readonly properties: string;
}

const has = ({ entries }: ZipArchive, path: string): boolean => entries.some((entry) => entry.path === path);

/** The file that a reference in `from` leads to, and the place in it; undefined for what lies outside of the book. */
const targetOf = (from: string, reference: string): { path: string; id: string } | undefined => {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(reference)) return undefined;
  const [path = '', id = ''] = reference.split('#');
  try {
    const decoded = decodeURIComponent(path);
    return { path: decoded === '' ? from : posix.normalize(posix.join(posix.dirname(from), decoded)), id };
  } catch {
    return { path, id };
  }
};

const readElements = async (zip: ZipArchive, path: string, tell: Tell): Promise<XmlElement[] | undefined> => {
  if (!has(zip, path)) {
    tell(path, 'is not in the archive');
    return undefined;
  }
  const text = await zip.readText(path);
  if (text === undefined) {
    tell(path, 'is damaged: its checksum is wrong, or it is far too large');
    return undefined;
  }
  try {
    return readXml(text);
  } catch (error) {
    tell(path, `is not well-formed: ${(error as Error).message}`);
    return undefined;
  }
};

/** OCF 3.3, 4.3: the file that tells what the archive is comes first, as it is. */
const checkMimetype = async (zip: ZipArchive, tell: Tell): Promise<void> => {
  const [first] = zip.entries;
  if (first?.path !== 'mimetype' || !first.stored) tell('mimetype', 'is not the first file, or is packed');
  else if ((await zip.readText('mimetype')) !== MIMETYPE) tell('mimetype', `does not say ${MIMETYPE}`);
};

const readPackage = async (
  zip: ZipArchive,
  tell: Tell,
): Promise<{ path: string; elements: XmlElement[] } | undefined> => {
  const container = await readElements(zip, 'META-INF/container.xml', tell);
  const path = container?.find(({ name }) => name === 'rootfile')?.attributes['full-path'];
  if (container && path === undefined) tell('META-INF/container.xml', 'names no package document');
  if (path === undefined) return undefined;
  const elements = await readElements(zip, path, tell);
  return elements && { path, elements };
};

const itemsOf = (path: string, elements: readonly XmlElement[], tell: Tell): Map<string, Item> => {
  const items = new Map<string, Item>();
  for (const { name, attributes } of elements) {
    if (name !== 'item') continue;
    const { id = '', href = '', 'media-type': mediaType = '', properties = '' } = attributes;
    const target = targetOf(path, href);
    if (target) items.set(id, { path: target.path, mediaType, properties });
  }
  for (const wanted of ['title', 'identifier', 'language'])
    if (!elements.some(({ name, text }) => name === wanted && text.trim() !== '')) tell(path, `has no ${wanted}`);
  const spine = elements.filter(({ name }) => name === 'itemref');
  if (spine.length === 0) tell(path, 'has no reading order');
  for (const { attributes } of spine)
    if (!items.has(attributes['idref'] ?? '')) tell(path, `reads “${attributes['idref']}”, which it does not list`);
  if (![...items.values()].some(({ properties }) => properties.split(/\s+/).includes('nav')))
    tell(path, 'has no table of contents');
  return items;
};

interface Page {
  readonly ids: ReadonlySet<string>;
  readonly references: readonly string[];
}

const pageOf = (elements: readonly XmlElement[]): Page => ({
  ids: new Set(elements.flatMap(({ attributes }) => (attributes['id'] === undefined ? [] : [attributes['id']]))),
  references: elements.flatMap(({ attributes }) => LINKS.flatMap((name) => attributes[name] ?? [])),
});

const checkLinks = (zip: ZipArchive, pages: ReadonlyMap<string, Page>, tell: Tell): void => {
  for (const [from, { references }] of pages) {
    for (const reference of references) {
      const target = targetOf(from, reference);
      if (!target) continue;
      if (!has(zip, target.path)) tell(from, `leads to ${target.path}, which is not in the archive`);
      else if (target.id !== '' && pages.get(target.path)?.ids.has(target.id) === false)
        tell(from, `leads to ${target.path}#${target.id}, which is not there`);
    }
  }
};

/**
 * Opens an EPUB as a reading system does, and tells of everything at which one could stumble: files that are missing,
 * damaged or not well-formed, links that lead nowhere. For books that this house has made itself; it is no replacement
 * for EPUBCheck, which looks at every rule and needs more memory than a Pi has.
 */
export const checkEpub = async (file: string, tell: Tell): Promise<void> => {
  const zip = await openZip(file);
  try {
    await checkMimetype(zip, tell);
    const found = await readPackage(zip, tell);
    if (!found) return;
    const pages = new Map<string, Page>();
    for (const { path, mediaType } of itemsOf(found.path, found.elements, tell).values()) {
      if (mediaType === PAGE) {
        const elements = await readElements(zip, path, tell);
        if (elements) pages.set(path, pageOf(elements));
      } else if (!has(zip, path)) tell(path, 'is not in the archive');
      else if (!(await zip.isSound(path))) tell(path, 'is damaged: its checksum is wrong');
    }
    checkLinks(zip, pages, tell);
  } finally {
    zip.close();
  }
};
