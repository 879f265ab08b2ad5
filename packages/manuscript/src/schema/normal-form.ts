import { Fragment } from 'prosemirror-model';
import { cleanText } from './clean-text.ts';
import { normaliseHref } from './href.ts';
import { InlineLine } from './inline-line.ts';
import { type DocNode, manuscriptSchema } from './manuscript-schema.ts';
import { isOrnament } from './ornament.ts';
import { append } from './append.ts';

const { nodes } = manuscriptSchema;

const normaliseLinks = (text: DocNode): DocNode => {
  const link = manuscriptSchema.marks.link.isInSet(text.marks);
  if (!link) return text;
  const href = normaliseHref(String(link.attrs.href));
  const others = link.removeFromSet(text.marks);
  if (href === null) return text.mark(others);
  return text.mark(link.type.create({ href, title: link.attrs.title || null }).addToSet(others));
};

const lineOf = (parent: DocNode): InlineLine => {
  const line = new InlineLine();
  parent.forEach((child) => {
    if (child.isText) line.addText(child.text ?? '', normaliseLinks(child).marks);
    else if (child.type === nodes.hardBreak) line.addBreak();
    else if (child.type === nodes.footnote) {
      const content = lineOf(child).takeWhole();
      if (content.size > 0) line.addNode(child.type.create(child.attrs, content));
    }
  });
  return line;
};

/** The text of inline content without footnotes; hard breaks count as spaces. */
export const plainText = (content: Fragment): string => {
  let text = '';
  content.forEach((child) => {
    if (child.isText) text += child.text ?? '';
    else if (child.type.name === 'hardBreak') text += ' ';
  });
  return text;
};

/** Whether inline content is nothing but a scene break written as a paragraph. */
export const isOrnamentLine = (content: Fragment): boolean => {
  let hasOther = false;
  content.forEach((child) => {
    if (!child.isText && child.type.name !== 'hardBreak') hasOther = true;
  });
  return !hasOther && isOrnament(plainText(content));
};

const normaliseParagraph = (paragraph: DocNode, parent: DocNode): DocNode[] => {
  const pieces = lineOf(paragraph).takePieces();
  if (pieces.length === 0) return [paragraph.type.create({ ...paragraph.attrs, align: null, indent: null })];
  return pieces.map((piece, index) => {
    const id: unknown = index === 0 ? paragraph.attrs.id : null;
    if (parent.type !== nodes.listItem && isOrnamentLine(piece)) return nodes.sceneBreak.create({ id });
    return paragraph.type.create({ ...paragraph.attrs, id }, piece);
  });
};

/** Text of a code block as it is kept: lines end in line feeds, and the last one in nothing. */
export const codeText = (text: string): string => {
  const lines = text.replace(/\r\n?/g, '\n');
  let end = lines.length;
  while (end > 0 && lines.charCodeAt(end - 1) === 0x0a) end -= 1;
  return lines.slice(0, end);
};

const normaliseCode = (block: DocNode): DocNode[] => {
  const text = cleanText(codeText(block.textContent));
  return text === '' ? [] : [block.type.create(block.attrs, manuscriptSchema.text(text))];
};

/** A picture without a file is its caption. */
const normaliseImage = (image: DocNode, parent: DocNode): DocNode[] => {
  const caption = lineOf(image).takeWhole();
  if (image.attrs.fileId !== null) {
    return [image.type.create({ ...image.attrs, title: image.attrs.title || null }, caption)];
  }
  if (caption.size === 0) return [];
  return normaliseParagraph(nodes.paragraph.create({ id: image.attrs.id }, image.content), parent);
};

const normaliseChildren = (parent: DocNode): DocNode[] => {
  const children: DocNode[] = [];
  parent.forEach((child) => {
    append(children, normaliseBlock(child, parent));
  });
  return children;
};

const normaliseContainer = (block: DocNode): DocNode[] => {
  const children = normaliseChildren(block);
  return children.length === 0 ? [] : [block.type.create(block.attrs, children)];
};

const normaliseBlock = (block: DocNode, parent: DocNode): DocNode[] => {
  switch (block.type) {
    case nodes.paragraph:
      return normaliseParagraph(block, parent);
    case nodes.heading: {
      const content = lineOf(block).takeWhole();
      if (parent.type !== nodes.listItem && isOrnamentLine(content))
        return [nodes.sceneBreak.create({ id: block.attrs.id })];
      return content.size > 0 ? [block.type.create(block.attrs, content)] : [];
    }
    case nodes.verseLine: {
      const content = lineOf(block).takeWhole();
      return content.size > 0 ? [block.type.create(block.attrs, content)] : [];
    }
    case nodes.codeBlock:
      return normaliseCode(block);
    case nodes.image:
      return normaliseImage(block, parent);
    case nodes.sceneBreak:
      return [block];
    default:
      return normaliseContainer(block);
  }
};

/**
 * The form of a document that XHTML and Markdown carry without loss (README, "Normal form"): writing it and reading it
 * back gives the same document. White space is collapsed as browsers do; two hard breaks in a row end a paragraph; a
 * paragraph of nothing but an ornament is a scene break; empty headings, code blocks, quotes, lines of verse and
 * footnotes and pictures without a file are left out; empty paragraphs have no alignment.
 *
 * Takes documents of `manuscriptSchema`.
 */
export const normalForm = (doc: DocNode): DocNode => {
  const children = normaliseChildren(doc);
  return doc.type.create(null, Fragment.fromArray(children.length > 0 ? children : [nodes.paragraph.create()]));
};
