/** What the head of a book's page tells: a part of content's PublicBook. */
export interface HeadOfBook {
  readonly slug: string;
  readonly title: string;
  readonly subtitle: string;
  readonly authorName: string;
  readonly description: string;
  readonly language: string;
  readonly publishedAt: string;
  readonly coverUrl: string | null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** Search engines and messengers cut longer ones themselves, in the middle of a word. */
const DESCRIPTION_LIMIT = 200;

const shorten = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= DESCRIPTION_LIMIT) return line;
  return `${line.slice(0, line.lastIndexOf(' ', DESCRIPTION_LIMIT)) || line.slice(0, DESCRIPTION_LIMIT)} …`;
};

const meta = (key: 'name' | 'property', name: string, content: string): string =>
  `<meta ${key}="${name}" content="${escapeHtml(content)}" />`;

/** schema.org data; "<" is written so that no text can end the script element that holds it. */
const structured = (book: HeadOfBook, url: string, image: string | null): string => {
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Book',
    name: book.title,
    author: { '@type': 'Person', name: book.authorName },
    description: book.description,
    inLanguage: book.language,
    datePublished: book.publishedAt,
    bookFormat: 'https://schema.org/EBook',
    url,
    ...(image ? { image } : {}),
  };
  return `<script type="application/ld+json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`;
};

/** Title, description, OpenGraph and schema.org data of a published book, as HTML. */
export const bookHead = (book: HeadOfBook, publicUrl: string): string => {
  const url = `${publicUrl}/books/${encodeURIComponent(book.slug)}`;
  const title = book.subtitle ? `${book.title}: ${book.subtitle}` : book.title;
  const description = shorten(book.description) || `${book.title}, by ${book.authorName}`;
  const image = book.coverUrl ? new URL(book.coverUrl, publicUrl).href : null;
  return [
    `<title>${escapeHtml(`${book.title}, by ${book.authorName} · AuthorWorks`)}</title>`,
    meta('name', 'description', description),
    `<link rel="canonical" href="${escapeHtml(url)}" />`,
    meta('property', 'og:type', 'book'),
    meta('property', 'og:site_name', 'AuthorWorks'),
    meta('property', 'og:title', title),
    meta('property', 'og:description', description),
    meta('property', 'og:url', url),
    meta('property', 'og:locale', book.language.replace('-', '_')),
    meta('property', 'book:author', book.authorName),
    meta('property', 'book:release_date', book.publishedAt),
    ...(image ? [meta('property', 'og:image', image)] : []),
    meta('name', 'twitter:card', image ? 'summary_large_image' : 'summary'),
    structured(book, url, image),
  ].join('\n    ');
};
