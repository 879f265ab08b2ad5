import { Fragment } from 'prosemirror-model';
import { type DocNode, manuscriptSchema } from '../schema/manuscript-schema.ts';
import { BLANK, capture, createNode, flush, PARAGRAPH, type Reader, type Scope, readChildren } from './reader.ts';
import type { SourceElement } from './source-tree.ts';
import { append } from '../schema/append.ts';

const SEPARATOR = ' | ';

/** The rows of a table, without those of tables within it. */
const rowsOf = (table: SourceElement): SourceElement[] => {
  const rows: SourceElement[] = [];
  const collect = (element: SourceElement): void => {
    for (const child of element.children) {
      if (typeof child === 'string') continue;
      if (child.name === 'tr') rows.push(child);
      else if (['thead', 'tbody', 'tfoot'].includes(child.name)) collect(child);
    }
  };
  collect(table);
  return rows;
};

const isPlain = (blocks: readonly DocNode[]): boolean =>
  blocks.length <= 1 && blocks.every((block) => block.type === PARAGRAPH.type);

const joinCells = (cells: readonly DocNode[]): Fragment => {
  let content = Fragment.empty;
  for (const [index, cell] of cells.entries()) {
    if (index > 0) content = content.append(Fragment.from(manuscriptSchema.text(SEPARATOR)));
    content = content.append(cell.content);
  }
  // Rebuilt, so that text beside a separator becomes one node with it.
  const nodes: DocNode[] = [];
  content.forEach((node) => nodes.push(node));
  return Fragment.fromArray(nodes);
};

const readRow = (reader: Reader, row: SourceElement, scope: Scope): { blocks: DocNode[]; cells: number } => {
  const cells: DocNode[][] = [];
  for (const cell of row.children) {
    if (typeof cell === 'string') continue;
    const blocks = capture(reader, () => readChildren(reader, cell, scope));
    if (blocks.length > 0) cells.push(blocks);
  }
  if (cells.length < 2 || !cells.every(isPlain)) return { blocks: cells.flat(), cells: cells.length };
  const content = joinCells(cells.flatMap((blocks) => blocks));
  return { blocks: [createNode(reader, PARAGRAPH, content)], cells: cells.length };
};

/** Tables become paragraphs: one for each row, its cells parted by ` | `; a table that only lays out a page, its content. */
export const readTable = (reader: Reader, table: SourceElement, scope: Scope): void => {
  flush(reader);
  const rows = rowsOf(table);
  let widest = 0;
  for (const child of table.children) {
    if (typeof child !== 'string' && child.name === 'caption') {
      append(
        reader.out,
        capture(reader, () => readChildren(reader, child, scope)),
      );
    }
  }
  for (const row of rows) {
    const { blocks, cells } = readRow(reader, row, scope);
    widest = Math.max(widest, cells);
    append(
      reader.out,
      blocks.filter((block) => block !== BLANK),
    );
  }
  if (widest > 1) reader.notes.add('table-flattened');
};
