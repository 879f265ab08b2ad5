import { Fragment } from 'prosemirror-model';
import { type DocNode, isOrnament, manuscriptSchema, newBlockId } from '@authorworks/manuscript/schema';
import type { NoteList } from '../notes.ts';
import type { BlockHints } from '../shape/guess-headings.ts';
import { type BodyItem, type ImageItem, lineOfContent, type TextItem } from './body-items.ts';
import type { ParagraphRole } from './style-names.ts';

const { nodes } = manuscriptSchema;

/** The blocks of a document, and what is known of where they stand. */
export interface GatheredBlocks {
  readonly blocks: DocNode[];
  /** Names of bookmarks, and the block at which each stands. */
  readonly anchors: ReadonlyMap<string, string>;
  readonly hints: ReadonlyMap<string, BlockHints>;
}

const HEADING_LEVELS = 4;
const VERSE_INDENTS = 8;
/** How many paragraphs there must be for each empty one, for the empty ones to mean something. */
const PARAGRAPHS_FOR_A_BREAK = 6;

const isQuoteRole = (role: ParagraphRole | undefined): role is 'quote' | 'epigraph' | 'letter' =>
  role === 'quote' || role === 'epigraph' || role === 'letter';

const isHeadingItem = (item: BodyItem | undefined): boolean =>
  item?.kind === 'text' &&
  (item.role?.role === 'heading' || item.role?.role === 'title' || item.role?.role === 'scene-break');

const isProse = (item: BodyItem | undefined): item is TextItem =>
  item?.kind === 'text' && item.list === null && !isHeadingItem(item) && !isOrnament(lineOfContent(item.content));

/** Runs of empty paragraphs, by where they begin; a run of two where one is usual means more. */
const blankRuns = (items: readonly BodyItem[]): Map<number, number> => {
  const runs = new Map<number, number>();
  let start = -1;
  for (const [index, item] of items.entries()) {
    if (item.kind !== 'blank') start = -1;
    else if (start < 0) {
      start = index;
      runs.set(index, 1);
    } else runs.set(start, (runs.get(start) ?? 0) + 1);
  }
  return runs;
};

/** How long a run of empty paragraphs must be to part scenes; Infinity when they are only layout. */
const breakLength = (items: readonly BodyItem[], runs: ReadonlyMap<number, number>): number => {
  const paragraphs = items.filter(isProse).length;
  const between = [...runs].filter(([index, length]) => isProse(items[index - 1]) && isProse(items[index + length]));
  const longer = between.filter(([, length]) => length > 1);
  if (between.length * PARAGRAPHS_FOR_A_BREAK <= paragraphs) return 1;
  return longer.length * PARAGRAPHS_FOR_A_BREAK <= paragraphs ? 2 : Number.POSITIVE_INFINITY;
};

const leading = /^[\t \u00a0\u2002\u2003]+/;

/** Lines of verse in a paragraph: its own line breaks, and the spaces that set them in. */
const verseLines = (item: TextItem, least: number): DocNode[] => {
  const lines: DocNode[][] = [[]];
  for (const node of item.content)
    if (node.type === nodes.hardBreak) lines.push([]);
    else lines.at(-1)?.push(node);
  return lines
    .filter((line) => lineOfContent(line) !== '')
    .map((line) => {
      const text = line[0]?.text ?? '';
      const spaces = leading.exec(text)?.[0] ?? '';
      const tabs = spaces.split('\t').length - 1;
      const steps = item.steps - least + tabs + Math.floor((spaces.length - tabs) / 2);
      const indent = Math.min(VERSE_INDENTS, Math.max(0, steps));
      return nodes.verseLine.create({ id: newBlockId(), indent }, Fragment.fromArray([...line]));
    });
};

class Gatherer {
  readonly blocks: DocNode[] = [];
  readonly anchors = new Map<string, string>();
  readonly hints = new Map<string, BlockHints>();
  readonly #items: readonly BodyItem[];
  readonly #notes: NoteList;
  readonly #runs: ReadonlyMap<number, number>;
  readonly #breakLength: number;
  /** Ids of the paragraphs that items became within a block. */
  readonly #ids = new Map<BodyItem, string>();
  #at = 0;

  constructor(items: readonly BodyItem[], notes: NoteList) {
    this.#items = items;
    this.#notes = notes;
    this.#runs = blankRuns(items);
    this.#breakLength = breakLength(items, this.#runs);
  }

  gather(): GatheredBlocks {
    while (this.#at < this.#items.length) {
      const item = this.#items[this.#at];
      if (item?.kind === 'blank') this.#takeBlanks();
      else if (item?.kind === 'rule') this.#add(nodes.sceneBreak.create({ id: newBlockId() }));
      else if (item?.kind === 'image') this.#takeImage(item);
      else if (item) this.#takeText(item);
      else this.#at += 1;
    }
    return { blocks: this.blocks, anchors: this.anchors, hints: this.hints };
  }

  /** Adds a block made of the item here, and goes on. */
  #add(block: DocNode, ...items: readonly (TextItem | ImageItem)[]): void {
    const id = String(block.attrs['id']);
    for (const item of items)
      for (const name of item.anchors) if (!this.anchors.has(name)) this.anchors.set(name, this.#ids.get(item) ?? id);
    const [first] = items;
    if (first) {
      const previous = this.#items[this.#items.indexOf(first, this.#at) - 1];
      this.hints.set(id, { breakBefore: first.breakBefore, spaceBefore: previous?.kind === 'blank' });
    }
    this.blocks.push(block);
    this.#at += Math.max(1, items.length);
  }

  /** The id of the paragraph that an item becomes within a quote or a list. */
  #idOf = (item: TextItem): string => {
    const id = this.#ids.get(item) ?? newBlockId();
    this.#ids.set(item, id);
    return id;
  };

  #takeBlanks(): void {
    const length = this.#runs.get(this.#at) ?? 1;
    const before = this.#items[this.#at - 1];
    const after = this.#items[this.#at + length];
    const isBetween = isProse(before) && isProse(after) && !isSameKind(before, after) && !after.breakBefore;
    const isBreak = isBetween && length >= this.#breakLength;
    this.#notes.add(isBreak ? 'blank-as-scene-break' : 'blank-paragraph-dropped', '', isBreak ? 1 : length);
    if (isBreak) this.blocks.push(nodes.sceneBreak.create({ id: newBlockId() }));
    this.#at += length;
  }

  #takeImage(item: ImageItem): void {
    const next = this.#items[this.#at + 1];
    if (next?.kind === 'text' && next.role?.role === 'caption')
      this.#add(item.node.type.create(item.node.attrs, Fragment.fromArray([...next.content])), item, next);
    else this.#add(item.node, item);
  }

  /** Items from here on for which a test holds; empty paragraphs between them are passed over. */
  #run(test: (item: TextItem) => boolean): { items: TextItem[]; gaps: ReadonlySet<TextItem>; length: number } {
    const items: TextItem[] = [];
    const gaps = new Set<TextItem>();
    let length = 0;
    let isGap = false;
    for (let index = this.#at; index < this.#items.length; index += 1) {
      const item = this.#items[index];
      if (item?.kind === 'blank') {
        isGap = true;
        continue;
      }
      if (item?.kind !== 'text' || !test(item)) break;
      if (isGap && items.length > 0) gaps.add(item);
      isGap = false;
      items.push(item);
      length = index + 1 - this.#at;
    }
    return { items, gaps, length };
  }

  #takeRun(length: number, block: DocNode, items: readonly TextItem[]): void {
    const at = this.#at;
    this.#add(block, ...items);
    this.#at = at + length;
  }

  #takeText(item: TextItem): void {
    const role = item.role?.role;
    if (role === 'heading' || role === 'title') this.#takeHeading(item);
    else if (role === 'scene-break') this.#add(nodes.sceneBreak.create({ id: newBlockId() }), item);
    else if (role === 'verse') this.#takeVerse();
    else if (role === 'code') this.#takeCode();
    else if (item.list) this.#takeList();
    else if (isQuoteRole(role) || (role === undefined && item.isSetIn)) this.#takeQuote(item);
    else this.#add(paragraphOf(item, newBlockId()), item);
  }

  #takeHeading(item: TextItem): void {
    const written = item.role?.level ?? 1;
    const level = Math.min(HEADING_LEVELS, Math.max(1, written));
    if (written > HEADING_LEVELS) this.#notes.add('heading-level-changed', lineOfContent(item.content).slice(0, 100));
    this.#add(nodes.heading.create({ id: newBlockId(), level }, Fragment.fromArray([...item.content])), item);
  }

  #takeQuote(first: TextItem): void {
    const role = first.role?.role;
    const kind = isQuoteRole(role) ? role : 'quote';
    const { items, length } = this.#run(
      (item) => item.role?.role === role && item.list === null && (role !== undefined || item.isSetIn),
    );
    const block = nodes.blockquote.create(
      { id: newBlockId(), kind },
      items.map((item) => paragraphOf(item, this.#idOf(item))),
    );
    this.#takeRun(length, block, items);
  }

  #takeVerse(): void {
    const { items, gaps, length } = this.#run((item) => item.role?.role === 'verse');
    const least = Math.min(...items.map(({ steps }) => steps));
    const stanzas: DocNode[][] = [];
    let wasStanza = true;
    for (const item of items) {
      const lines = verseLines(item, least);
      const isStanza = lines.length > 1;
      if (isStanza || wasStanza || gaps.has(item)) stanzas.push([]);
      for (const line of lines) stanzas.at(-1)?.push(line);
      wasStanza = isStanza;
    }
    const made = stanzas
      .filter((lines) => lines.length > 0)
      .map((lines) => nodes.stanza.create({ id: newBlockId() }, lines));
    if (made.length > 0) this.#takeRun(length, nodes.verse.create({ id: newBlockId() }, made), items);
    else this.#at += length;
  }

  #takeCode(): void {
    const { items, length } = this.#run((item) => item.role?.role === 'code');
    const lines = items.map(({ content }) => content.map((node) => (node.isText ? (node.text ?? '') : '\n')).join(''));
    const block = nodes.codeBlock.create({ id: newBlockId() }, manuscriptSchema.text(lines.join('\n')));
    this.#takeRun(length, block, items);
  }

  #takeList(): void {
    const { items, length } = this.#run(({ list, role }) => list !== null && role?.role !== 'heading');
    const at = this.#at;
    let from = 0;
    while (from < items.length) {
      const { list, end } = listOf(items, from, this.#idOf);
      this.#at = at;
      this.#add(list, ...items.slice(from, end));
      from = end;
    }
    this.#at = at + length;
  }
}

const isSameKind = (before: TextItem, after: TextItem): boolean =>
  before.role?.role !== undefined && before.role.role === after.role?.role;

const paragraphOf = ({ content, align, isUnindented }: TextItem, id: string): DocNode =>
  nodes.paragraph.create({ id, align, indent: isUnindented ? 'none' : null }, Fragment.fromArray([...content]));

/** A list of the items from one on, with those of deeper levels within them; `end` is the first that belongs to another. */
const listOf = (
  items: readonly TextItem[],
  from: number,
  idOf: (item: TextItem) => string,
): { list: DocNode; end: number } => {
  const first = items[from]?.list;
  const level = first?.level ?? 0;
  const entries: DocNode[][] = [];
  let index = from;
  while (index < items.length) {
    const item = items[index];
    const place = item?.list;
    if (!item || !place || place.level < level) break;
    if (place.level > level && entries.length > 0) {
      const { list, end } = listOf(items, index, idOf);
      entries.at(-1)?.push(list);
      index = end;
      continue;
    }
    if (
      place.level === level &&
      (place.isOrdered !== first?.isOrdered || (index > from && place.numberingId !== first.numberingId))
    )
      break;
    entries.push([nodes.paragraph.create({ id: idOf(item) }, Fragment.fromArray([...item.content]))]);
    index += 1;
  }
  const made = entries.map((blocks) => nodes.listItem.create({ id: newBlockId() }, blocks));
  const isOrdered = first?.isOrdered === true;
  const list = isOrdered
    ? nodes.orderedList.create({ id: newBlockId(), start: Math.min(999_999_999, first.start) }, made)
    : nodes.bulletList.create({ id: newBlockId() }, made);
  return { list, end: Math.max(index, from + 1) };
};

/** Gathers paragraphs into blocks: quotes, poems, lists and code are several of them in Word. */
export const gatherBlocks = (items: readonly BodyItem[], notes: NoteList): GatheredBlocks =>
  new Gatherer(items, notes).gather();
