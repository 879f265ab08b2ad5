import { append } from '../schema/append.ts';
import { type DocNode, manuscriptSchema } from '../schema/manuscript-schema.ts';
import { LIST_START_LIMIT } from '../schema/node-attributes.ts';
import { isVerse, quoteKindOf } from './element-roles.ts';
import { readFlow } from './read-blocks.ts';
import { readVerse } from './read-verse.ts';
import {
  capture,
  captureContainer,
  createNode,
  flush,
  isOwn,
  mayNest,
  ownId,
  PARAGRAPH,
  type Reader,
  readChildren,
  type Scope,
  type Shape,
} from './reader.ts';
import { scopeWithin, styleIn } from './scope.ts';
import type { SourceElement } from './source-tree.ts';

const { nodes } = manuscriptSchema;

const kindOf = (reader: Reader, element: SourceElement): 'quote' | 'epigraph' | 'letter' => {
  if (isOwn(reader, element, 'epigraph')) return 'epigraph';
  if (isOwn(reader, element, 'letter')) return 'letter';
  const { role } = styleIn(reader, element);
  return role === 'epigraph' || role === 'letter' ? role : (quoteKindOf(element) ?? 'quote');
};

const isPoem = (reader: Reader, element: SourceElement): boolean =>
  isVerse(element) || isOwn(reader, element, 'verse') || styleIn(reader, element).role === 'verse';

/** A blockquote, and whatever else is an epigraph or a letter. */
export const readQuote = (reader: Reader, element: SourceElement, scope: Scope): void => {
  const inner = { ...scope, align: null, noIndent: false };
  flush(reader);
  if (!mayNest(reader)) {
    readFlow(reader, element, inner);
    return;
  }
  const poem = isPoem(reader, element);
  const kind = kindOf(reader, element);
  const content = captureContainer(reader, () => {
    if (poem) readVerse(reader, element, inner);
    else readChildren(reader, element, inner);
  });
  const [first] = content;
  if (!first) return;
  const only = content.length === 1 ? first : null;
  // An epigraph is often written as a section of that type around a plain quote.
  const isTyped = kind !== 'quote' && only?.type === nodes.blockquote && only.attrs.kind === 'quote';
  if (only && isTyped && element.name !== 'blockquote') {
    reader.out.push(only.type.create({ ...only.attrs, kind }, only.content));
  } else if (only && poem && kind === 'quote' && only.type === nodes.verse) reader.out.push(only);
  else
    reader.out.push(createNode(reader, { type: nodes.blockquote, attributes: { id: ownId(element), kind } }, content));
};

/** What a list item will hold; gathered first, because a list written wrongly is added to the item before it. */
interface Item {
  readonly id: string | null;
  readonly content: DocNode[];
}

const createItem = (reader: Reader, { id, content }: Item): DocNode => {
  const needsParagraph = content[0]?.type !== nodes.paragraph;
  const filled = needsParagraph ? [createNode(reader, PARAGRAPH), ...content] : content;
  return createNode(reader, { type: nodes.listItem, attributes: { id } }, filled);
};

/** What stands in a list item; ornaments directly within it are somebody's text. */
const captureItem = (reader: Reader, read: () => void): DocNode[] => {
  reader.keepsOrnaments = true;
  const content = capture(reader, read);
  reader.keepsOrnaments = false;
  return content;
};

const readItem = (reader: Reader, element: SourceElement, scope: Scope): Item | null => {
  if (reader.footnotes.consumed.has(element) || reader.options.skip?.(element)) return null;
  if (styleIn(reader, element).hidden) {
    reader.notes.add('hidden-text-dropped');
    return null;
  }
  const anchor = element.attributes.get('id');
  if (anchor !== undefined) reader.pendingAnchors.push(anchor);
  const inner = scopeWithin(reader, element, scope);
  const content = captureItem(reader, () => readChildren(reader, element, inner));
  return { id: ownId(element), content };
};

const LISTS = new Set(['ul', 'ol', 'menu', 'dir']);

const readItems = (reader: Reader, list: SourceElement, scope: Scope): DocNode[] => {
  const items: Item[] = [];
  for (const child of list.children) {
    if (typeof child !== 'string' && child.name === 'li') {
      const item = readItem(reader, child, scope);
      if (item) items.push(item);
      continue;
    }
    const stray = captureItem(reader, () => {
      if (typeof child === 'string') reader.line.addText(child, scope.marks);
      else reader.readElement(reader, child, scope);
    });
    if (stray.length === 0) continue;
    const last = items.at(-1);
    // A list directly within a list belongs to the item before it.
    if (last && typeof child !== 'string' && LISTS.has(child.name)) {
      append(last.content, stray);
    } else items.push({ id: null, content: stray });
  }
  return items.map((item) => createItem(reader, item));
};

const listShape = (element: SourceElement): Shape => {
  const id = ownId(element);
  if (element.name !== 'ol') return { type: nodes.bulletList, attributes: { id } };
  const written = element.attributes.get('start')?.trim() ?? '';
  const start = /^\d{1,9}$/.test(written) ? Math.min(LIST_START_LIMIT, Number(written)) : 1;
  return { type: nodes.orderedList, attributes: { id, start } };
};

export const readList = (reader: Reader, element: SourceElement, scope: Scope): void => {
  const inner = { ...scope, align: null, noIndent: false };
  flush(reader);
  if (!mayNest(reader)) {
    readFlow(reader, element, inner);
    return;
  }
  let items: DocNode[] = [];
  captureContainer(reader, () => {
    items = readItems(reader, element, inner);
  });
  if (items.length > 0) reader.out.push(createNode(reader, listShape(element), items));
};
