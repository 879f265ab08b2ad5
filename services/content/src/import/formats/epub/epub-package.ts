import { UnreadableFile } from '../../imported-book.ts';
import type { Archive } from '../archive/archive.ts';
import type { Deadline } from '../deadline.ts';
import { decodeText } from '../decode-text.ts';
import { childOf, childrenOf, findElement, findElements, readXml, type XmlElement } from '../xml/xml-tree.ts';
import { type EpubMetadata, readMetadata } from './epub-metadata.ts';
import { type BookAddress, resolveHref } from './epub-path.ts';

/** A file that the book declares. */
export interface ManifestItem {
  readonly id: string;
  readonly path: string;
  readonly mediaType: string;
  readonly properties: ReadonlySet<string>;
  readonly fallbackId: string | null;
  readonly hasMediaOverlay: boolean;
}

/** One step of the reading order. */
export interface SpineStep {
  readonly item: ManifestItem;
  readonly isLinear: boolean;
}

/** The package document of an EPUB: what it is called, what it holds, and in which order that is read. */
export interface EpubPackage {
  readonly path: string;
  readonly metadata: EpubMetadata;
  readonly items: ReadonlyMap<string, ManifestItem>;
  readonly byPath: ReadonlyMap<string, ManifestItem>;
  readonly spine: readonly SpineStep[];
  /** The list of contents of EPUB 2. */
  readonly ncx: ManifestItem | null;
  /** The list of contents of EPUB 3. */
  readonly nav: ManifestItem | null;
  /** What a file is, as EPUB 2 says it. */
  readonly guide: readonly { readonly type: string; readonly address: BookAddress }[];
  readonly cover: ManifestItem | null;
}

const CONTAINER = 'META-INF/container.xml';
const SMALL_LIMIT_BYTES = 8 * 1024 * 1024;
const OPF_TYPE = 'application/oebps-package+xml';
const NCX_TYPE = 'application/x-dtbncx+xml';

/** What every step of reading an EPUB needs. */
export interface OpenEpub {
  readonly archive: Archive;
  readonly deadline: Deadline;
}

/** Reads a small XML file of the archive; null when it is not there. @throws UnreadableFile when it is none. */
export const readXmlFile = async ({ archive, deadline }: OpenEpub, path: string): Promise<XmlElement | null> => {
  const file = archive.find(path);
  if (!file) return null;
  const { bytes } = await archive.read(file, SMALL_LIMIT_BYTES);
  const { root, problem } = readXml(decodeText(bytes, 'markup').text, { deadline });
  if (!root) throw new UnreadableFile(`“${path}” in it is not XML${problem ? ` (${problem})` : ''}.`);
  return root;
};

/** Where the package document is; without a container the only file that looks like one. */
const findPackage = async (epub: OpenEpub): Promise<string> => {
  const container = await readXmlFile(epub, CONTAINER);
  const roots = findElements(container ?? undefined, 'rootfile');
  const root = roots.find(({ attributes }) => attributes['media-type'] === OPF_TYPE) ?? roots[0];
  const named = root && resolveHref('', root.attributes['full-path'] ?? '');
  if (named && epub.archive.find(named.path)) return named.path;
  const only = [...epub.archive.files.keys()].find((path) => path.toLowerCase().endsWith('.opf'));
  if (only !== undefined) return only;
  throw new UnreadableFile(
    'It is an EPUB without a package document: META-INF/container.xml names no .opf file in it.',
  );
};

const words = (text: string | undefined): Set<string> =>
  new Set((text ?? '').split(/\s+/).filter((word) => word !== ''));

const readManifest = (manifest: XmlElement | undefined, path: string): ManifestItem[] =>
  childrenOf(manifest, 'item').flatMap(({ attributes }): ManifestItem[] => {
    const address = resolveHref(path, attributes['href'] ?? '');
    if (!address || !attributes['href']) return [];
    return [
      {
        id: attributes['id'] ?? '',
        path: address.path,
        mediaType: (attributes['media-type'] ?? '').trim().toLowerCase(),
        properties: words(attributes['properties']),
        fallbackId: attributes['fallback'] ?? null,
        hasMediaOverlay: attributes['media-overlay'] !== undefined,
      },
    ];
  });

const readSpine = (spine: XmlElement | undefined, items: ReadonlyMap<string, ManifestItem>): SpineStep[] => {
  const steps: SpineStep[] = [];
  const seen = new Set<ManifestItem>();
  for (const { attributes } of childrenOf(spine, 'itemref')) {
    const item = items.get(attributes['idref'] ?? '');
    if (!item || seen.has(item)) continue;
    seen.add(item);
    steps.push({ item, isLinear: attributes['linear']?.toLowerCase() !== 'no' });
  }
  return steps;
};

const readGuide = (guide: XmlElement | undefined, path: string): EpubPackage['guide'] =>
  childrenOf(guide, 'reference').flatMap(({ attributes }) => {
    const address = resolveHref(path, attributes['href'] ?? '');
    return address ? [{ type: (attributes['type'] ?? '').toLowerCase(), address }] : [];
  });

const coverOf = (metadata: EpubMetadata, items: ReadonlyMap<string, ManifestItem>): ManifestItem | null => {
  const declared = [...items.values()].find(({ properties }) => properties.has('cover-image'));
  if (declared) return declared;
  const named = metadata.coverId === null ? undefined : items.get(metadata.coverId);
  return named?.mediaType.startsWith('image/') ? named : null;
};

/** @throws UnreadableFile when the archive is no EPUB, or has no reading order. */
export const readPackage = async (epub: OpenEpub): Promise<EpubPackage> => {
  const path = await findPackage(epub);
  const root = await readXmlFile(epub, path);
  const document = root?.name === 'package' ? root : findElement(root ?? undefined, 'package');
  if (!document) throw new UnreadableFile(`“${path}” in it is not a package document of an EPUB.`);
  const metadata = readMetadata(childOf(document, 'metadata'));
  const manifest = readManifest(childOf(document, 'manifest'), path);
  const items = new Map(manifest.map((item) => [item.id, item]));
  const spineElement = childOf(document, 'spine');
  const spine = readSpine(spineElement, items);
  if (spine.length === 0)
    throw new UnreadableFile(`“${path}” in it has an empty reading order (spine), so nothing can be read.`);
  const ncxId = spineElement?.attributes['toc'];
  return {
    path,
    metadata,
    items,
    byPath: new Map(manifest.map((item) => [item.path, item])),
    spine,
    ncx:
      (ncxId === undefined ? undefined : items.get(ncxId)) ??
      manifest.find((item) => item.mediaType === NCX_TYPE) ??
      null,
    nav: manifest.find(({ properties }) => properties.has('nav')) ?? null,
    guide: readGuide(childOf(document, 'guide'), path),
    cover: coverOf(metadata, items),
  };
};
