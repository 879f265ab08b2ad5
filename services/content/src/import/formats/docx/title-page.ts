import { plainDescription } from '../shape/plain-description.ts';
import { childOf, findElement, xmlLine, xmlText } from '../xml/xml-tree.ts';
import { type BodyItem, lineOfContent, type TextItem } from './body-items.ts';
import type { DocxPackage } from './docx-package.ts';

/** What a document says of itself beside its text. */
export interface CoreProperties {
  readonly title: string;
  readonly author: string;
  readonly language: string;
  readonly description: string;
}

/** Titles that programs give to documents whose author gave none. */
const NO_TITLE =
  /^(?:microsoft word\b.*|document ?\d*|dokument ?\d*|documento ?\d*|untitled.*|unbenannt.*|sin título.*|.*\.(?:docx?|dotx?|odt|rtf|txt))$/i;

/** Reads `docProps/core.xml`, which may be missing or broken. */
export const readCoreProperties = async (docx: DocxPackage): Promise<CoreProperties> => {
  const relations = [...(await docx.relationsOf('')).values()];
  const path = relations.find(({ type }) => type === 'core-properties')?.target ?? 'docProps/core.xml';
  const root = (await docx.readPart(path).catch(() => null)) ?? undefined;
  const title = xmlLine(findElement(root, 'dc:title'));
  return {
    title: NO_TITLE.test(title) ? '' : title,
    author: xmlLine(findElement(root, 'dc:creator')),
    language: xmlLine(findElement(root, 'dc:language')),
    description: plainDescription(xmlText(childOf(root, 'dc:description'))),
  };
};

export interface TitlePage {
  readonly title: string;
  readonly subtitle: string;
  readonly authors: readonly string[];
  /** The picture that is the cover, by its name; null where the document does not begin with one. */
  readonly coverName: string | null;
  /** The document without what became its title page. */
  readonly items: readonly BodyItem[];
}

const TITLE_ROLES = new Set(['title', 'subtitle', 'author', 'date']);

const roleOf = (item: BodyItem | undefined): string | undefined =>
  item?.kind === 'text' ? item.role?.role : undefined;

/** How many items at the beginning are the title page. A picture above the title is the book's, not the title's. */
const titleLength = (items: readonly BodyItem[]): number => {
  let length = 0;
  for (const [index, item] of items.entries()) {
    if (TITLE_ROLES.has(roleOf(item) ?? '')) length = index + 1;
    else if (item.kind !== 'blank') break;
  }
  return length;
};

const plainTitle = (item: TextItem): TextItem => {
  const { role } = item;
  // whoever calls every chapter a title means a heading
  if (role?.role === 'title') return { ...item, role: { role: 'heading', level: 1 } };
  return role?.role === 'subtitle' || role?.role === 'author' || role?.role === 'date'
    ? { ...item, role: undefined }
    : item;
};

/** A picture higher than wide that stands before all text, at the top of the document: the cover. */
const coverAt = (items: readonly BodyItem[], from: number): { name: string; end: number } | null => {
  const index = items.findIndex((item, place) => place >= from && item.kind !== 'blank');
  const item = items[index];
  if (item?.kind !== 'image') return null;
  const { width, height, fileId } = item.node.attrs;
  const isUpright = typeof width === 'number' && typeof height === 'number' && height > width * 1.2;
  const next = items.find((_, place) => place > index && items[place]?.kind !== 'blank');
  const endsPage = next?.kind === 'text' && (next.breakBefore || next.role !== undefined);
  return isUpright && endsPage && typeof fileId === 'string' ? { name: fileId, end: index + 1 } : null;
};

/** Takes cover, title, subtitle and author from the beginning of a document, where its styles name them. */
export const takeTitlePage = (items: readonly BodyItem[], core: CoreProperties): TitlePage => {
  const above = coverAt(items, 0);
  const start = above?.end ?? 0;
  const length = start + titleLength(items.slice(start));
  const below = above ? null : coverAt(items, length);
  const page = items.slice(start, length).filter((item) => item.kind === 'text');
  const linesOf = (role: string): string[] =>
    page.filter((item) => item.role?.role === role).map(({ content }) => lineOfContent(content));
  const authors = linesOf('author').map((line) => line.replace(/^(?:by|von|de|par|por)\s+/i, ''));
  return {
    title: linesOf('title').join(' ') || core.title,
    subtitle: linesOf('subtitle').join(' '),
    authors: authors.length > 0 ? authors : core.author === '' ? [] : [core.author],
    coverName: above?.name ?? below?.name ?? null,
    items: items.slice(below?.end ?? length).map((item) => (item.kind === 'text' ? plainTitle(item) : item)),
  };
};
