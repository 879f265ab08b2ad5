import { Fragment } from 'prosemirror-model';
import { type DocNode, manuscriptSchema, newBlockId } from '@authorworks/manuscript/schema';
import type { NoteList } from '../notes.ts';
import { readBookmarkToken } from './fields.ts';

const { nodes, marks } = manuscriptSchema;

const MARK = /^\s*[[(]?(?:\d{1,4}|[*†‡§¶]{1,4})[\])]?\s*$/;
const ARROW = /^\s*[↩⏎↑^←⇧⤴]\ufe0e?\s*$/;
const NOTES_HEADING = /^(?:end ?notes|foot ?notes|notes|anmerkungen|endnoten|fußnoten|notas|notes de fin)$/i;

const hrefOf = (text: DocNode): string | null => {
  const link = text.marks.find(({ type }) => type === marks.link);
  return link ? String(link.attrs['href']) : null;
};

/** The inline content of a note that ends with a link back; null for a block that is none. */
const noteContent = (block: DocNode): DocNode[] | null => {
  const paragraph = block.type === nodes.listItem ? block.firstChild : block;
  if (paragraph?.type !== nodes.paragraph || (block.type === nodes.listItem && block.childCount > 1)) return null;
  const content = [...paragraph.children];
  const back = content.findLastIndex((child) => child.isText && (child.text ?? '').trim() !== '');
  const last = content[back];
  if (!last || !ARROW.test(last.text ?? '') || hrefOf(last) === null) return null;
  const kept = content.slice(0, back).filter((child) => child.isText || child.type === nodes.hardBreak);
  const only = kept.at(-1);
  if (only?.isText && only.text?.trimEnd() !== only.text) {
    const trimmed = only.text?.trimEnd() ?? '';
    kept.splice(-1, 1, ...(trimmed === '' ? [] : [manuscriptSchema.text(trimmed, only.marks)]));
  }
  return kept.length > 0 ? kept : null;
};

/** Blocks that may be notes, by their ids. */
const candidates = (doc: DocNode): Map<string, { block: DocNode; content: DocNode[] }> => {
  const found = new Map<string, { block: DocNode; content: DocNode[] }>();
  doc.descendants((block) => {
    if (block.type !== nodes.listItem && block.type !== nodes.paragraph) return !block.isTextblock;
    const content = noteContent(block);
    if (content)
      for (const id of [block.attrs['id'], block.firstChild?.attrs['id']])
        if (typeof id === 'string') found.set(id, { block, content });
    return false;
  });
  return found;
};

/**
 * Notes that a converter has left as links: a number that leads to an entry of a list, which leads back by an arrow. They
 * become footnotes, and the list that is spent is taken out together with its heading.
 *
 * @param anchors Names of bookmarks, and the block at which each stands.
 */
export const joinLinkedNotes = (doc: DocNode, anchors: ReadonlyMap<string, string>, notes: NoteList): DocNode => {
  const bodies = candidates(doc);
  if (bodies.size === 0) return doc;
  const spent = new Set<DocNode>();
  const join = (node: DocNode): DocNode => {
    const children: DocNode[] = [];
    let isChanged = false;
    node.forEach((child) => {
      const bookmark = child.isText && MARK.test(child.text ?? '') ? readBookmarkToken(hrefOf(child) ?? '') : null;
      const body = bookmark === null ? undefined : bodies.get(anchors.get(bookmark) ?? '');
      const joined =
        body && node.type !== nodes.footnote
          ? nodes.footnote.create({ id: newBlockId() }, body.content)
          : child.isText
            ? child
            : join(child);
      if (body) spent.add(body.block);
      if (joined !== child) isChanged = true;
      children.push(joined);
    });
    return isChanged ? node.copy(Fragment.fromArray(children)) : node;
  };
  const joined = join(doc);
  if (spent.size === 0) return doc;
  notes.add('notes-joined', '', spent.size);
  return withoutSpent(joined, new Set([...spent].map(({ attrs }) => String(attrs['id']))));
};

const withoutSpent = (node: DocNode, spent: ReadonlySet<string>): DocNode => {
  const children: DocNode[] = [];
  for (const child of node.children) {
    if (spent.has(String(child.attrs['id']))) continue;
    const kept = child.isTextblock || child.isText ? child : withoutSpent(child, spent);
    const isEmptied = kept !== child && kept.childCount === 0;
    const heading = children.at(-1);
    // the heading of a list of which nothing is left
    if (isEmptied && heading?.type === nodes.heading && NOTES_HEADING.test(heading.textContent.trim())) children.pop();
    if (!isEmptied) children.push(kept);
  }
  return children.length === node.childCount && children.every((child, index) => child === node.child(index))
    ? node
    : node.copy(Fragment.fromArray(children));
};
