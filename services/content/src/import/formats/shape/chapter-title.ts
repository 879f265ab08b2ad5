import { type DocNode, manuscriptSchema, newBlockId } from '@authorworks/manuscript/schema';

const { nodes } = manuscriptSchema;

/** A chapter whose title no longer stands in its text. */
export interface TitledBlocks {
  readonly title: string;
  readonly blocks: readonly DocNode[];
  /** Ids of the blocks that became the title. */
  readonly taken: readonly string[];
  /** Notes to the title, which stand behind the first paragraph now. */
  readonly movedNotes: number;
}

const TITLE_LIMIT = 300;
/** Blocks at the beginning that may be title, subtitle and number. */
const LEAD_BLOCKS = 5;
const LEAD_LENGTH = 120;

/** The text of a heading as one line. */
export const lineOf = (block: DocNode): string => {
  let text = '';
  block.forEach((child) => {
    if (child.isText) text += child.text ?? '';
    else if (child.type === nodes.hardBreak) text += ' ';
  });
  return text.replaceAll(/\s+/g, ' ').trim();
};

/** Titles that differ in nothing but signs, spaces and case are the same. */
const essence = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');

const NUMBER =
  /^(?:(?:chapter|part|book|letter|act|canto|kapitel|teil|buch|brief|cap[ií]tulo|parte|libro|carta|chapitre|partie|livre|lettre|capitolo)\s+\S{1,15}(?:[\s-]\S{1,10})?|no?\.?\s*\d+|[\divxlcdm]{1,8})[.:)]?$/i;

/** Whether a line only numbers a chapter, so that its name follows. */
export const isNumberLine = (line: string): boolean => NUMBER.test(line.trim());

const join = (lines: readonly string[]): string => {
  let title = '';
  for (const line of lines) {
    const separator = title === '' ? '' : /[.:!?—–-]$/.test(title) ? ' ' : ': ';
    title += separator + line;
  }
  return title.slice(0, TITLE_LIMIT);
};

interface Lead {
  readonly index: number;
  readonly isHeading: boolean;
  readonly line: string;
}

/** The lines with which a chapter begins, pictures and ornaments passed over. */
const leadOf = (blocks: readonly DocNode[]): Lead[] => {
  const lead: Lead[] = [];
  for (const [index, block] of blocks.entries()) {
    if (lead.length >= LEAD_BLOCKS) break;
    if (block.type === nodes.image || block.type === nodes.sceneBreak) continue;
    const isHeading = block.type === nodes.heading;
    const line = isHeading || block.type === nodes.paragraph ? lineOf(block) : '';
    if (line === '' || line.length > LEAD_LENGTH) break;
    lead.push({ index, isHeading, line });
  }
  return lead;
};

interface Choice {
  readonly title: string;
  readonly taken: readonly Lead[];
}

/** Headings that stand directly behind each other and make one title: a number and a name. */
const headingTitle = (lead: readonly Lead[]): Choice | null => {
  const [first, second] = lead;
  if (!first?.isHeading) return null;
  const isNumbered = isNumberLine(first.line) && second?.isHeading === true && second.index === first.index + 1;
  const taken = isNumbered && second ? [first, second] : [first];
  return { title: join(taken.map(({ line }) => line)), taken };
};

/** The lines that say what the list of contents says, and that together with a number before them. */
const labelledTitle = (lead: readonly Lead[], label: string): Choice | null => {
  const wanted = essence(label);
  if (wanted === '') return null;
  let said = '';
  for (const [index, { line }] of lead.entries()) {
    said += essence(line);
    if (said === wanted) return { title: label, taken: lead.slice(0, index + 1) };
    const before = lead.slice(0, index);
    const follows = index > 0 && essence(line) === wanted && before.every((earlier) => isNumberLine(earlier.line));
    if (follows)
      return { title: join([...before.map((earlier) => earlier.line), label]), taken: lead.slice(0, index + 1) };
  }
  const heading = headingTitle(lead);
  if (!heading) return null;
  const found = essence(heading.title);
  if (found.includes(wanted)) return heading;
  const first = lead.slice(0, 1);
  if (wanted.includes(essence(first[0]?.line ?? '')) && first[0]?.isHeading) return { title: label, taken: first };
  return isNumberLine(label) ? { title: join([label, heading.title]), taken: heading.taken } : null;
};

/** The footnotes of a block. */
export const notesIn = (block: DocNode): DocNode[] => {
  const notes: DocNode[] = [];
  block.forEach((child) => {
    if (child.type === nodes.footnote) notes.push(child);
  });
  return notes;
};

/** Puts notes behind the first text; before it in a paragraph of its own where there is none. */
export const placeNotes = (blocks: DocNode[], notes: readonly DocNode[], title: string): void => {
  const index = blocks.findIndex(({ type, childCount }) => type === nodes.paragraph && childCount > 0);
  const paragraph = blocks[index];
  if (paragraph) {
    let { content } = paragraph;
    for (const note of notes) content = content.addToEnd(note);
    blocks[index] = paragraph.copy(content);
  } else blocks.unshift(nodes.paragraph.create({ id: newBlockId() }, [manuscriptSchema.text(title), ...notes]));
};

/**
 * Takes the title of a chapter out of its text, where it stands as a heading or as the very words of the list of
 * contents. Headings that say something else stay where they are.
 * @param label What the list of contents calls the chapter; '' when it says nothing.
 */
export const takeChapterTitle = (blocks: readonly DocNode[], label: string): TitledBlocks => {
  const lead = leadOf(blocks);
  const choice = label === '' ? headingTitle(lead) : labelledTitle(lead, label);
  if (!choice) return { title: label.slice(0, TITLE_LIMIT), blocks, taken: [], movedNotes: 0 };
  const indexes = new Set(choice.taken.map(({ index }) => index));
  const removed = blocks.filter((_, index) => indexes.has(index));
  const kept = blocks.filter((_, index) => !indexes.has(index));
  const notes = removed.flatMap(notesIn);
  if (notes.length > 0) placeNotes(kept, notes, choice.title);
  return {
    title: choice.title,
    blocks: kept,
    taken: removed.map(({ attrs }) => String(attrs['id'])),
    movedNotes: notes.length,
  };
};
