import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';
import { notesIn, placeNotes } from './formats/shape/chapter-title.ts';
import { settleMatters } from './formats/shape/matter-order.ts';
import type { ImportedNode } from './imported-book.ts';
import { matterOfTitle } from './matter-of-title.ts';

const { nodes } = manuscriptSchema;

/** Titles are one line of at most this many characters (contracts: CreateNode). */
const TITLE_LIMIT = 300;

/** A heading, or the text before the first one, with what follows it. */
interface Section {
  readonly level: number;
  readonly title: string;
  readonly blocks: DocNode[];
}

const titleOf = (heading: DocNode): string => {
  let text = '';
  heading.forEach((child) => {
    if (child.isText) text += child.text ?? '';
    else if (child.type === nodes.hardBreak) text += ' ';
  });
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, TITLE_LIMIT);
};

/** Cuts the blocks at the headings of some levels; deeper ones stay in the text. */
const cutAtHeadings = (blocks: readonly DocNode[], levels: ReadonlySet<number>): Section[] => {
  const sections: (Section & { readonly notes: readonly DocNode[] })[] = [
    { level: 0, title: '', blocks: [], notes: [] },
  ];
  for (const block of blocks) {
    const level = block.type === nodes.heading ? Number(block.attrs['level']) : 0;
    if (levels.has(level)) sections.push({ level, title: titleOf(block), blocks: [], notes: notesIn(block) });
    else sections.at(-1)?.blocks.push(block);
  }
  // a title has no footnotes: what one had stands behind the first paragraph
  for (const section of sections)
    if (section.notes.length > 0) placeNotes(section.blocks, section.notes, section.title);
  return sections.filter(({ level, blocks }) => level > 0 || blocks.length > 0);
};

const headingLevels = (blocks: readonly DocNode[]): number[] =>
  blocks.filter(({ type }) => type === nodes.heading).map(({ attrs }) => Number(attrs['level']));

/**
 * A heading at the very beginning is the title of the book when it says what the book is known to be called; where that
 * is not known, when it is the only one of its level and above all others.
 */
const takeTitle = (blocks: readonly DocNode[], known: string): { title: string; rest: readonly DocNode[] } => {
  const [first] = blocks;
  if (first?.type !== nodes.heading) return { title: '', rest: blocks };
  const title = titleOf(first);
  const [top = 0, ...others] = headingLevels(blocks);
  const isTitle =
    known === ''
      ? others.length > 0 && others.every((level) => level > top)
      : title.toLowerCase() === known.trim().toLowerCase();
  return isTitle ? { title, rest: blocks.slice(1) } : { title: '', rest: blocks };
};

const PART = /^(part|book|volume|teil|buch|band|parte|libro|partie|livre)\b/i;

/** Which levels are parts and which chapters: the highest are parts when they call themselves so, or hold no text of their own. */
const readLevels = (blocks: readonly DocNode[]): { parts: number; chapters: number } => {
  const [top = 0, second = 0] = [...new Set(headingLevels(blocks))].sort((a, b) => a - b);
  if (second === 0) return { parts: 0, chapters: top };
  const sections = cutAtHeadings(blocks, new Set([top, second]));
  const tops = sections.filter(({ level }) => level === top);
  const areParts = tops.every(({ title, blocks }) => PART.test(title) || blocks.length === 0);
  return areParts ? { parts: top, chapters: second } : { parts: 0, chapters: top };
};

/** What a text is cut out of: headings in it count from the level below. */
interface Holder {
  readonly matter: ImportedNode['matter'];
  readonly level: number;
}

const raised = (block: DocNode, by: number): DocNode =>
  block.type === nodes.heading && by > 0
    ? nodes.heading.create({ ...block.attrs, level: Math.max(1, Number(block.attrs['level']) - by) }, block.content)
    : block;

/** The scenes of a chapter: what stands between scene breaks. A chapter without text has one empty scene. */
const scenesOf = (blocks: readonly DocNode[], { matter, level }: Holder): ImportedNode[] => {
  const scenes: DocNode[][] = [[]];
  for (const block of blocks) {
    if (block.type === nodes.sceneBreak) scenes.push([]);
    else scenes.at(-1)?.push(raised(block, level));
  }
  const filled = scenes.filter((scene) => scene.length > 0);
  const kept = filled.length > 0 ? filled : [[nodes.paragraph.create()]];
  return kept.map((scene) => ({ kind: 'scene', title: '', matter, doc: nodes.doc.create(null, scene), children: [] }));
};

/** What stands between the title of the book and its first chapter: mottos, dedications. */
const isTitlePage = ({ level }: Section, bookTitle: string): boolean => level === 0 && bookTitle !== '';

const chapterOf = (section: Section, bookTitle: string, level: number): ImportedNode => {
  const { title, blocks } = section;
  const matter = isTitlePage(section, bookTitle) ? 'front' : matterOfTitle(title);
  return { kind: 'chapter', title, matter, doc: null, children: scenesOf(blocks, { matter, level }) };
};

/**
 * Divides one long document into parts, chapters and scenes by its headings and scene breaks. A document without headings
 * is one chapter without a name.
 *
 * @param known The book's title, where the file says it elsewhere.
 */
export const divideManuscript = (doc: DocNode, known = ''): { title: string; nodes: ImportedNode[] } => {
  const all: DocNode[] = [];
  doc.forEach((block) => void all.push(block));
  const { title, rest } = takeTitle(all, known);
  const { parts, chapters } = readLevels(rest);
  const divided: ImportedNode[] = [];
  let open: ImportedNode[] = divided;
  for (const section of cutAtHeadings(rest, new Set([parts, chapters].filter((level) => level > 0)))) {
    if (section.level > 0 && section.level === parts) {
      open = [];
      divided.push({ kind: 'part', title: section.title, matter: 'body', doc: null, children: open });
      // what a part says before its first chapter
      if (section.blocks.length > 0) open.push(...scenesOf(section.blocks, { matter: 'body', level: parts }));
    } else {
      const chapter = chapterOf(section, title, chapters);
      // back matter ends the last part
      if (chapter.matter === 'back') open = divided;
      open.push(chapter);
    }
  }
  return { title, nodes: settleMatters(divided) };
};
