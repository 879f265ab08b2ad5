import type { DocNode } from '@authorworks/manuscript/schema';
import type { ImportedNode } from '../../imported-book.ts';
import { takeChapterTitle } from '../shape/chapter-title.ts';
import { inOrder } from '../shape/matter-order.ts';
import { scenesOf } from '../shape/scenes.ts';
import { matterOf } from './book-matter.ts';
import type { Boundary, Planning } from './chapter-plan.ts';
import type { EpubPackage } from './epub-package.ts';
import type { Navigation } from './navigation.ts';

export interface Building extends Planning {
  readonly book: EpubPackage;
  readonly navigation: Navigation;
}

const BODY_STARTS = new Set(['bodymatter', 'text', 'start']);

/** The place at which the book says that its body begins; 0 when it does not. */
const bodyStart = ({ row, book, navigation }: Building): number => {
  const marks = [
    ...navigation.landmarks.filter(({ types }) => types.some((type) => BODY_STARTS.has(type))),
    ...book.guide.filter(({ type }) => BODY_STARTS.has(type)),
  ];
  const places = marks.map(({ address }) => row.placeOf(address)).filter((place) => place !== null);
  return places.length === 0 ? 0 : Math.min(...places);
};

/** Names for pages that have none, where a list of contents has to call them something. */
const PAGE_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  en: {
    titlepage: 'Title Page',
    'copyright-page': 'Copyright',
    dedication: 'Dedication',
    epigraph: 'Epigraph',
    colophon: 'Colophon',
    imprint: 'Imprint',
  },
  de: {
    titlepage: 'Titelseite',
    'copyright-page': 'Impressum',
    dedication: 'Widmung',
    epigraph: 'Motto',
    colophon: 'Kolophon',
    imprint: 'Impressum',
  },
  es: {
    titlepage: 'Portada',
    'copyright-page': 'Créditos',
    dedication: 'Dedicatoria',
    epigraph: 'Epígrafe',
    colophon: 'Colofón',
    imprint: 'Créditos',
  },
  fr: {
    titlepage: 'Page de titre',
    'copyright-page': 'Mentions légales',
    dedication: 'Dédicace',
    epigraph: 'Épigraphe',
    colophon: 'Colophon',
    imprint: 'Mentions légales',
  },
};

const pageName = (kinds: ReadonlySet<string>, language: string): string => {
  const names = PAGE_NAMES[language.slice(0, 2).toLowerCase()] ?? PAGE_NAMES['en'] ?? {};
  for (const [kind, name] of Object.entries(names))
    if (kinds.has(kind) || kinds.has(kind.replace('titlepage', 'title-page'))) return name;
  return '';
};

interface Section {
  readonly boundary: Boundary;
  readonly title: string;
  readonly blocks: readonly DocNode[];
  readonly kinds: ReadonlySet<string>;
}

const sectionsOf = (boundaries: readonly Boundary[], building: Building): Section[] => {
  const { row, kindsOf, notes, book } = building;
  return boundaries.flatMap((boundary, index): Section[] => {
    const end = boundaries[index + 1]?.place ?? row.blocks.length;
    const blocks = row.blocks.slice(boundary.place, end);
    const text = row.textAt(boundary.place);
    const isWholeFile = text !== undefined && row.starts.includes(boundary.place);
    const kinds = text && isWholeFile ? kindsOf(text.file) : new Set<string>();
    const taken = takeChapterTitle(blocks, boundary.label);
    if (taken.movedNotes > 0) notes.add('heading-note-moved', taken.title, taken.movedNotes);
    const title = taken.title || pageName(kinds, book.metadata.language);
    // an entry that leads to nothing of its own: two entries for one page, or a file that was left out
    if (blocks.length === 0 && boundary.kind === 'chapter') return [];
    return [{ boundary, title, blocks: taken.blocks, kinds }];
  });
};

/** Parts, chapters and scenes, as the plan of the book says. */
export const buildNodes = (boundaries: readonly Boundary[], building: Building): ImportedNode[] => {
  const sections = sectionsOf(boundaries, building);
  const start = bodyStart(building);
  const top = sections.filter(({ boundary }) => !boundary.isInPart);
  const matters = inOrder(
    top.map(({ boundary, kinds, title }) =>
      boundary.kind === 'part' ? 'body' : matterOf({ kinds, title, isBeforeBody: boundary.place < start }),
    ),
  );
  const matterOfSection = new Map(top.map((section, index) => [section, matters[index] ?? 'body']));
  const tree: ImportedNode[] = [];
  let part: ImportedNode[] | null = null;
  for (const section of sections) {
    const { boundary, title, blocks } = section;
    const matter = matterOfSection.get(section) ?? 'body';
    if (boundary.kind === 'part') {
      part = blocks.length > 0 ? scenesOf(blocks, 'body') : [];
      tree.push({ kind: 'part', title, matter, doc: null, children: part });
    } else {
      const holder: ImportedNode[] = boundary.isInPart && part ? part : tree;
      holder.push({ kind: 'chapter', title, matter, doc: null, children: scenesOf(blocks, matter) });
    }
  }
  return tree;
};
