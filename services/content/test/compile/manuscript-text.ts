import { cleanText, type DocNode } from '@authorworks/manuscript/schema';
import { openText } from '../../src/scene/sealed-text.ts';
import type { CompilableBook } from '../../src/compile/compilable-book.ts';
import { groupChapters } from '../../src/compile/reading-order.ts';

const oneLine = (text: string): string => cleanText(text).replaceAll(/\s+/g, ' ').trim();

/** The lines of a text without its notes, and its notes. */
const linesOf = (node: DocNode, notes: string[]): string => {
  if (node.isText) return node.text ?? '';
  if (node.type.name === 'hardBreak') return '\n';
  const own = node.children.map((child) => linesOf(child, notes)).join('');
  if (node.type.name !== 'footnote') return node.isInline ? own : `\n${own}\n`;
  notes.push(own);
  return '';
};

/** All that a reader of a book reads: titles, texts, and the notes of each chapter behind it. */
export const manuscriptText = (book: CompilableBook): string =>
  oneLine(
    groupChapters(book.nodes)
      .map(({ title, scenes }) => {
        const notes: string[] = [];
        const texts = scenes.map(({ doc }) => (doc === null ? '' : linesOf(openText(doc), notes)));
        return [title, ...texts, ...notes].join('\n');
      })
      .join('\n'),
  );
