import type { SourceElement } from '@authorworks/manuscript/xhtml';
import { type BookAddress, resolveHref } from './epub-path.ts';
import { rolesOf } from './navigation.ts';
import type { TextFile } from './text-file.ts';

/** Notes that stand in other files than the text that refers to them. */
export interface CrossNotes {
  /** Files that hold such notes: to be read after all that refer to them. */
  readonly noteFiles: ReadonlySet<TextFile>;
  /** The note that a link of a file leads to; from then on it is no part of the text in which it stands. */
  readonly noteOf: (from: TextFile, href: string) => SourceElement | null;
  readonly wasTaken: (element: SourceElement) => boolean;
}

const BODIES = new Set(['li', 'p', 'div', 'aside', 'dd', 'section', 'td', 'blockquote']);
const NOTE_ROLES = new Set(['footnote', 'endnote', 'rearnote', 'note', 'footnotes', 'endnotes', 'rearnotes']);
/** Longer ones are chapters that a link leads to. */
const LONGEST_NOTE = 20_000;
const MARK = /^[[(]?(?:\d{1,4}|[*†‡§¶‖#]{1,4}|[a-z]|[ivxlcdm]{1,6})[\])]?\.?$/i;
const MARK_LENGTH = 12;

const textWithin = (element: SourceElement, limit: number): string => {
  let text = '';
  for (const child of element.children) {
    if (text.length > limit) break;
    text += typeof child === 'string' ? child : textWithin(child, limit);
  }
  return text;
};

const bodyOf = (target: SourceElement): SourceElement | null => {
  for (let here: SourceElement | null = target; here; here = here.parent) {
    if (BODIES.has(here.name)) return here;
    if (here.name === 'body') return null;
  }
  return null;
};

const isTypedNote = (target: SourceElement): boolean => {
  for (let here: SourceElement | null = target; here; here = here.parent)
    if (rolesOf(here).some((role) => NOTE_ROLES.has(role))) return true;
  return false;
};

const walk = (element: SourceElement, visit: (link: SourceElement) => void): void => {
  for (const child of element.children) {
    if (typeof child === 'string') continue;
    if (child.name === 'a' && child.attributes.has('href')) visit(child);
    walk(child, visit);
  }
};

const isReference = (link: SourceElement): boolean => rolesOf(link).includes('noteref');

/** Whether a note leads back into a file, as notes do. */
const leadsBackTo = (body: SourceElement, noteFile: TextFile, from: TextFile): boolean => {
  let leads = false;
  walk(body, (link) => {
    leads ||= resolveHref(noteFile.path, link.attributes.get('href') ?? '')?.path === from.path;
  });
  return leads;
};

class Notes implements CrossNotes {
  readonly noteFiles = new Set<TextFile>();
  readonly #byPath: ReadonlyMap<string, TextFile>;
  /** By the element that a link leads to: the note that it is, for links that say so and for others. */
  readonly #typed = new Map<SourceElement, SourceElement | null>();
  readonly #plain = new Map<SourceElement, SourceElement | null>();
  readonly #taken = new Set<SourceElement>();

  constructor(texts: readonly TextFile[]) {
    this.#byPath = new Map(texts.map((text) => [text.path, text]));
    for (const text of texts) walk(text.tree.root, (link) => this.#look(text, link));
  }

  #look(from: TextFile, link: SourceElement): void {
    const address = resolveHref(from.path, link.attributes.get('href') ?? '');
    if (!address || address.path === from.path || address.fragment === '') return;
    const isTyped = isReference(link);
    if (!isTyped && !MARK.test(textWithin(link, MARK_LENGTH).trim())) return;
    if (this.#find(from, address, isTyped)) {
      const file = this.#byPath.get(address.path);
      if (file) this.noteFiles.add(file);
    }
  }

  /** @param isTyped The link says of itself that it leads to a note. */
  #find(from: TextFile, address: BookAddress, isTyped: boolean): SourceElement | null {
    const file = this.#byPath.get(address.path);
    const target = file?.tree.ids.get(address.fragment);
    if (!file || !target) return null;
    const known = this.#typed.get(target) ?? (isTyped ? this.#typed : this.#plain).get(target);
    if (known !== undefined) return known;
    const body = bodyOf(target);
    const isNote = body !== null && (isTyped || isTypedNote(target) || leadsBackTo(body, file, from));
    const found = isNote && textWithin(body, LONGEST_NOTE).length <= LONGEST_NOTE ? body : null;
    (isTyped ? this.#typed : this.#plain).set(target, found);
    return found;
  }

  noteOf = (from: TextFile, href: string): SourceElement | null => {
    const address = resolveHref(from.path, href);
    if (!address || address.fragment === '') return null;
    const note = this.#find(from, address, false);
    if (note) this.#taken.add(note);
    return note;
  };

  wasTaken = (element: SourceElement): boolean => this.#taken.has(element);
}

/** Looks through all texts of a book for references to notes in other texts. */
export const findCrossNotes = (texts: readonly TextFile[]): CrossNotes => new Notes(texts);
