import { Fragment } from 'prosemirror-model';
import { type DocNode, manuscriptSchema, newBlockId } from '@authorworks/manuscript/schema';
import { isNumberLine, lineOf } from './chapter-title.ts';

const { nodes } = manuscriptSchema;

/** What the page layout says about a block, and the block itself does not. */
export interface BlockHints {
  /** A new page begins with it. */
  readonly breakBefore: boolean;
  /** An empty line stands before it. */
  readonly spaceBefore: boolean;
}

const LONGEST = 80;
const LONGEST_NAME = 60;

const NUMBERED =
  /^(?:chapter|part|book|letter|kapitel|teil|buch|brief|cap[ií]tulo|parte|libro|carta|chapitre|partie|livre|lettre|capitolo)\s+(?:\d{1,3}|[ivxlcdm]{1,8}|\p{L}{2,14}(?:[\s-]\p{L}{2,9})?)(?:[.:)—–-]\s*.*)?$/iu;
const PART = /^(?:part|book|teil|buch|parte|libro|partie|livre)\b/i;
const NAMED =
  /^(?:prologue|epilogue|preface|foreword|afterword|introduction|interlude|dedication|acknowledge?ments|about the author|prolog|epilog|vorwort|nachwort|einleitung|widmung|danksagung|prólogo|epílogo|prefacio|introducción|agradecimientos|préface|avant-propos|postface|épilogue)[.:]?$/i;
const BARE = /^(?:\d{1,3}|[IVXLC]{1,7})[.)]?$/;

const isCentred = ({ attrs }: DocNode): boolean => attrs['align'] === 'center';

const isBold = (block: DocNode): boolean => {
  let bold = block.childCount > 0;
  block.forEach((child) => {
    if (child.isText && child.text?.trim()) bold &&= child.marks.some((mark) => mark.type.name === 'strong');
  });
  return bold;
};

const isCapitals = (line: string): boolean => /\p{Lu}/u.test(line) && !/\p{Ll}/u.test(line);

const endsAsSentence = (line: string): boolean => /[.!?…,;]["”’»)]*$/.test(line);

type HintOf = (block: DocNode) => BlockHints;

/** A line that looks like the title of a chapter in some way that sentences do not. */
const stands = (block: DocNode, hint: BlockHints): boolean =>
  hint.breakBefore || hint.spaceBefore || isCentred(block) || isBold(block);

const isPattern = (block: DocNode, line: string, hint: BlockHints): boolean => {
  if (line.length > LONGEST) return false;
  if (NAMED.test(line)) return stands(block, hint);
  if (NUMBERED.test(line) && !(endsAsSentence(line) && line.length > 30))
    return stands(block, hint) || isNumberLine(line);
  return BARE.test(line) && (hint.breakBefore || isCentred(block));
};

/** A short line at the top of a page that is set apart. */
const isPageTitle = (block: DocNode, line: string, hint: BlockHints): boolean =>
  hint.breakBefore &&
  line.length <= LONGEST_NAME &&
  !endsAsSentence(line) &&
  (isCentred(block) || isBold(block) || isCapitals(line));

/** The name of a chapter that follows its number. */
const isName = (block: DocNode | undefined, line: string): boolean =>
  block?.type === nodes.paragraph &&
  line !== '' &&
  line.length <= LONGEST_NAME &&
  !/[.…,;]$/.test(line) &&
  (isCentred(block) || isBold(block) || isCapitals(line));

const withoutStrong = (content: Fragment): DocNode[] => {
  const kept: DocNode[] = [];
  content.forEach((child) => {
    kept.push(
      child.isText
        ? child.mark(child.marks.filter(({ type }) => type.name !== 'strong' && type.name !== 'underline'))
        : child,
    );
  });
  return kept;
};

const headingOf = (block: DocNode, name: DocNode | undefined, level: number): DocNode => {
  const separator = name ? [manuscriptSchema.text(/[.:!?]$/.test(lineOf(block)) ? ' ' : ': ')] : [];
  const content = [...withoutStrong(block.content), ...separator, ...(name ? withoutStrong(name.content) : [])];
  const id: unknown = block.attrs['id'];
  return nodes.heading.create({ id: id ?? newBlockId(), level }, Fragment.fromArray(content));
};

/** The places of lines that divide a book, by the surest sign that there is more than once. */
const findTitles = (blocks: readonly DocNode[], hintOf: HintOf): Set<number> => {
  const patterns = new Set<number>();
  const pages = new Set<number>();
  for (const [index, block] of blocks.entries()) {
    const line = block.type === nodes.paragraph ? lineOf(block) : '';
    if (line === '') continue;
    if (isPattern(block, line, hintOf(block))) patterns.add(index);
    else if (isPageTitle(block, line, hintOf(block))) pages.add(index);
  }
  if (patterns.size >= 2) return patterns;
  return pages.size + patterns.size >= 2 ? new Set([...patterns, ...pages]) : new Set();
};

export interface GuessedHeadings {
  readonly blocks: readonly DocNode[];
  /** How many paragraphs became headings. */
  readonly guessed: number;
}

/**
 * Finds the chapters of a text that has no headings: lines such as `Chapter One`, `IV.` or `Prologue`, and short lines
 * that stand apart at the top of a page. One such line alone proves nothing.
 */
export const guessHeadings = (blocks: readonly DocNode[], hints: ReadonlyMap<string, BlockHints>): GuessedHeadings => {
  const none = { breakBefore: false, spaceBefore: false };
  const hintOf: HintOf = ({ attrs }) => hints.get(String(attrs['id'])) ?? none;
  const titles = findTitles(blocks, hintOf);
  if (titles.size === 0) return { blocks, guessed: 0 };
  const hasParts = [...titles].some((index) => PART.test(lineOf(blocks[index] ?? nodes.paragraph.create())));
  const made: DocNode[] = [];
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (!block) continue;
    if (!titles.has(index)) {
      made.push(block);
      continue;
    }
    const line = lineOf(block);
    const next = blocks[index + 1];
    const isNamed = isNumberLine(line) && !titles.has(index + 1) && isName(next, next ? lineOf(next) : '');
    made.push(headingOf(block, isNamed ? next : undefined, hasParts && !PART.test(line) ? 2 : 1));
    if (isNamed) index += 1;
  }
  return { blocks: made, guessed: titles.size };
};
