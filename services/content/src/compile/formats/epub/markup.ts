import { cleanText } from '@authorworks/manuscript/schema';

/** Text as it stands between tags. */
export const escapeText = (text: string): string =>
  cleanText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Text as it stands between the double quotes of an attribute. */
export const escapeAttribute = (text: string): string =>
  escapeText(text)
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, ' ');

/** An attribute; nothing where there is no value. */
export const attribute = (name: string, value: string | null | undefined): string =>
  value === null || value === undefined || value === '' ? '' : ` ${name}="${escapeAttribute(value)}"`;

/** In which direction a language is written. */
export const directionOf = (language: string): 'ltr' | 'rtl' => {
  try {
    const locale = new Intl.Locale(language);
    const script = locale.maximize().script ?? '';
    return ['Arab', 'Hebr', 'Syrc', 'Thaa', 'Nkoo', 'Adlm', 'Rohg', 'Mand', 'Samr'].includes(script) ? 'rtl' : 'ltr';
  } catch {
    return 'ltr';
  }
};

/** Marks what is not in the language around it. */
export const languageAttributes = (language: string, around: string): string => {
  const lang = escapeAttribute(language);
  const isSame = language.split('-', 1)[0]?.toLowerCase() === around.split('-', 1)[0]?.toLowerCase();
  return isSame ? '' : ` lang="${lang}" xml:lang="${lang}" dir="${directionOf(language)}"`;
};

export interface Page {
  readonly title: string;
  /** BCP 47. */
  readonly language: string;
  /** What the page is to the book, by the structural semantics of EPUB, such as `bodymatter`. */
  readonly type: string;
  /** Well-formed XHTML. */
  readonly body: string;
  /** Address of the style sheet from the page. */
  readonly styleHref: string;
}

/** A whole page of a book as XHTML. */
export const pageOf = ({ title, language, type, body, styleHref }: Page): string => {
  const dir = directionOf(language) === 'rtl' ? ' dir="rtl"' : '';
  const lang = escapeAttribute(language);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" epub:prefix="z3998: http://www.daisy.org/z3998/2012/vocab/structure/" lang="${lang}" xml:lang="${lang}"${dir}>
<head>
<meta charset="UTF-8"/>
<title>${escapeText(title)}</title>
<link rel="stylesheet" type="text/css" href="${escapeAttribute(styleHref)}"/>
</head>
<body epub:type="${type}">
${body}</body>
</html>
`;
};
