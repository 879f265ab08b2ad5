import type { SourceElement, SourceTree } from '@authorworks/manuscript/xhtml';
import { findSource } from '../epub/text-file.ts';
import { plainDescription } from '../shape/plain-description.ts';

/** What a page says about itself. */
export interface PageMetadata {
  readonly title: string;
  readonly authors: readonly string[];
  readonly language: string;
  readonly description: string;
}

const TITLES = ['dc.title', 'dcterms.title', 'citation_title', 'og:title'];
const AUTHORS = ['dc.creator', 'dcterms.creator', 'citation_author', 'author', 'article:author'];
const DESCRIPTIONS = ['dc.description', 'dcterms.description', 'description', 'og:description'];

const line = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const textOf = (element: SourceElement | null): string =>
  line((element?.children ?? []).map((child) => (typeof child === 'string' ? child : textOf(child))).join(' '));

const metasOf = (head: SourceElement | null): Map<string, string[]> => {
  const metas = new Map<string, string[]>();
  for (const child of head?.children ?? []) {
    if (typeof child === 'string' || child.name !== 'meta') continue;
    const name = (child.attributes.get('name') ?? child.attributes.get('property') ?? '').toLowerCase();
    const content = child.attributes.get('content')?.trim();
    if (name !== '' && content) metas.set(name, [...(metas.get(name) ?? []), content]);
  }
  return metas;
};

/** Sites put their names behind the titles of their pages: `The Tide Clerk | Example Press`. */
const withoutSite = (title: string, heading: string): string => {
  if (heading !== '' && title.toLowerCase().includes(heading.toLowerCase()) && heading.length > 2) return heading;
  return title;
};

/** Reads the head of a page. */
export const readPageMetadata = ({ root }: SourceTree): PageMetadata => {
  const metas = metasOf(findSource(root, 'head'));
  const first = (names: readonly string[]): string => names.flatMap((name) => metas.get(name) ?? [])[0] ?? '';
  const heading = textOf(findSource(root, 'h1'));
  const written = line(first(TITLES)) || textOf(findSource(root, 'title'));
  const html = findSource(root, 'html');
  const authors = AUTHORS.map((name) => metas.get(name)).find((found) => found !== undefined) ?? [];
  return {
    title: withoutSite(written, heading),
    authors: authors.filter((name) => !/^https?:/i.test(name)).map(line),
    language:
      html?.attributes.get('lang') ?? html?.attributes.get('xml:lang') ?? first(['dc.language', 'dcterms.language']),
    description: plainDescription(first(DESCRIPTIONS)),
  };
};
