/** A text without what Project Gutenberg and others put around it. */
export interface BareText {
  readonly text: string;
  readonly title: string;
  readonly author: string;
  /** BCP 47, or ''. */
  readonly language: string;
  readonly wasCut: boolean;
}

const START = /^\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG[^\n]*\*{3}[ \t]*$/im;
const END = /^(?:\*{3} ?END OF (?:THE|THIS) PROJECT GUTENBERG|End of (?:the )?Project Gutenberg['’]s\b)[^\n]*$/im;
const FIELD_LINES = 4_000;
const PRODUCED = /^\s*(?:Produced by|E-?text prepared by|Transcribed from)[^\n]*(?:\n[^\n]+)*\n/i;

const LANGUAGES: Readonly<Record<string, string>> = {
  english: 'en',
  german: 'de',
  french: 'fr',
  spanish: 'es',
  italian: 'it',
  portuguese: 'pt',
  dutch: 'nl',
  finnish: 'fi',
  swedish: 'sv',
  danish: 'da',
  norwegian: 'no',
  latin: 'la',
  greek: 'el',
  chinese: 'zh',
  japanese: 'ja',
  russian: 'ru',
  polish: 'pl',
  hungarian: 'hu',
  czech: 'cs',
  catalan: 'ca',
  esperanto: 'eo',
  tagalog: 'tl',
};

const fieldOf = (header: string, name: string): string =>
  new RegExp(`^${name}:[ \\t]*(\\S[^\\n]*)$`, 'im').exec(header)?.[1]?.trim() ?? '';

/** Takes header, licence and credits off a text that has them, and reads what they say about the book. */
export const withoutBoilerplate = (source: string): BareText => {
  const text = source.replaceAll('\r\n', '\n');
  const start = START.exec(text);
  if (!start) return { text: source, title: '', author: '', language: '', wasCut: false };
  const header = text.slice(0, start.index).slice(0, FIELD_LINES);
  const body = text.slice(start.index + start[0].length);
  const end = END.exec(body);
  return {
    text: (end ? body.slice(0, end.index) : body).replace(/^\s*\n/, '').replace(PRODUCED, ''),
    title: fieldOf(header, 'Title'),
    author: fieldOf(header, 'Author'),
    language:
      LANGUAGES[
        fieldOf(header, 'Language')
          .toLowerCase()
          .split(/[\s,;(]/)[0] ?? ''
      ] ?? '',
    wasCut: true,
  };
};
