import { Fragment } from 'prosemirror-model';
import type { DocNode } from '../schema/manuscript-schema.ts';
import { isAllowedHref } from '../schema/href.ts';

const relinkText = (text: DocNode, resolve: (href: string) => string | null): DocNode => {
  const link = text.marks.find((mark) => mark.type.name === 'link');
  if (!link) return text;
  const href = resolve(String(link.attrs.href));
  if (href === link.attrs.href) return text;
  const others = link.removeFromSet(text.marks);
  if (href === null || !isAllowedHref(href)) return text.mark(others);
  return text.mark(link.type.create({ ...link.attrs, href }).addToSet(others));
};

/**
 * The document with its links leading elsewhere: an importer reads the files of a book one by one, and only then knows
 * at which block of which file an anchor stands. `null` removes a link and keeps its text. What does not change is kept
 * as the same objects.
 */
export const relinkManuscript = (doc: DocNode, resolve: (href: string) => string | null): DocNode => {
  const relink = (node: DocNode): DocNode => {
    if (node.isText) return relinkText(node, resolve);
    let isChanged = false;
    const children: DocNode[] = [];
    node.forEach((child) => {
      const relinked = relink(child);
      if (relinked !== child) isChanged = true;
      children.push(relinked);
    });
    return isChanged ? node.copy(Fragment.fromArray(children)) : node;
  };
  return relink(doc);
};
