import type { ImportNote } from '@authorworks/contracts';
import type { z } from 'zod';

export type Note = z.input<typeof ImportNote>;

/** What the report says of each kind; packages/manuscript has its own for what happens within a text. */
const KINDS = {
  'encoding-guessed': ['info', 'The file does not say how its letters are encoded; they were read as Windows-1252.'],
  'encoding-damaged': ['changed', 'Some letters were damaged in the file and are shown as �.'],
  'cover-page-dropped': ['info', 'The page that only shows the cover was left out; the cover is kept.'],
  'title-page-dropped': ['info', 'The title page was left out, because it is made anew of title, author and edition.'],
  'contents-dropped': ['info', 'The list of contents was left out, because it is made anew.'],
  'notes-joined': ['info', 'Notes were put where the text refers to them.'],
  'font-dropped': ['info', 'A font was left out; books here are set in the reader’s own or the house’s.'],
  'script-dropped': ['info', 'A program in the file was left out.'],
  'media-lost': ['lost', 'Sound or film was left out.'],
  'read-aloud-lost': ['lost', 'The recording that goes along with the text was left out.'],
  'document-lost': ['lost', 'A file that is named in the book is missing in it, or cannot be read.'],
  'document-damaged': ['changed', 'A file in the book is damaged; look whether its text is whole.'],
  'format-lost': ['lost', 'A page in a format that is no text was left out.'],
  'fixed-layout': ['changed', 'Its pages were laid out like pictures; only their texts and pictures are kept.'],
  'reading-order-extra': ['changed', 'A text outside of the reading order was put behind the book.'],
  'unsafe-name': ['info', 'A file with a name that leads out of the archive was left alone.'],
  'remote-image-lost': ['lost', 'A picture lies on another computer and was not fetched.'],
  'image-missing': ['lost', 'A picture is not in the file.'],
  'image-limit': ['lost', 'A picture was left out, because there are too many, or all together are too large.'],
  'image-unreadable': ['lost', 'A picture is damaged, or is of a kind that books cannot show.'],
  'image-cleaned': ['info', 'Programs and links to other computers were taken out of a drawing.'],
  'parts-joined': ['changed', 'Parts within parts became one level of parts, with both names.'],
  'heading-joined': ['info', 'The heading of a chapter became its title.'],
  'heading-note-moved': ['changed', 'A note to the title of a chapter stands behind its first paragraph now.'],
  'internal-link-lost': ['changed', 'A link within the book leads to nothing; its text is kept.'],
  'chapters-guessed': ['changed', 'The file has no headings; chapters were guessed from lines that look like some.'],
  'boilerplate-dropped': ['info', 'The provider’s text before and behind the book was left out.'],
  'page-frame-dropped': ['info', 'Menus and other parts of the web page around the text were left out.'],
  'insertions-accepted': ['changed', 'Text that somebody had suggested to insert was taken over.'],
  'deletions-accepted': ['changed', 'Text that somebody had suggested to delete was left out.'],
  'formatting-changes-accepted': ['info', 'Suggested changes of formatting were taken over.'],
  'comment-lost': ['lost', 'A comment was left out.'],
  'text-box-moved': ['changed', 'The text of a text box was put behind its paragraph.'],
  'table-flattened': ['changed', 'A table became paragraphs, one for each row.'],
  'equation-flattened': ['changed', 'A formula became plain text.'],
  'chart-lost': ['lost', 'A chart, diagram or embedded object was left out.'],
  'field-flattened': ['info', 'A field that Word computes was kept as the text that it showed last.'],
  'index-dropped': ['info', 'A generated index or list was left out.'],
  'form-lost': ['lost', 'A field of a form was left out.'],
  'hidden-text-dropped': ['info', 'Text that the source hides was left out.'],
  'header-dropped': ['info', 'Headers and footers of the pages were left out.'],
  'image-moved': ['changed', 'A picture within a line was moved behind it.'],
  'image-lost': ['lost', 'A picture could not be kept.'],
  'footnote-missing': ['lost', 'The text of a footnote was not found.'],
  'footnote-nested': ['changed', 'A footnote within a footnote was put in brackets.'],
  'footnote-paragraphs-joined': ['changed', 'A footnote of several paragraphs has line breaks between them now.'],
  'link-refused': ['lost', 'The address of a link was not safe and was removed; its text is kept.'],
  'blank-as-scene-break': ['changed', 'An empty paragraph became a scene break.'],
  'blank-paragraph-dropped': ['info', 'An empty paragraph that only makes space was left out.'],
  'symbol-lost': ['lost', 'A sign of a symbol font is not known and is shown as �.'],
  'tabs-flattened': ['info', 'Tabulators within a line became spaces.'],
  'nesting-flattened': ['changed', 'Text was nested too deeply and was made flatter.'],
  'heading-level-changed': ['changed', 'A heading of level 5 or deeper became level 4.'],
} as const satisfies Record<string, readonly [Note['severity'], string]>;

export type NoteCode = keyof typeof KINDS;

/** More places than these are not told apart; what else happens is counted at no place. */
const PLACES = 500;
const WHERE_LIMIT = 300;

/** The report of one import as it grows: the same thing at the same place is counted. */
export class NoteList {
  readonly #notes = new Map<string, Note>();

  add(code: NoteCode, where = '', count = 1): void {
    const [severity, message] = KINDS[code];
    this.take([{ severity, code, message, where, count }]);
  }

  /** Takes over what packages/manuscript has noted. */
  take(notes: readonly Note[]): void {
    for (const note of notes) {
      if (note.count < 1) continue;
      const where = this.#notes.size < PLACES ? note.where.slice(0, WHERE_LIMIT) : '';
      const key = `${note.code}\n${where}`;
      const known = this.#notes.get(key);
      this.#notes.set(key, { ...note, where, count: note.count + (known?.count ?? 0) });
    }
  }

  get list(): Note[] {
    return [...this.#notes.values()];
  }
}
