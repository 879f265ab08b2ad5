import type { DocNode } from '@authorworks/manuscript/schema';
import { relinkManuscript } from '@authorworks/manuscript/xhtml';
import { type BookReader, type ImportedBook, type ImportedNode, UnreadableFile } from '../../imported-book.ts';
import { type Archive, openArchive } from '../archive/archive.ts';
import { type Deadline, startDeadline } from '../deadline.ts';
import { ImageShelf, imageLimits } from '../image/image-shelf.ts';
import { NoteList } from '../notes.ts';
import { divideText } from '../shape/divide-text.ts';
import { settleBlocks } from '../shape/settle-blocks.ts';
import { buildNodes } from './build-nodes.ts';
import { type BookBlocks, rowOfBlocks } from './book-blocks.ts';
import { isPoorPlan, planChapters } from './chapter-plan.ts';
import { convertTexts, readLinkToken } from './convert-texts.ts';
import { type EpubPackage, readPackage } from './epub-package.ts';
import { readNavigation } from './navigation.ts';
import { requireUnprotected } from './protection.ts';
import { findSpecialPages, kindsOf } from './special-pages.ts';
import { readTextFiles } from './text-file.ts';

/** What the book holds beside texts and pictures, and a manuscript does not. */
const noteOthers = ({ items, metadata }: EpubPackage, notes: NoteList): void => {
  for (const { mediaType, path, hasMediaOverlay } of items.values()) {
    if (/font|opentype/.test(mediaType)) notes.add('font-dropped', path);
    else if (/javascript|ecmascript/.test(mediaType)) notes.add('script-dropped', path);
    else if (/^(?:audio|video)\//.test(mediaType)) notes.add('media-lost', path);
    if (hasMediaOverlay) notes.add('read-aloud-lost');
  }
  if (metadata.isFixedLayout) notes.add('fixed-layout');
};

const idsIn = (blocks: readonly ImportedNode[], ids: Set<string>): void => {
  for (const { doc, children } of blocks) {
    doc?.descendants((block) => {
      const id: unknown = block.attrs['id'];
      if (typeof id === 'string') ids.add(id);
      return !block.isTextblock;
    });
    idsIn(children, ids);
  }
};

/** Where the links within the book lead, now that it is known which blocks there are. */
const relinker = (tree: readonly ImportedNode[], row: BookBlocks, notes: NoteList): ((doc: DocNode) => DocNode) => {
  const ids = new Set<string>();
  idsIn(tree, ids);
  /** The block at a place; where it became a title, the first block behind it. */
  const blockFrom = (place: number): string | null => {
    for (let at = place; at < Math.min(row.blocks.length, place + 10); at += 1) {
      const id = String(row.blocks[at]?.attrs['id']);
      if (ids.has(id)) return id;
    }
    return null;
  };
  const resolve = (href: string): string | null => {
    const token = readLinkToken(href);
    if (!token) return href;
    const text = row.texts[token.file];
    const anchored = text?.anchors.get(token.fragment);
    const place = text && row.placeOf({ path: text.file.path, fragment: token.fragment });
    const id =
      anchored !== undefined && ids.has(anchored)
        ? anchored
        : place === null || place === undefined
          ? null
          : blockFrom(place);
    if (id === null) notes.add('internal-link-lost', text?.file.path ?? '');
    return id === null ? null : `#b-${id}`;
  };
  return (doc) => relinkManuscript(doc, resolve);
};

const mapDocs = (tree: readonly ImportedNode[], change: (doc: DocNode) => DocNode): ImportedNode[] =>
  tree.map((node) => ({ ...node, doc: node.doc && change(node.doc), children: mapDocs(node.children, change) }));

/** @throws UnreadableFile */
export const readEpubArchive = async (archive: Archive, deadline: Deadline): Promise<ImportedBook> => {
  const epub = { archive, deadline };
  const notes = new NoteList();
  const book = await readPackage(epub);
  await requireUnprotected(epub, book);
  const navigation = await readNavigation(epub, book);
  if (archive.refusedNames > 0) notes.add('unsafe-name', '', archive.refusedNames);
  noteOthers(book, notes);
  const { metadata } = book;
  const files = await readTextFiles(epub, book, notes);
  if (files.length === 0)
    throw new UnreadableFile(`None of its texts can be read. The first should be “${book.spine[0]?.item.path}”.`);
  const special = findSpecialPages(files, { book, navigation, notes });
  const images = new ImageShelf(notes);
  const cover = special.coverPath === null ? undefined : archive.find(special.coverPath);
  const coverName = cover ? images.nameOf(cover.path) : null;
  const kept = files.filter((file) => !special.left.has(file));
  for (const { isLinear, path } of kept) if (!isLinear) notes.add('reading-order-extra', path);
  const texts = await convertTexts(kept, { epub, language: metadata.language, images, notes });
  const row = rowOfBlocks(texts.map((text) => ({ ...text, blocks: settleBlocks(text.blocks) })));
  const kinds = new Map(kept.map((file) => [file, kindsOf(file, book, navigation)]));
  const planning = {
    row,
    contents: navigation.contents,
    title: metadata.title,
    kindsOf: (file: (typeof kept)[number]) => kinds.get(file) ?? new Set<string>(),
    notes,
  };
  const boundaries = planChapters(planning);
  const divided = isPoorPlan(boundaries, planning)
    ? divideText({ blocks: row.blocks, title: metadata.title, notes })
    : { title: '', nodes: buildNodes(boundaries, { ...planning, book, navigation }) };
  const relink = relinker(divided.nodes, row, notes);
  const tree = mapDocs(divided.nodes, relink);
  const pictures = await images.take(async (place) => {
    deadline();
    const file = archive.find(place);
    if (!file) return null;
    const content = await archive.read(file, imageLimits.bytes).catch(() => null);
    return content?.bytes ?? null;
  });
  return {
    title: metadata.title || divided.title,
    subtitle: metadata.subtitle,
    language: metadata.language,
    authors: metadata.authors,
    description: metadata.description,
    nodes: tree,
    images: pictures,
    coverName: pictures.some(({ name }) => name === coverName) ? coverName : null,
    notes: notes.list,
  };
};

/** Reads an EPUB of any version. */
export const readEpub: BookReader = async ({ bytes }) =>
  await readEpubArchive(await openArchive(bytes), startDeadline());
