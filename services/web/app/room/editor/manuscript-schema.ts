import { manuscriptMarks, manuscriptNodes } from '@authorworks/manuscript/schema';
import { type AnyExtension, Extension, Mark, Node } from '@tiptap/core';
import type { MarkSpec, NodeSpec, SchemaSpec } from '@tiptap/pm/model';

/** The manuscript's own specs: what Tiptap builds its schema from. */
export const manuscriptSchemaSpec: SchemaSpec = { nodes: manuscriptNodes, marks: manuscriptMarks };

const specOf = ({ type, name }: { type: string; name: string }): NodeSpec | MarkSpec | undefined => {
  const specs: Readonly<Record<string, NodeSpec | MarkSpec>> = type === 'mark' ? manuscriptMarks : manuscriptNodes;
  return specs[name];
};

/** A block's id must not go to both halves when it is split; the block-id plugin names the new one. */
const attributesOf = (name: string): Record<string, { keepOnSplit?: boolean }> => {
  const { attrs = {} }: NodeSpec = (manuscriptNodes as Readonly<Record<string, NodeSpec>>)[name] ?? {};
  return Object.fromEntries(Object.keys(attrs).map((key) => [key, key === 'id' ? { keepOnSplit: false } : {}]));
};

const nodes = Object.keys(manuscriptNodes).map((name) =>
  Node.create({
    name,
    topNode: name === 'doc',
    // by this word Tiptap's list commands find lists; the schema's own groups come from the spec
    ...(name.endsWith('List') ? { group: 'block list' } : {}),
    addAttributes: () => attributesOf(name),
  }),
);

const marks = Object.keys(manuscriptMarks).map((name) => Mark.create({ name }));

/**
 * Hands the specs' own parseDOM, toDOM and the like to Tiptap, which would otherwise make its own. What the structure is
 * (content, groups, attributes, the order of marks) comes from `manuscriptSchemaSpec` alone, so that the editor's schema
 * is the manuscript's and not a likeness of it.
 */
const ownBehaviour = Extension.create({
  name: 'manuscriptSchema',
  extendNodeSchema: (extension) => ({ ...specOf(extension as { type: string; name: string }) }),
  extendMarkSchema: (extension) => ({ ...specOf(extension as { type: string; name: string }) }),
});

/** The nodes and marks of a manuscript as Tiptap extensions; use with `schemaSpec: manuscriptSchemaSpec`. */
export const manuscriptExtensions: readonly AnyExtension[] = [...nodes, ...marks, ownBehaviour];
