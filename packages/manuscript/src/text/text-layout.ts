import { cleanText } from '../schema/clean-text.ts';

/** Consecutive lines that are not blank. */
export interface LineGroup {
  /** With their indentation, without white space at their ends. */
  readonly lines: readonly string[];
}

/** How the lines of a text are meant. */
export interface TextLayout {
  /** Lines were broken at a column, as in the files of Project Gutenberg. */
  readonly isWrapped: boolean;
  /** The column, when they were. */
  readonly width: number;
  /** Every line is a paragraph: there are no blank lines. */
  readonly linesAreParagraphs: boolean;
}

const TAB_WIDTH = 4;

/** Lines are only taken for wrapped ones when none is longer, and some nearly as long as the narrowest width. */
export const LONGEST_WRAPPED = 100;
const NARROWEST_WRAPPED = 50;
/** Share of lines that have no room for the next word, in a text that is wrapped. */
const FULL_SHARE = 0.6;
/** A paragraph of so many lines must show it: short ones prove nothing. */
const LINES_OF_PROOF = 4;
const LINES_WITHOUT_BLANKS = 10;

const expandTabs = (line: string): string =>
  line.includes('\t') ? line.replaceAll('\t', ' '.repeat(TAB_WIDTH)) : line;

/** Splits a text into groups of lines; form feeds part groups like blank lines. */
export const groupLines = (text: string): LineGroup[] => {
  const groups: LineGroup[] = [];
  let lines: string[] = [];
  const close = () => {
    if (lines.length > 0) groups.push({ lines });
    lines = [];
  };
  for (const written of text.replace(/^\ufeff/, '').split(/\r\n?|\n|\u2029/)) {
    for (const [index, part] of written.split('\f').entries()) {
      if (index > 0) close();
      const line = cleanText(expandTabs(part)).trimEnd();
      if (line.trim() === '') close();
      else lines.push(line);
    }
  }
  close();
  return groups;
};

export const indentOf = (line: string): number => line.length - line.trimStart().length;

export const isIndented = (group: LineGroup): boolean => group.lines.every((line) => indentOf(line) >= 2);

/** Share of the lines (but the last) that have no room for the first word of the next one. */
export const fullShare = (lines: readonly string[], width: number): number => {
  let full = 0;
  for (let index = 0; index + 1 < lines.length; index++) {
    const next = lines[index + 1]?.trimStart() ?? '';
    const word = next.search(/\s/);
    const needed = (lines[index]?.length ?? 0) + 1 + (word < 0 ? next.length : word);
    if (needed > width) full += 1;
  }
  return lines.length > 1 ? full / (lines.length - 1) : 0;
};

/** The column that all lines but a few stay within. */
const widthOf = (lines: readonly string[]): number => {
  const lengths = lines.map((line) => line.length).sort((one, other) => one - other);
  return lengths[Math.max(0, Math.ceil(lengths.length * 0.97) - 1)] ?? 0;
};

/** Finds out whether the lines of a text were broken by a program, or by its author. */
export const layoutOf = (groups: readonly LineGroup[]): TextLayout => {
  let longest = 0;
  for (const group of groups) for (const line of group.lines) longest = Math.max(longest, line.length);
  const prose = groups.filter((group) => group.lines.length > 1 && !isIndented(group));
  const lines = prose.flatMap((group) => [...group.lines]);
  const width = widthOf(lines);
  const hasProof = prose.some(
    (group) => group.lines.length >= LINES_OF_PROOF && fullShare(group.lines, width) >= FULL_SHARE,
  );
  let full = 0;
  let breaks = 0;
  for (const group of prose) {
    breaks += group.lines.length - 1;
    full += fullShare(group.lines, width) * (group.lines.length - 1);
  }
  const isWrapped = hasProof && longest <= LONGEST_WRAPPED && width >= NARROWEST_WRAPPED && full >= breaks * FULL_SHARE;
  return { isWrapped, width, linesAreParagraphs: !isWrapped && isLineByLine(groups) };
};

/** No blank line anywhere, and most lines end as sentences do: each is a paragraph. */
const isLineByLine = (groups: readonly LineGroup[]): boolean => {
  const [only, ...others] = groups;
  if (!only || others.length > 0 || only.lines.length < LINES_WITHOUT_BLANKS) return false;
  const ended = only.lines.filter((line) => /[.!?…:;。！？]["'”’»«“)\]]*$/.test(line)).length;
  return ended >= only.lines.length * FULL_SHARE;
};
