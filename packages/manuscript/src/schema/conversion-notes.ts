/** One thing that a conversion changed or left out. */
export interface ConversionNote {
  /** `info`: nothing is missing. `changed`: kept in another shape. `lost`: left out. */
  readonly severity: 'info' | 'changed' | 'lost';
  /** Stable name of the kind of note, such as `table-flattened`. */
  readonly code: string;
  readonly message: string;
  /** The source's name and the nearest heading before. */
  readonly where: string;
  readonly count: number;
}

/** Kinds of notes; what happens to a thing does not depend on where it stands. */
const KINDS = {
  'script-removed': ['info', 'A script or style sheet was left out.'],
  'hidden-text-dropped': ['info', 'Text that the source hides was left out.'],
  'page-number-dropped': ['info', 'A page number of the printed edition was left out.'],
  'blank-paragraph-dropped': ['info', 'An empty paragraph that only makes space was left out.'],
  'blank-as-scene-break': ['changed', 'An empty paragraph became a scene break.'],
  'table-flattened': ['changed', 'A table became paragraphs, one for each row.'],
  'definitions-flattened': ['changed', 'A list of definitions became paragraphs.'],
  'ruby-flattened': ['changed', 'The reading of a word was put behind it in parentheses.'],
  'math-flattened': ['changed', 'A formula became plain text.'],
  'details-opened': ['changed', 'A section that could be folded is open now.'],
  'heading-level-changed': ['changed', 'A heading of level 5 or 6 became level 4.'],
  'image-moved': ['changed', 'A picture within a line was moved behind it.'],
  'image-as-letter': ['changed', 'A picture of an initial became the letter.'],
  'image-as-scene-break': ['changed', 'A picture of an ornament became a scene break.'],
  'image-lost': ['lost', 'A picture could not be kept.'],
  'link-dropped': ['changed', 'A link that leads nowhere in this book was removed; its text is kept.'],
  'link-refused': ['lost', 'The address of a link was not safe and was removed; its text is kept.'],
  'footnote-paragraphs-joined': ['changed', 'A footnote of several paragraphs has line breaks between them now.'],
  'footnote-nested': ['changed', 'A footnote within a footnote was put in brackets.'],
  'footnote-missing': ['lost', 'The text of a footnote was not found.'],
  'footnote-repeated': ['changed', 'A footnote that is referred to more than once was repeated.'],
  'media-lost': ['lost', 'Sound, film or another embedded object was left out.'],
  'drawing-lost': ['lost', 'A drawing (SVG) was left out.'],
  'form-lost': ['lost', 'A field of a form was left out.'],
  'code-marks-dropped': ['changed', 'Formatting within a block of code was removed.'],
  'nesting-flattened': ['changed', 'Text was nested too deeply and was made flatter.'],
  'verse-picture-moved': ['changed', 'A picture within verse was moved behind it.'],
} as const satisfies Record<string, readonly [ConversionNote['severity'], string]>;

export type ConversionNoteCode = keyof typeof KINDS;

/** More places than these are not told apart: what else happens is counted at the last one. */
const NOTES_LIMIT = 500;
const WHERE_LIMIT = 200;

/** Collects notes; the same thing at the same place is counted. */
export class NoteBook {
  #notes = new Map<string, { code: ConversionNoteCode; where: string; count: number }>();
  #source: string;
  #heading = '';

  constructor(source: string) {
    this.#source = source;
  }

  /** Notes from here on stand below this heading. */
  setHeading(text: string): void {
    this.#heading = text.replace(/\s+/g, ' ').trim().slice(0, WHERE_LIMIT);
  }

  add(code: ConversionNoteCode, count = 1): void {
    const where = [this.#source, this.#heading].filter((part) => part !== '').join(' · ');
    const key = this.#notes.size < NOTES_LIMIT ? `${code}\n${where}` : code;
    const note = this.#notes.get(key);
    if (note) note.count += count;
    else this.#notes.set(key, { code, where, count });
  }

  get notes(): ConversionNote[] {
    return [...this.#notes.values()].map(({ code, where, count }) => {
      const [severity, message] = KINDS[code];
      return { severity, code, message, where, count };
    });
  }
}
