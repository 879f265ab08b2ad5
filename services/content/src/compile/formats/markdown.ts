import { toMarkdown } from '@authorworks/manuscript/markdown';
import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';
import { isBlank, openText } from '../../scene/sealed-text.ts';
import type { BookCompiler, CompilableBook, CompilableNode } from '../compilable-book.ts';
import { type Chapter, groupChapters } from '../reading-order.ts';

const { nodes } = manuscriptSchema;
const DEEPEST_HEADING = 4;

/** JSON strings are YAML strings as well, so no title can break out of its line. */
const frontMatter = (book: CompilableBook): string => {
  const fields = {
    title: book.title,
    subtitle: book.subtitle,
    author: book.authorName,
    lang: book.language,
    description: book.description,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === '' ? [] : [`${name}: ${JSON.stringify(value)}`],
  );
  return `---\n${lines.join('\n')}\n---\n\n`;
};

/** Headings within a text stand below the chapter that holds it; pictures stay with the house, their captions are kept. */
const adapt = (block: DocNode, level: number): DocNode | null => {
  if (block.type === nodes.heading)
    return nodes.heading.create(
      { level: Math.min(DEEPEST_HEADING, Number(block.attrs['level']) + level) },
      block.content,
    );
  if (block.type !== nodes.image) return block;
  return block.childCount === 0 ? null : nodes.paragraph.create(null, block.content);
};

const textOf = (scene: CompilableNode, level: number): DocNode[] => {
  const blocks: DocNode[] = [];
  const doc = openText(scene.doc ?? '{}');
  if (isBlank(doc)) return [];
  doc.forEach((block) => {
    const adapted = adapt(block, level);
    if (adapted) blocks.push(adapted);
  });
  return blocks;
};

const blocksOf = (chapter: Chapter<CompilableNode>, level: number): DocNode[] => {
  const heading = chapter.title === '' ? [] : [nodes.heading.create({ level }, manuscriptSchema.text(chapter.title))];
  const scenes = chapter.scenes.map((scene) => textOf(scene, level)).filter((blocks) => blocks.length > 0);
  return [
    ...heading,
    ...scenes.flatMap((blocks, index) => (index === 0 ? blocks : [nodes.sceneBreak.create(), ...blocks])),
  ];
};

const countImages = (book: CompilableBook): number => {
  let count = 0;
  for (const { doc } of book.nodes)
    if (doc !== null)
      openText(doc).descendants((node) => {
        if (node.type === nodes.image) count += 1;
      });
  return count;
};

/**
 * One Markdown file: a title page in YAML, parts as headings of the first level, chapters below them (of the first where
 * there are no parts), `* * *` between scenes. The whole book is one document, so that its footnotes are numbered through.
 */
export const compileMarkdown: BookCompiler = (book) => {
  const chapters = groupChapters(book.nodes);
  const hasParts = chapters.some(({ kind }) => kind === 'part');
  const blocks = chapters.flatMap((chapter) => blocksOf(chapter, hasParts && chapter.kind === 'chapter' ? 2 : 1));
  const text = blocks.length === 0 ? '' : toMarkdown(nodes.doc.create(null, blocks));
  const pictures = countImages(book);
  const message = 'A picture cannot be part of a Markdown file; its caption is.';
  return {
    bytes: new TextEncoder().encode(frontMatter(book) + text),
    contentType: 'text/markdown',
    extension: 'md',
    notes: pictures === 0 ? [] : [{ severity: 'lost', code: 'image-lost', message, where: '', count: pictures }],
  };
};
