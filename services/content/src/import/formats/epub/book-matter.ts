import type { ImportedNode } from '../../imported-book.ts';
import { matterOfTitle } from '../../matter-of-title.ts';

type Matter = ImportedNode['matter'];

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const FRONT_KINDS = words(
  'titlepage halftitlepage title-page copyright-page imprint dedication epigraph foreword preface acknowledgments acknowledgements preamble seriespage other-credits frontmatter toc loi lot',
);
const BACK_KINDS = words(
  'backmatter afterword colophon appendix glossary bibliography index endnotes footnotes rearnotes notes errata contributors backlink',
);

export interface MatterEvidence {
  /** What the file is. */
  readonly kinds: ReadonlySet<string>;
  readonly title: string;
  /** Whether it stands before the place at which the book says that its body begins. */
  readonly isBeforeBody: boolean;
}

/** Where a chapter stands, by what the book says of it, and else by its name. */
export const matterOf = ({ kinds, title, isBeforeBody }: MatterEvidence): Matter => {
  for (const [kind, matter] of [
    ['frontmatter', 'front'],
    ['bodymatter', 'body'],
    ['backmatter', 'back'],
  ] as const)
    if (kinds.has(kind)) return matter;
  if (kinds.has('chapter') || kinds.has('prologue') || kinds.has('epilogue')) return 'body';
  if ([...kinds].some((kind) => FRONT_KINDS.has(kind))) return 'front';
  if ([...kinds].some((kind) => BACK_KINDS.has(kind))) return 'back';
  return isBeforeBody ? 'front' : matterOfTitle(title);
};
