import { parseDocument } from 'yaml';

/** What a title page in YAML says, and the text behind it. */
export interface FrontMatter {
  readonly title: string;
  readonly subtitle: string;
  readonly authors: readonly string[];
  readonly language: string;
  readonly description: string;
  readonly text: string;
}

/** A title page at the very beginning, as Pandoc, static site generators and our own export write it. */
const FENCE = /^(?:\ufeff)?---[ \t]*\r?\n/;
const END = /^(?:---|\.\.\.)[ \t]*$/m;
const LIMIT = 20_000;
const LINE_LIMIT = 1_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One line of text of whatever stands there: Pandoc's names may be records. */
const lineOf = (value: unknown): string => {
  if (isRecord(value)) return lineOf(value['name'] ?? value['text'] ?? value['given'] ?? '');
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  return String(value).replaceAll(/\s+/g, ' ').trim().slice(0, LINE_LIMIT);
};

const linesOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).map(lineOf).filter((line) => line !== '');

const first = (record: Record<string, unknown>, ...names: readonly string[]): unknown => {
  for (const name of names) if (Object.hasOwn(record, name)) return record[name];
  return undefined;
};

const NONE = { title: '', subtitle: '', authors: [], language: '', description: '' };

const parse = (yaml: string): Record<string, unknown> | null => {
  try {
    // an alias within an alias grows without end: there are none in title pages
    const document = parseDocument(yaml, { uniqueKeys: false, logLevel: 'silent' });
    const value: unknown = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 0 });
    if (!isRecord(value)) return null;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item]));
  } catch {
    return null;
  }
};

/** Splits a title page off; something between two rules that is no title page is text. */
export const readFrontMatter = (source: string): FrontMatter => {
  const fence = FENCE.exec(source)?.[0];
  const end = fence === undefined ? null : END.exec(source.slice(fence.length, fence.length + LIMIT));
  if (fence === undefined || !end) return { ...NONE, text: source };
  const record = parse(source.slice(fence.length, fence.length + end.index));
  if (!record) return { ...NONE, text: source };
  const description = first(record, 'description', 'abstract', 'summary');
  return {
    title: linesOf(first(record, 'title')).join(' '),
    subtitle: linesOf(first(record, 'subtitle')).join(' '),
    authors: linesOf(first(record, 'author', 'authors', 'creator', 'by')),
    language: lineOf(first(record, 'lang', 'language')),
    description: typeof description === 'string' ? description.trim() : lineOf(description),
    text: source.slice(fence.length + end.index + end[0].length),
  };
};
