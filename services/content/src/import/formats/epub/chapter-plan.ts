import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';
import type { NoteList } from '../notes.ts';
import { isNumberLine, lineOf } from '../shape/chapter-title.ts';
import type { BookBlocks } from './book-blocks.ts';
import type { ContentsEntry } from './navigation.ts';
import type { TextFile } from './text-file.ts';

const { nodes } = manuscriptSchema;

/** Where a part or chapter begins. */
export interface Boundary {
  readonly kind: 'part' | 'chapter';
  /** As the list of contents calls it; '' when it does not, and the text's own heading is the title. */
  readonly label: string;
  readonly place: number;
  /** Whether it stands in the part that was begun before. */
  readonly isInPart: boolean;
  /** Whether the list of contents names it. */
  readonly isListed: boolean;
}

export interface Planning {
  readonly row: BookBlocks;
  readonly contents: readonly ContentsEntry[];
  readonly title: string;
  readonly kindsOf: (file: TextFile) => ReadonlySet<string>;
  readonly notes: NoteList;
}

const PART = /^(?:part|book|volume|teil|buch|band|parte|libro|partie|livre|tome|volumen)\b/i;
const CHAPTER = /^(?:chapter|letter|kapitel|brief|cap[ií]tulo|carta|chapitre|lettre|capitolo|prologue?|epilogue?)\b/i;
/** More words than these on a page of its own are no title page of a part. */
const PART_WORDS = 200;
/** Shorter sections are no chapters. */
const CHAPTER_WORDS = 300;

const sameName = (one: string, other: string): boolean => {
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
  return bare(one) !== '' && bare(one) === bare(other);
};

class Plan {
  readonly boundaries: Boundary[] = [];
  readonly #planning: Planning;

  constructor(planning: Planning) {
    this.#planning = planning;
  }

  #placeOf({ address, children }: ContentsEntry): number | null {
    const own = address && this.#planning.row.placeOf(address);
    if (own !== null) return own;
    for (const child of children) {
      const place = this.#placeOf(child);
      if (place !== null) return place;
    }
    return null;
  }

  #words(from: number, to: number): number {
    let length = 0;
    for (const block of this.#planning.row.blocks.slice(from, Math.max(from, to))) length += block.textContent.length;
    return length / 6;
  }

  #kindsAt(place: number): ReadonlySet<string> {
    const { row, kindsOf } = this.#planning;
    const text = row.textAt(place);
    return text ? kindsOf(text.file) : new Set();
  }

  /** What an entry with others below it is: a part, a chapter with sections, or the book itself. */
  #groupKind({ label, children }: ContentsEntry, place: number, end: number): 'part' | 'chapter' | 'book' {
    const kinds = this.#kindsAt(place);
    if (kinds.has('halftitlepage') || kinds.has('titlepage') || sameName(label, this.#planning.title)) return 'book';
    if (kinds.has('part') || kinds.has('volume') || PART.test(label)) return 'part';
    if (kinds.has('chapter') || CHAPTER.test(label)) return 'chapter';
    const first = children.map((child) => this.#placeOf(child)).find((found) => found !== null) ?? end;
    const own = this.#words(place, first);
    const each = this.#words(first, end) / children.length;
    const areChapters = children.some(({ label: name }) => CHAPTER.test(name) || isNumberLine(name));
    return areChapters || (own <= PART_WORDS && each >= CHAPTER_WORDS) ? 'part' : 'chapter';
  }

  /** @param outer Label of the part around, or null. @param end Place at which what is around ends. */
  read(entries: readonly ContentsEntry[], outer: string | null, end: number): void {
    const places = entries.map((entry) => this.#placeOf(entry));
    for (const [index, entry] of entries.entries()) {
      const place = places[index] ?? null;
      if (place === null) continue;
      const next = places.slice(index + 1, index + 50).find((found) => found !== null && found > place) ?? end;
      const boundary = { label: entry.label, place, isInPart: outer !== null, isListed: true };
      const kind = entry.children.length === 0 ? 'chapter' : this.#groupKind(entry, place, next);
      if (kind !== 'part') this.boundaries.push({ ...boundary, kind: 'chapter' });
      if (kind === 'book') this.read(entry.children, outer, next);
      if (kind === 'part') this.#readPart(entry, boundary, { outer, end: next });
    }
  }

  #readPart(
    entry: ContentsEntry,
    boundary: Omit<Boundary, 'kind'>,
    { outer, end }: { readonly outer: string | null; readonly end: number },
  ): void {
    const label = outer === null ? entry.label : `${outer}: ${entry.label}`;
    const holdsParts = entry.children.some(
      (child) =>
        child.children.length > 0 && this.#groupKind(child, this.#placeOf(child) ?? boundary.place, end) === 'part',
    );
    if (outer !== null) this.#planning.notes.add('parts-joined', entry.label);
    if (!holdsParts) this.boundaries.push({ ...boundary, kind: 'part', label, isInPart: false });
    this.read(entry.children, label, end);
  }
}

/** Kinds of files that are a chapter of their own even when no list names them. */
const OWN_KINDS = new Set([
  'titlepage',
  'halftitlepage',
  'title-page',
  'copyright-page',
  'imprint',
  'dedication',
  'epigraph',
  'foreword',
  'preface',
  'introduction',
  'prologue',
  'epilogue',
  'afterword',
  'conclusion',
  'acknowledgments',
  'acknowledgements',
  'appendix',
  'colophon',
  'glossary',
  'bibliography',
  'index',
  'endnotes',
  'chapter',
  'part',
  'notes',
  'other-credits',
  'seriespage',
]);

const hasOwnKind = (kinds: ReadonlySet<string>): boolean => [...kinds].some((kind) => OWN_KINDS.has(kind));

const beginsWithHeading = (blocks: readonly DocNode[]): boolean => {
  const first = blocks.find(({ type }) => type !== nodes.image && type !== nodes.sceneBreak);
  return first?.type === nodes.heading && Number(first.attrs['level']) <= 2;
};

/** Files that no list names: their own kind or heading makes them chapters, else they go on with what was before. */
const addUnlisted = (listed: readonly Boundary[], { row, kindsOf }: Planning): Boundary[] => {
  const boundaries = [...listed];
  const places = new Set(listed.map(({ place }) => place));
  let previousWasSpecial = true;
  for (const [index, text] of row.texts.entries()) {
    const place = row.starts[index] ?? 0;
    const kinds = kindsOf(text.file);
    const isSpecial = hasOwnKind(kinds) && !kinds.has('chapter');
    if (text.blocks.length === 0) continue;
    if (
      !places.has(place) &&
      (previousWasSpecial || hasOwnKind(kinds) || !text.file.isLinear || beginsWithHeading(text.blocks))
    ) {
      const isInPart =
        !kinds.has('backmatter') && listed.findLast((boundary) => boundary.place <= place)?.isInPart === true;
      const kind = kinds.has('part') ? 'part' : 'chapter';
      boundaries.push({ kind, label: '', place, isInPart: kind === 'chapter' && isInPart, isListed: false });
    }
    // what follows a page of its own kind does not belong to it, unless a boundary within it begun a chapter
    const end = row.starts[index + 1] ?? row.blocks.length;
    previousWasSpecial = isSpecial && !listed.some((boundary) => boundary.place > place && boundary.place < end);
  }
  return boundaries;
};

/** Of several boundaries at one place, a part and the last chapter stay. */
const withoutRepeats = (boundaries: readonly Boundary[]): Boundary[] => {
  const order = new Map(boundaries.map((boundary, index) => [boundary, index]));
  const sorted = boundaries.toSorted((a, b) => a.place - b.place || (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return sorted.filter((boundary, index) => {
    const next = sorted[index + 1];
    return next?.place !== boundary.place || (boundary.kind === 'part' && next.kind === 'chapter');
  });
};

/**
 * Where the parts and chapters of a book begin, by its list of contents and what its files are. Empty when both say
 * nothing, and its headings must.
 */
export const planChapters = (planning: Planning): Boundary[] => {
  const plan = new Plan(planning);
  const end = planning.row.blocks.length;
  plan.read(planning.contents, null, end);
  return withoutRepeats(addUnlisted(plan.boundaries, planning));
};

/** Whether headings divide a book better than its list of contents, which names next to nothing of it. */
export const isPoorPlan = (boundaries: readonly Boundary[], { row }: Planning): boolean => {
  const listed = boundaries.filter(({ isListed }) => isListed).length;
  const levels = new Map<number, number>();
  for (const block of row.blocks)
    if (block.type === nodes.heading && lineOf(block) !== '') {
      const level = Number(block.attrs['level']);
      levels.set(level, (levels.get(level) ?? 0) + 1);
    }
  const headings = Math.max(0, ...[...levels].filter(([level]) => level <= 3).map(([, count]) => count));
  return boundaries.length <= 2 ? headings >= 3 : listed < 2 && headings > boundaries.length * 3;
};
