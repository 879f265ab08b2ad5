import type { DocNode } from '../schema/manuscript-schema.ts';

export interface ToTextOptions {
  /** `end` (default): as `[1]`, and the notes behind the text. `omit`: without them. */
  readonly footnotes?: 'end' | 'omit' | undefined;
}

interface Writer {
  readonly options: ToTextOptions;
  readonly blocks: string[];
  readonly notes: string[];
}

const VERSE_MARGIN = '    ';
const VERSE_STEP = '  ';

const collapse = (line: string): string => line.replace(/[ \t\n\r\f\v]+/g, ' ').trim();

/** The text of a block, a line for each hard break. */
const linesOf = (writer: Writer, block: DocNode): string[] => {
  const lines = [''];
  const add = (text: string) => {
    lines[lines.length - 1] += text;
  };
  block.forEach((child) => {
    if (child.isText) add(child.text ?? '');
    else if (child.type.name === 'hardBreak') lines.push('');
    else if (child.type.name === 'footnote' && writer.options.footnotes !== 'omit') {
      const number = writer.notes.length + 1;
      writer.notes.push('');
      writer.notes[number - 1] = `[${number}] ${linesOf(writer, child).join(' ')}`;
      add(`[${number}]`);
    }
  });
  return lines.map(collapse).filter((line) => line !== '');
};

const writeLines = (writer: Writer, lines: readonly string[]): void => {
  if (lines.length > 0) writer.blocks.push(lines.join('\n'));
};

const writeStanza = (writer: Writer, stanza: DocNode): void => {
  const lines: string[] = [];
  stanza.forEach((line) => {
    const indent = VERSE_MARGIN + VERSE_STEP.repeat(Number(line.attrs.indent) || 0);
    for (const text of linesOf(writer, line)) lines.push(indent + text);
  });
  writeLines(writer, lines);
};

const writeList = (writer: Writer, list: DocNode): void => {
  let number = Number(list.attrs.start) || 1;
  list.forEach((item) => {
    const marker = list.type.name === 'orderedList' ? `${number}. ` : '- ';
    const before = writer.blocks.length;
    item.forEach((block) => writeBlock(writer, block));
    if (writer.blocks.length > before) writer.blocks[before] = marker + (writer.blocks[before] ?? '');
    number += 1;
  });
};

const writeBlock = (writer: Writer, block: DocNode): void => {
  switch (block.type.name) {
    case 'sceneBreak':
      writer.blocks.push('* * *');
      break;
    case 'stanza':
      writeStanza(writer, block);
      break;
    case 'bulletList':
    case 'orderedList':
      writeList(writer, block);
      break;
    case 'codeBlock':
      if (block.textContent.trim() !== '') writer.blocks.push(block.textContent.replace(/\s+$/, ''));
      break;
    default:
      if (block.inlineContent) writeLines(writer, linesOf(writer, block));
      else block.forEach((child) => writeBlock(writer, child));
  }
};

/**
 * Writes a document (or one block of it) as plain text: a blank line between blocks, `* * *` for a scene break, verse
 * indented, every paragraph on one line. Formatting is left out; a picture is its caption.
 */
export const toText = (doc: DocNode, options: ToTextOptions = {}): string => {
  const writer: Writer = { options, blocks: [], notes: [] };
  writeBlock(writer, doc);
  const text = [...writer.blocks, ...writer.notes].join('\n\n');
  return text === '' ? '' : `${text}\n`;
};
