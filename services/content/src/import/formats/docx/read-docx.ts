import { Fragment, type Mark } from 'prosemirror-model';
import { type DocNode, manuscriptSchema, normalForm } from '@authorworks/manuscript/schema';
import { relinkManuscript } from '@authorworks/manuscript/xhtml';
import type { BookReader, ImportedBook } from '../../imported-book.ts';
import { type Archive, openArchive } from '../archive/archive.ts';
import { type Deadline, startDeadline } from '../deadline.ts';
import { imageLimits, ImageShelf } from '../image/image-shelf.ts';
import { NoteList } from '../notes.ts';
import { blocksOf, divideText } from '../shape/divide-text.ts';
import { childrenOf, type XmlElement } from '../xml/xml-tree.ts';
import { BodyReader, readNoteContent } from './body-reader.ts';
import { readCoreProperties, takeTitlePage, type TitlePage } from './title-page.ts';
import { type DocxPackage, openDocx, type Relationship } from './docx-package.ts';
import type { DocxReading } from './docx-reading.ts';
import { Fields, readBookmarkToken } from './fields.ts';
import { gatherBlocks } from './item-blocks.ts';
import { LanguageCount } from './language-count.ts';
import { joinLinkedNotes } from './linked-notes.ts';
import { readNumbering } from './numbering.ts';
import { readStyles } from './styles.ts';

const { nodes, marks } = manuscriptSchema;

interface NotePart {
  readonly bodies: ReadonlyMap<string, XmlElement>;
  readonly relations: ReadonlyMap<string, Relationship>;
}

const readNotePart = async (docx: DocxPackage, path: string | undefined): Promise<NotePart> => {
  const root = path === undefined ? null : await docx.readPart(path);
  const bodies = childrenOf(root ?? undefined).filter(({ attributes }) => {
    const type = attributes['w:type'];
    return type === undefined || type === 'normal';
  });
  return {
    bodies: new Map(bodies.map((body) => [body.attributes['w:id'] ?? '', body])),
    relations: path === undefined ? new Map() : await docx.relationsOf(path),
  };
};

interface OpenDocument {
  readonly docx: DocxPackage;
  readonly reading: DocxReading;
  readonly languages: LanguageCount;
}

/** Everything around the text: styles, lists, notes. */
const openDocument = async (docx: DocxPackage, images: ImageShelf, notes: NoteList): Promise<OpenDocument> => {
  const relations = await docx.relationsOf(docx.mainPath);
  const pathOf = (type: string): string | undefined =>
    [...relations.values()].find((relation) => relation.type === type && !relation.isExternal)?.target;
  const part = async (type: string): Promise<XmlElement | null> => {
    const path = pathOf(type);
    return path === undefined ? null : await docx.readPart(path);
  };
  const parts = {
    footnote: await readNotePart(docx, pathOf('footnotes')),
    endnote: await readNotePart(docx, pathOf('endnotes')),
  };
  const languages = new LanguageCount();
  const styles = readStyles(await part('styles'));
  const owners = new Map<XmlElement, NotePart>();
  const reading: DocxReading = {
    styles,
    numbering: readNumbering(await part('numbering')),
    relations,
    images,
    notes,
    fields: new Fields(),
    changes: { inserted: 0, deleted: 0, formatted: 0 },
    where: '',
    noteBody: (kind, id) => {
      const body = parts[kind].bodies.get(id);
      if (body) owners.set(body, parts[kind]);
      return body;
    },
    readNote: (body) => {
      const inner = { ...reading, fields: new Fields(), relations: owners.get(body)?.relations ?? relations };
      return readNoteContent(inner, body);
    },
    countLanguage: (mark, text) => languages.count(mark, text),
  };
  return { docx, reading, languages };
};

/** Reads the text element by element, so that a long document is never in memory as a whole tree. */
const readBody = async ({ docx, reading }: OpenDocument): Promise<BodyReader> => {
  const body = new BodyReader(reading);
  const root = await docx.readPart(docx.mainPath, { within: 'w:body', take: (element) => body.readBlock(element) });
  // a damaged document may lack what all others have around the text
  if (body.items.length === 0 && root) for (const element of childrenOf(root)) body.readBlock(element);
  return body;
};

const withoutLanguage = (node: DocNode, isMain: (mark: Mark) => boolean): DocNode => {
  if (node.isText) return node.marks.some(isMain) ? node.mark(node.marks.filter((mark) => !isMain(mark))) : node;
  if (node.childCount === 0) return node;
  const children: DocNode[] = [];
  let isChanged = false;
  node.forEach((child) => {
    const changed = withoutLanguage(child, isMain);
    if (changed !== child) isChanged = true;
    children.push(changed);
  });
  return isChanged ? node.copy(Fragment.fromArray(children)) : node;
};

const noteChanges = ({ changes, fields, notes, relations }: DocxReading): void => {
  if (changes.inserted > 0) notes.add('insertions-accepted', '', changes.inserted);
  if (changes.deleted > 0) notes.add('deletions-accepted', '', changes.deleted);
  if (changes.formatted > 0) notes.add('formatting-changes-accepted', '', changes.formatted);
  if (fields.lists > 0) notes.add('index-dropped', '', fields.lists);
  if (fields.computed > 0) notes.add('field-flattened', '', fields.computed);
  if (fields.refused > 0) notes.add('link-refused', '', fields.refused);
  if ([...relations.values()].some(({ type }) => type === 'header' || type === 'footer')) notes.add('header-dropped');
};

/** The text in normal form, with its links and languages settled, divided into chapters. */
const divide = (open: OpenDocument, body: BodyReader, title: TitlePage): ReturnType<typeof divideText> => {
  const { reading, languages } = open;
  const gathered = gatherBlocks(title.items, reading.notes);
  const main = languages.main;
  const isMain = (mark: Mark): boolean =>
    mark.type === marks.language && LanguageCount.isSame(String(mark.attrs['lang']), main);
  const doc = withoutLanguage(nodes.doc.create(null, gathered.blocks), isMain);
  const joined = joinLinkedNotes(doc, gathered.anchors, reading.notes);
  const linked = relinkManuscript(joined, (href) => {
    const bookmark = readBookmarkToken(href);
    if (bookmark === null) return href;
    const id = gathered.anchors.get(bookmark);
    if (id === undefined) reading.notes.add('internal-link-lost', bookmark.slice(0, 100));
    return id === undefined ? null : `#b-${id}`;
  });
  return divideText({
    blocks: blocksOf(normalForm(linked)),
    title: title.title,
    hints: gathered.hints,
    notes: reading.notes,
  });
};

/** @throws UnreadableFile */
export const readDocxArchive = async (archive: Archive, deadline: Deadline): Promise<ImportedBook> => {
  const docx = await openDocx(archive, deadline);
  const notes = new NoteList();
  if (archive.refusedNames > 0) notes.add('unsafe-name', '', archive.refusedNames);
  const images = new ImageShelf(notes);
  const core = await readCoreProperties(docx);
  const open = await openDocument(docx, images, notes);
  const body = await readBody(open);
  noteChanges(open.reading);
  const title = takeTitlePage(body.items, core);
  if (title.coverName !== null) notes.add('cover-page-dropped');
  const divided = divide(open, body, title);
  const pictures = await images.take(async (path) => {
    const file = archive.find(path);
    if (!file) return null;
    const content = await archive.read(file, imageLimits.bytes).catch(() => null);
    return content?.bytes ?? null;
  });
  return {
    title: title.title || divided.title,
    subtitle: title.subtitle,
    language: open.languages.main || core.language || (open.reading.styles.defaults.language ?? ''),
    authors: title.authors,
    description: core.description,
    nodes: divided.nodes,
    images: pictures,
    coverName: pictures.some(({ name }) => name === title.coverName) ? title.coverName : null,
    notes: notes.list,
  };
};

/** Reads a Word document (DOCX, DOTX, DOCM; strict and transitional). */
export const readDocx: BookReader = async ({ bytes }) =>
  await readDocxArchive(await openArchive(bytes), startDeadline());
