import { Fragment, type Mark } from 'prosemirror-model';
import { type DocNode, manuscriptSchema } from '../schema/manuscript-schema.ts';
import { normalForm } from '../schema/normal-form.ts';

/** Marks whose signs must touch a word: `* word*` is no emphasis in Markdown. */
const TIGHT = ['emphasis', 'strong', 'strikethrough'] as const;

const isSpace = (node: DocNode | undefined): boolean => node?.isText === true && node.text?.trim() === '';

/** Text in parts, so that white space at its edges can have other marks than the words. */
const parts = (node: DocNode): DocNode[] => {
  const text = node.text ?? '';
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  if (node.marks.length === 0 || (start === 0 && end === text.length) || start >= text.length) return [node];
  const cuts = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  return cuts.filter((part) => part !== '').map((part) => manuscriptSchema.text(part, node.marks));
};

const withoutMark = (node: DocNode, name: string): DocNode =>
  node.mark(node.marks.filter((mark: Mark) => mark.type.name !== name));

/** Takes a mark from white space at the edge of what is marked so. */
const loosen = (nodes: DocNode[], name: string): void => {
  const has = (index: number) => nodes[index]?.marks.some((mark) => mark.type.name === name) ?? false;
  const visit = (index: number, neighbour: number) => {
    const node = nodes[index];
    if (node && isSpace(node) && has(index) && !has(neighbour)) nodes[index] = withoutMark(node, name);
  };
  for (let index = 0; index < nodes.length; index++) visit(index, index - 1);
  for (let index = nodes.length - 1; index >= 0; index--) visit(index, index + 1);
};

const loosenContent = (parent: DocNode): DocNode => {
  if (parent.type === manuscriptSchema.nodes.codeBlock) return parent;
  const children: DocNode[] = [];
  parent.forEach((child) => {
    if (child.isText) children.push(...parts(child));
    else children.push(loosenContent(child));
  });
  if (parent.inlineContent) for (const name of TIGHT) loosen(children, name);
  return parent.copy(Fragment.fromArray(children));
};

/**
 * The form of a document that Markdown carries without loss: the normal form, in which white space at the edge of
 * emphasis, strong or struck text is not itself emphasised. Takes documents of `manuscriptSchema`.
 */
export const markdownForm = (doc: DocNode): DocNode => loosenContent(normalForm(doc));
