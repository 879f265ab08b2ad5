import type { CompiledBook } from '../../compilable-book.ts';
import type { ChapterFile } from './compile-epub.ts';
import type { Pictures } from './pictures.ts';

type Note = CompiledBook['notes'][number];

const note = (about: Pick<Note, 'severity' | 'code' | 'message' | 'where'>, count: number): Note[] =>
  count === 0 ? [] : [{ ...about, count }];

interface Findings {
  readonly pictures: Pictures;
  readonly files: readonly ChapterFile[];
  /** How many links of each of the files lead nowhere. */
  readonly lost: readonly number[];
}

/** What could not be written as it stands, and what readers will miss; by chapter where it is in one. */
export const notesOf = ({ pictures, files, lost }: Findings): Note[] => [
  ...note(
    {
      severity: 'lost',
      code: 'image-lost',
      message:
        'A picture is damaged, or of a kind that not every e-reader shows (as AVIF); JPEG, PNG, GIF, WebP and SVG are.',
      where: '',
    },
    pictures.unfit.length,
  ),
  ...note(
    {
      severity: 'changed',
      code: 'image-changed',
      message: 'Parts of a drawing that could run or load something were left out.',
      where: '',
    },
    pictures.cleaned.length,
  ),
  ...files.flatMap(({ name, rendered }, index) => [
    ...note(
      {
        severity: 'lost',
        code: 'link-lost',
        message: 'A link leads to a place that is not in this book; its text is kept.',
        where: name,
      },
      lost[index] ?? 0,
    ),
    ...note(
      {
        severity: 'info',
        code: 'image-undescribed',
        message: 'A picture has no description: readers who cannot see it will miss it.',
        where: name,
      },
      rendered.picturesWithoutAlt,
    ),
  ]),
];
