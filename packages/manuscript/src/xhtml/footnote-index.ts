import { findWithin, isBackLink, isNote, isNoteReference, isNotes, textOf } from './element-roles.ts';
import type { SourceElement, SourceTree } from './source-tree.ts';

/** Which links of a source are references to footnotes, and where the notes are. */
export interface FootnoteIndex {
  /** The note that a link refers to, for links whose note is in the same source. */
  readonly bodies: ReadonlyMap<SourceElement, SourceElement>;
  /** Notes that are referred to, and what holds nothing but such notes: not a part of the running text. */
  readonly consumed: ReadonlySet<SourceElement>;
}

const BODIES = new Set(['li', 'p', 'div', 'aside', 'dd', 'section', 'td', 'blockquote']);
/** How far out of a link's target its type as a note may be written. */
const ANCESTORS = 3;
/** What is longer is not a footnote, but a chapter that a link leads to. */
const BODY_LIMIT = 20_000;

/** Marks that refer to notes: 1, [12], (a), *, †, iv. */
const REFERENCE_MARK = /^[[(]?(?:\d{1,4}|[*†‡§¶‖#]{1,4}|[a-z]|[ivxlcdm]{1,6})[\])]?\.?$/i;

export const isReferenceMark = (text: string): boolean => REFERENCE_MARK.test(text.trim());

/** The id that a link within the source leads to. */
export const fragmentOf = (href: string | undefined): string | null => {
  if (href === undefined || !href.startsWith('#') || href.length < 2) return null;
  try {
    return decodeURIComponent(href.slice(1));
  } catch {
    return href.slice(1);
  }
};

const bodyOf = (target: SourceElement): SourceElement | null => {
  for (let element: SourceElement | null = target; element; element = element.parent) {
    if (BODIES.has(element.name)) return element;
    if (element.name === 'body') return null;
  }
  return null;
};

const hasTypedAncestor = (element: SourceElement): boolean => {
  let here: SourceElement | null = element;
  for (let steps = 0; here && steps <= ANCESTORS; steps++) {
    if (isNote(here) || isNotes(here)) return true;
    here = here.parent;
  }
  return false;
};

/** Ids by which a note may lead back to a reference: its own, those of what is around it and within it. */
export const idsAround = (reference: SourceElement): Set<string> => {
  const ids = new Set<string>();
  const add = (element: SourceElement) => {
    for (const name of ['id', 'name']) {
      const id = element.attributes.get(name);
      if (id) ids.add(id);
    }
  };
  add(reference);
  findWithin(reference, (child) => {
    add(child);
    return false;
  });
  if (reference.parent && !BODIES.has(reference.parent.name)) add(reference.parent);
  return ids;
};

interface Link {
  readonly element: SourceElement;
  readonly order: number;
}

/** Elements in the order of the document, and all links. */
const orderOf = (tree: SourceTree): { links: Link[]; order: Map<SourceElement, number> } => {
  const links: Link[] = [];
  const order = new Map<SourceElement, number>();
  const visit = (element: SourceElement): void => {
    order.set(element, order.size);
    if (element.name === 'a' && element.attributes.has('href')) links.push({ element, order: order.size });
    for (const child of element.children) if (typeof child !== 'string') visit(child);
  };
  visit(tree.root);
  return { links, order };
};

/** Where the links of a note lead to; looked up once for each note. */
const backLinksOf = (body: SourceElement, known: Map<SourceElement, Set<string>>): Set<string> => {
  const found = known.get(body);
  if (found) return found;
  const targets = new Set<string>();
  findWithin(body, (child) => {
    const fragment = child.name === 'a' ? fragmentOf(child.attributes.get('href')) : null;
    if (fragment !== null) targets.add(fragment);
    return false;
  });
  known.set(body, targets);
  return targets;
};

const isWithin = (element: SourceElement, container: SourceElement): boolean => {
  for (let here: SourceElement | null = element; here; here = here.parent) if (here === container) return true;
  return false;
};

/** Parents all of whose content is notes that are referred to, such as the list of them and its section. */
const addContainers = (consumed: Set<SourceElement>): void => {
  let layer = new Set([...consumed].map((body) => body.parent));
  while (layer.size > 0) {
    const next = new Set<SourceElement | null>();
    for (const container of layer) {
      if (!container || container.name === 'body' || container.name === 'html' || container.name === '') continue;
      const keepsHeading = !isNotes(container);
      const isSpent = container.children.every((child) => {
        if (typeof child === 'string') return child.trim() === '';
        return consumed.has(child) || child.name === 'hr' || (!keepsHeading && /^h[1-6]$/.test(child.name));
      });
      if (!isSpent || consumed.has(container)) continue;
      consumed.add(container);
      next.add(container.parent);
    }
    layer = next;
  }
};

/**
 * Finds footnotes by their types (EPUB, DPUB-ARIA), and plain ones by their shape: a link whose text is a mark such as
 * `1`, to a block further down that links back to it.
 */
export const indexFootnotes = (tree: SourceTree): FootnoteIndex => {
  const bodies = new Map<SourceElement, SourceElement>();
  const consumed = new Set<SourceElement>();
  const backLinks = new Map<SourceElement, Set<string>>();
  const short = new Map<SourceElement, boolean>();
  const { links, order } = orderOf(tree);
  for (const { element, order: position } of links) {
    const target = tree.ids.get(fragmentOf(element.attributes.get('href')) ?? '');
    const body = target && bodyOf(target);
    if (!target || !body || isBackLink(element) || isWithin(element, body)) continue;
    const isTyped = isNoteReference(element);
    if (!isTyped) {
      const follows = (order.get(body) ?? 0) > position;
      if (!follows || !isReferenceMark(textOf(element, 20))) continue;
      const back = backLinksOf(body, backLinks);
      const returns = [...idsAround(element)].some((id) => back.has(id));
      if (!returns && !hasTypedAncestor(target)) continue;
    }
    const isShort = short.get(body) ?? textOf(body, BODY_LIMIT).length < BODY_LIMIT;
    short.set(body, isShort);
    if (!isShort) continue;
    bodies.set(element, body);
    consumed.add(body);
  }
  addContainers(consumed);
  return { bodies, consumed };
};
