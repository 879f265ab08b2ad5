import { fromMarkdown } from '@authorworks/manuscript/markdown';
import { divideManuscript } from '../divide-manuscript.ts';
import type { BookReader } from '../imported-book.ts';
import { decodeText } from '../text-encoding.ts';

/** A YAML title page as Pandoc and our own export write it; at the very beginning and not larger than this. */
const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;

/** Plain and quoted values of one line; a value that is more than that is left out. */
const valueOf = (raw: string): string => {
  const value = raw.trim();
  if (value.startsWith('"')) {
    try {
      return String(JSON.parse(value));
    } catch {
      return '';
    }
  }
  if (value.startsWith("'")) return value.endsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : '';
  return /^[[{|>&*!]/.test(value) ? '' : value;
};

interface TitlePage {
  readonly fields: ReadonlyMap<string, string>;
  readonly text: string;
}

const readTitlePage = (source: string): TitlePage => {
  const match = FRONT_MATTER.exec(source);
  const fields = new Map<string, string>();
  for (const line of (match?.[1] ?? '').split('\n')) {
    const [, name, raw] = /^([A-Za-z]{1,20}):(.*)$/.exec(line) ?? [];
    if (name !== undefined && raw !== undefined) fields.set(name.toLowerCase(), valueOf(raw));
  }
  // something between two rules that is no title page is text
  return fields.size > 0 ? { fields, text: source.slice(match?.[0].length ?? 0) } : { fields, text: source };
};

/** Markdown. Pictures are named by addresses that lead out of the file, so they are left out, with a note. */
export const readMarkdownBook: BookReader = ({ bytes, fileName }) => {
  const { fields, text } = readTitlePage(decodeText(bytes));
  const language = fields.get('lang') ?? fields.get('language') ?? '';
  const { doc, notes } = fromMarkdown(text, {
    source: fileName,
    imageFile: () => null,
    ...(language ? { language } : {}),
  });
  const divided = divideManuscript(doc, fields.get('title'));
  const author = fields.get('author') ?? '';
  return {
    nodes: divided.nodes,
    title: fields.get('title') || divided.title,
    language,
    authors: author === '' ? [] : [author],
    description: fields.get('description') ?? '',
    images: [],
    coverName: null,
    notes,
  };
};
