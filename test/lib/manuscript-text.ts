import type { TreeNode } from '@authorworks/contracts';
import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';
import type { Person } from './people.ts';

const oneLine = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

/** Lines of a text; its notes go to `notes`. */
const linesOf = (node: DocNode, notes: string[]): string => {
  if (node.isText) return node.text ?? '';
  if (node.type.name === 'hardBreak') return '\n';
  const own = node.children.map((child) => linesOf(child, notes)).join('');
  if (node.type.name !== 'footnote') return node.isInline ? own : `\n${own}\n`;
  notes.push(own);
  return '';
};

const scenesIn = (node: TreeNode): TreeNode[] => (node.kind === 'scene' ? [node] : node.children.flatMap(scenesIn));
const chaptersIn = (node: TreeNode): TreeNode[] =>
  node.kind === 'chapter' ? [node] : node.children.flatMap(chaptersIn);

/** All that a reader of the draft reads, in one line: titles of chapters, texts, and the notes of each chapter behind it. */
export const manuscriptText = async (person: Person, bookId: string): Promise<string> => {
  const tree = await person.content.readTree({ params: { bookId } });
  const lines: string[] = [];
  for (const chapter of chaptersIn(tree)) {
    const notes: string[] = [];
    lines.push(chapter.title);
    for (const scene of scenesIn(chapter)) {
      const { doc } = await person.content.readSceneText({
        params: { sceneId: scene.id },
        query: { format: 'json' },
      });
      if (doc) lines.push(linesOf(manuscriptSchema.nodeFromJSON(doc), notes));
    }
    lines.push(...notes);
  }
  return oneLine(lines.join('\n'));
};
