import { createHash } from 'node:crypto';
import { isBlockId, manuscriptSchema } from '@authorworks/manuscript/schema';
import type * as Y from 'yjs';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 12;

/** Nodes that have an identity, by name. */
export const identified: ReadonlySet<string> = new Set(
  Object.values(manuscriptSchema.nodes)
    .filter((type) => type.spec.attrs?.['id'] !== undefined)
    .map((type) => type.name),
);

/** An id that follows from the element's own identity in Yjs, so that every reader finds the same. */
const derivedId = (element: Y.XmlElement, attempt: number): string => {
  const { client, clock } = element._item?.id ?? { client: 0, clock: 0 };
  const digest = createHash('sha256').update(`${client} ${clock} ${attempt}`).digest();
  let id = '';
  for (let index = 0; index < LENGTH; index += 1) id += ALPHABET[(digest[index] ?? 0) % ALPHABET.length];
  return id;
};

/**
 * The id of a block, or undefined for elements that have none. A block that a client made without one, or as a copy of
 * another, gets one that follows from its place in Yjs: the same for every reader and for ever.
 * @param taken Ids of the blocks before it in the document; its own is added.
 */
export const blockIdOf = (element: Y.XmlElement, taken?: Set<string>): string | undefined => {
  if (!identified.has(element.nodeName)) return undefined;
  const own: unknown = element.getAttribute('id');
  let id = isBlockId(own) ? own : undefined;
  for (let attempt = 0; id === undefined || taken?.has(id); attempt += 1) id = derivedId(element, attempt);
  taken?.add(id);
  return id;
};
