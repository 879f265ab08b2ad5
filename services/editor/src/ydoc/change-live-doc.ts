import { matchBlockIds } from '@authorworks/manuscript/blocks';
import { type DocNode, normaliseManuscript } from '@authorworks/manuscript/schema';
import { lcs } from 'fast-myers-diff';
import * as Y from 'yjs';
import { blockIdOf } from './block-ids.ts';
import { changeText } from './change-text.ts';
import { fragmentOf } from './fragment.ts';
import { attributesOf, gatherTexts, type Run, typeOf } from './from-manuscript.ts';
import { readLiveDoc } from './to-manuscript.ts';

type Part = DocNode | readonly Run[];

const isRuns = (part: Part): part is readonly Run[] => Array.isArray(part);

/** What makes a child the same one: its kind and its id. Texts are alike; what they say is compared later. */
const keyOfPart = (part: Part): string =>
  isRuns(part) ? 'text' : `${part.type.name} ${String(part.attrs['id'] ?? '')}`;

const keyOfChild = (child: unknown, taken: Set<string>): string => {
  if (child instanceof Y.XmlElement) return `${child.nodeName} ${blockIdOf(child, taken) ?? ''}`;
  return 'text';
};

const changeAttributes = (element: Y.XmlElement<Record<string, string | number>>, node: DocNode): void => {
  const wanted = attributesOf(node);
  for (const name of Object.keys(element.getAttributes()))
    if (!Object.hasOwn(wanted, name)) element.removeAttribute(name);
  for (const [name, value] of Object.entries(wanted))
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
};

/** The children that stay, as indexes of both lists, and what stands between them. */
const changeChildren = (parent: Y.XmlFragment, node: DocNode, taken: Set<string>): void => {
  const children = parent.toArray();
  const parts: Part[] = gatherTexts(node);
  const before = children.map((child) => keyOfChild(child, taken));
  const after = parts.map(keyOfPart);
  const kept: [number, number][] = [];
  for (const [from, to, length] of lcs(before, after))
    for (let step = 0; step < length; step += 1) kept.push([from + step, to + step]);
  // from the right, so that places further left stay what they were
  let [oldEnd, newEnd] = [before.length, after.length];
  for (const [old, current] of [[-1, -1] as const, ...kept].toReversed()) {
    if (oldEnd > old + 1) parent.delete(old + 1, oldEnd - old - 1);
    const fresh = parts.slice(current + 1, newEnd).map(typeOf);
    if (fresh.length > 0) parent.insert(old + 1, fresh);
    [oldEnd, newEnd] = [old, current];
  }
  for (const [old, current] of kept) {
    const [child, part] = [children[old], parts[current]];
    if (part) changeChild(child, part, taken);
  }
};

const changeChild = (child: unknown, part: Part, taken: Set<string>): void => {
  if (child instanceof Y.XmlText && isRuns(part)) changeText(child, part);
  else if (child instanceof Y.XmlElement && !isRuns(part)) {
    changeAttributes(child as Y.XmlElement<Record<string, string | number>>, part);
    changeChildren(child, part, taken);
  }
};

/**
 * Makes a live document say what a manuscript says, by the smallest change: blocks that are the same or alike keep their
 * place in Yjs and their id, and within them only the words that differ are touched, so that the cursors and comments of
 * others stay where they are.
 * @returns the manuscript with the ids that its blocks have now.
 */
export const changeLiveDoc = (doc: Y.Doc, wanted: DocNode): DocNode => {
  const target = normaliseManuscript(matchBlockIds(readLiveDoc(doc).manuscript, wanted));
  doc.transact(() => changeChildren(fragmentOf(doc), target, new Set()));
  return target;
};
