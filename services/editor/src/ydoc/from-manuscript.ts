import type { DocNode } from '@authorworks/manuscript/schema';
import * as Y from 'yjs';
import { fragmentOf, newLiveDoc } from './fragment.ts';

/** Attributes as y-prosemirror writes them: null is the default of each, and is left out. */
export const attributesOf = (node: DocNode): Record<string, string | number> => {
  const kept: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(node.attrs))
    if (typeof value === 'string' || typeof value === 'number') kept[name] = value;
  return kept;
};

/** One run of text as Y.XmlText takes it. */
export interface Run {
  readonly insert: string;
  readonly attributes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const runOf = (text: DocNode): Run => ({
  insert: text.text ?? '',
  attributes: Object.fromEntries(text.marks.map((mark) => [mark.type.name, { ...mark.attrs }])),
});

/** A node's children with adjacent texts gathered, because y-prosemirror keeps those in one Y.XmlText. */
export const gatherTexts = (node: DocNode): (DocNode | readonly Run[])[] => {
  const gathered: (DocNode | Run[])[] = [];
  node.forEach((child) => {
    const last = gathered.at(-1);
    if (!child.isText) gathered.push(child);
    else if (Array.isArray(last)) last.push(runOf(child));
    else gathered.push([runOf(child)]);
  });
  return gathered;
};

const textOf = (runs: readonly Run[]): Y.XmlText => {
  const text = new Y.XmlText();
  text.applyDelta([...runs]);
  return text;
};

export const elementOf = (node: DocNode): Y.XmlElement => {
  const element = new Y.XmlElement(node.type.name);
  for (const [name, value] of Object.entries(attributesOf(node)))
    (element as Y.XmlElement<Record<string, string | number>>).setAttribute(name, value);
  element.insert(0, gatherTexts(node).map(typeOf));
  return element;
};

/** The Yjs type of a node, or of texts that stand together. */
export const typeOf = (part: DocNode | readonly Run[]): Y.XmlElement | Y.XmlText =>
  Array.isArray(part) ? textOf(part as readonly Run[]) : elementOf(part as DocNode);

/** A live document of a manuscript, laid out as y-prosemirror does. */
export const liveDocOf = (manuscript: DocNode): Y.Doc => {
  const doc = newLiveDoc();
  doc.transact(() => fragmentOf(doc).insert(0, gatherTexts(manuscript).map(typeOf)));
  return doc;
};
