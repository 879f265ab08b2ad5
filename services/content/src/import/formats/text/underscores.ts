import { Fragment } from 'prosemirror-model';
import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';

const { marks } = manuscriptSchema;

/** Words between underscores, as typists and Project Gutenberg write italics. Not names such as `file_name_2`. */
const MARKED = /(?<![\p{L}\p{N}_])_(?=[^\s_])([^_]{0,499}[^\s_])_(?![\p{L}\p{N}_])/gu;

const readText = (text: DocNode): DocNode[] => {
  const written = text.text ?? '';
  if (!written.includes('_')) return [text];
  const parts: DocNode[] = [];
  let end = 0;
  for (const match of written.matchAll(MARKED)) {
    if (match.index > end) parts.push(manuscriptSchema.text(written.slice(end, match.index), text.marks));
    const inner = match[1] ?? '';
    if (inner !== '') parts.push(manuscriptSchema.text(inner, marks.emphasis.create().addToSet(text.marks)));
    end = match.index + match[0].length;
  }
  if (end < written.length) parts.push(manuscriptSchema.text(written.slice(end), text.marks));
  return parts;
};

/** A block in which underscores around words have become emphasis. */
export const readUnderscores = (block: DocNode): DocNode => {
  if (block.type.name === 'codeBlock') return block;
  const children: DocNode[] = [];
  block.forEach((child) => {
    if (child.isText) children.push(...readText(child));
    else children.push(readUnderscores(child));
  });
  return block.copy(Fragment.fromArray(children));
};
