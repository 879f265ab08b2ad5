import { type Node, Schema } from 'prosemirror-model';
import { type ManuscriptMarkName, manuscriptMarks } from './marks.ts';
import { type ManuscriptNodeName, manuscriptNodes } from './nodes.ts';

/**
 * The schema of a scene. An editor may build a larger one of the same specs (suggestions, comments): the functions of
 * this package know nodes and marks by name, and leave alone what they do not know.
 */
export const manuscriptSchema: Schema<ManuscriptNodeName, ManuscriptMarkName> = new Schema({
  nodes: manuscriptNodes,
  marks: manuscriptMarks,
});

/** A node of a document: a ProseMirror node of `manuscriptSchema` or of one that extends it. */
export type DocNode = Node;
