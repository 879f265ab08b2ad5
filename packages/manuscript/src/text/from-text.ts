import type { Fragment } from 'prosemirror-model';
import { newBlockId } from '../schema/block-id.ts';
import { InlineLine } from '../schema/inline-line.ts';
import { type DocNode, manuscriptSchema } from '../schema/manuscript-schema.ts';
import { HEADING_LEVELS, VERSE_INDENTS } from '../schema/node-attributes.ts';
import { isOrnamentLine } from '../schema/normal-form.ts';
import { isOrnament } from '../schema/ornament.ts';
import { headingLevelOf } from './text-headings.ts';
import {
  fullShare,
  groupLines,
  indentOf,
  isIndented,
  LONGEST_WRAPPED,
  layoutOf,
  type LineGroup,
  type TextLayout,
} from './text-layout.ts';
import { append } from '../schema/append.ts';

export interface FromTextOptions {
  /**
   * What a single line feed means. `auto` (default): nothing in a text that was wrapped at a column, else a line break.
   * `unwrap`: nothing. `keep`: a line break, which is how `toText` writes it. `paragraphs`: a new paragraph.
   */
  readonly lines?: 'auto' | 'unwrap' | 'keep' | 'paragraphs' | undefined;
  /** Whether lines such as `CHAPTER IV` become headings. Default: true. */
  readonly headings?: boolean | undefined;
}

export interface ReadText {
  /** Every block has an id; in normal form. */
  readonly doc: DocNode;
  /** Whether the lines of the text had been wrapped and were joined. */
  readonly wasWrapped: boolean;
}

const { nodes } = manuscriptSchema;

/** Between lines that a program broke: a space, but none after a hyphen within a word or a dash. */
const joint = (line: string, next: string): string => {
  if (/(?:--|—)$/.test(line)) return '';
  return /\p{L}-$/u.test(line) && /^\p{L}/u.test(next.trimStart()) ? '' : ' ';
};

const joinLines = (lines: readonly string[]): string => {
  let text = lines[0] ?? '';
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    text += joint(lines[index - 1] ?? '', line) + line;
  }
  return text;
};

const lineOf = (lines: readonly string[]): Fragment => {
  const line = new InlineLine();
  for (const [index, text] of lines.entries()) {
    if (index > 0) line.addBreak();
    line.addText(text, []);
  }
  return line.takeWhole();
};

const create = (name: 'paragraph' | 'verseLine' | 'stanza' | 'verse' | 'blockquote', content: Fragment | DocNode[]) =>
  nodes[name].create({ id: newBlockId() }, content);

const paragraphs = (contents: readonly Fragment[]): DocNode[] =>
  contents
    .filter((content) => content.size > 0)
    .map((content) =>
      isOrnamentLine(content) ? nodes.sceneBreak.create({ id: newBlockId() }) : create('paragraph', content),
    );

/** Lines that each begin an indented paragraph part a group that has no blank lines. */
const splitAtIndents = (lines: readonly string[]): string[][] => {
  const parts: string[][] = [];
  const hasOthers = lines.some((line) => indentOf(line) === 0);
  for (const line of lines) {
    const last = parts.at(-1);
    if (!last || (hasOthers && indentOf(line) >= 2)) parts.push([line]);
    else last.push(line);
  }
  return parts;
};

/** A wrapped paragraph has full lines; what has few was broken by its author. */
const isProse = (lines: readonly string[], layout: TextLayout): boolean =>
  lines.length < 2 ||
  fullShare(lines, layout.width) >= 0.5 ||
  (lines.length === 2 && fullShare(lines, layout.width) > 0);

const readProse = (lines: readonly string[], layout: TextLayout, meaning: FromTextOptions['lines']): DocNode[] => {
  if (meaning === 'unwrap') return paragraphs([lineOf([joinLines(lines)])]);
  if (meaning === 'keep') return paragraphs([lineOf(lines)]);
  const areParagraphs = layout.linesAreParagraphs || lines.some((line) => line.length > LONGEST_WRAPPED);
  if (meaning === 'paragraphs' || areParagraphs) return paragraphs(lines.map((line) => lineOf([line])));
  const isJoined = layout.isWrapped && isProse(lines, layout);
  return paragraphs([lineOf(isJoined ? [joinLines(lines)] : lines)]);
};

const readStanza = (group: LineGroup): DocNode => {
  const least = group.lines.reduce((known, line) => Math.min(known, indentOf(line)), Number.POSITIVE_INFINITY);
  const lines = group.lines.map((text) => {
    const indent = Math.min(VERSE_INDENTS, Math.floor((indentOf(text) - least) / 2));
    return nodes.verseLine.create({ id: newBlockId(), indent }, lineOf([text]));
  });
  return create('stanza', lines);
};

/** Indented lines of about one length are a quotation in prose; others are verse. */
const isQuotation = (group: LineGroup): boolean => {
  const widest = group.lines.reduce((known, line) => Math.max(known, line.length), 0);
  return group.lines.length >= 3 && widest >= 50 && fullShare(group.lines, widest) >= 0.75;
};

const readHeading = (group: LineGroup): DocNode | null => {
  const level = headingLevelOf(group.lines);
  if (level === null) return null;
  return nodes.heading.create({ id: newBlockId(), level: Math.min(HEADING_LEVELS, level) }, lineOf(group.lines));
};

/** Adds a stanza to the poem that the block before is. */
const addStanza = (blocks: DocNode[], stanza: DocNode, continues: boolean): void => {
  const last = blocks.at(-1);
  if (continues && last?.type === nodes.verse) blocks[blocks.length - 1] = last.copy(last.content.addToEnd(stanza));
  else blocks.push(create('verse', [stanza]));
};

type GroupKind = 'verse' | 'quotation' | 'prose';

/** What a group of lines is. A lone indented line is a stanza only within a poem. */
const kindOf = (group: LineGroup, meaning: FromTextOptions['lines'], follows: boolean): GroupKind => {
  const mayBeVerse = meaning === 'auto' || meaning === 'keep';
  if (!mayBeVerse || !isIndented(group) || (group.lines.length < 2 && !follows)) return 'prose';
  return meaning === 'auto' && isQuotation(group) ? 'quotation' : 'verse';
};

const readOther = (group: LineGroup, layout: TextLayout, meaning: FromTextOptions['lines']): DocNode[] => {
  const parts = meaning === 'keep' ? [[...group.lines]] : splitAtIndents(group.lines);
  return parts.flatMap((lines) => readProse(lines, layout, meaning));
};

/**
 * Reads plain text. Blank lines part paragraphs; a line of only an ornament is a scene break; lines that a program
 * wrapped are joined; indented lines are verse, and keep their indentation among each other.
 */
export const fromText = (text: string, options: FromTextOptions = {}): ReadText => {
  const groups = groupLines(text);
  const layout = layoutOf(groups);
  const meaning = options.lines ?? 'auto';
  const blocks: DocNode[] = [];
  let isPoem = false;
  for (const group of groups) {
    const heading = options.headings === false ? null : readHeading(group);
    const isBreak = group.lines.length === 1 && isOrnament(group.lines[0] ?? '');
    const kind: GroupKind = heading || isBreak ? 'prose' : kindOf(group, meaning, isPoem);
    if (isBreak) blocks.push(nodes.sceneBreak.create({ id: newBlockId() }));
    else if (heading) blocks.push(heading);
    else if (kind === 'verse') addStanza(blocks, readStanza(group), isPoem);
    else if (kind === 'quotation') blocks.push(create('blockquote', paragraphs([lineOf([joinLines(group.lines)])])));
    else append(blocks, readOther(group, layout, meaning));
    isPoem = kind === 'verse';
  }
  if (blocks.length === 0) blocks.push(create('paragraph', []));
  const wasWrapped = meaning === 'unwrap' || (meaning === 'auto' && layout.isWrapped);
  return { doc: nodes.doc.create(null, blocks), wasWrapped };
};
