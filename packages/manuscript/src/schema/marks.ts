import type { DOMOutputSpec, MarkSpec } from 'prosemirror-model';
import { isLanguageTag, oneOf, TITLE_LIMIT, textAttribute } from './attributes.ts';
import { type ParsedElement, reads } from './element.ts';
import { isAllowedHref, normaliseHref } from './href.ts';

/** Directions that a span of another language may be written in. */
export const directions = ['ltr', 'rtl'] as const;

const link: MarkSpec = {
  inclusive: false,
  attrs: {
    href: {
      // No default: a link without an address is no link.
      validate: (value: unknown) => {
        if (!isAllowedHref(value)) throw new RangeError('must be an http, https or mailto address or an #anchor');
      },
    },
    title: textAttribute(TITLE_LIMIT, null),
  },
  parseDOM: [
    {
      tag: 'a[href]',
      getAttrs: reads((element) => {
        const href = normaliseHref(element.getAttribute('href') ?? '');
        return href !== null && { href, title: element.getAttribute('title')?.slice(0, TITLE_LIMIT) || null };
      }),
    },
  ],
  // Asked again here: a document that came over Yjs was never validated.
  toDOM: (mark): DOMOutputSpec => {
    const { href, title } = mark.attrs;
    if (!isAllowedHref(href)) return ['span', 0];
    return ['a', { href, rel: 'noopener noreferrer', ...(typeof title === 'string' ? { title } : {}) }, 0];
  },
};

const readLanguage = (element: ParsedElement) => {
  const lang = element.getAttribute('lang');
  if (!isLanguageTag(lang)) return false;
  const dir = element.getAttribute('dir');
  return { lang, dir: directions.find((known) => known === dir) ?? null };
};

const language: MarkSpec = {
  attrs: {
    lang: {
      validate: (value: unknown) => {
        if (!isLanguageTag(value)) throw new RangeError('must be a BCP 47 language tag such as fr');
      },
    },
    dir: oneOf(directions, null),
  },
  // Only spans of our own and italics: Word writes lang= on every span that it copies.
  parseDOM: ['[data-type="language"]', 'i[lang]', 'em[lang]', 'cite[lang]'].map((tag) => ({
    tag,
    consuming: false,
    priority: 60,
    getAttrs: reads(readLanguage),
  })),
  toDOM: (mark): DOMOutputSpec => {
    const { lang, dir } = mark.attrs;
    if (!isLanguageTag(lang)) return ['span', 0];
    return ['span', { 'data-type': 'language', lang, ...(dir === 'ltr' || dir === 'rtl' ? { dir } : {}) }, 0];
  },
};

const emphasis: MarkSpec = {
  parseDOM: [
    { tag: 'i', getAttrs: reads((element) => element.style?.fontStyle !== 'normal' && {}) },
    { tag: 'em' },
    { tag: 'cite' },
    { style: 'font-style=italic' },
    { style: 'font-style=normal', clearMark: (mark) => mark.type.name === 'emphasis' },
  ],
  toDOM: (): DOMOutputSpec => ['em', 0],
};

const strong: MarkSpec = {
  parseDOM: [
    { tag: 'strong' },
    // Google Docs wraps whatever is copied in <b style="font-weight: normal">.
    { tag: 'b', getAttrs: reads((element) => element.style?.fontWeight !== 'normal' && {}) },
    { style: 'font-weight', getAttrs: (value) => /^(?:bold(?:er)?|[6-9]\d\d)$/.test(value) && {} },
    { style: 'font-weight=400', clearMark: (mark) => mark.type.name === 'strong' },
  ],
  toDOM: (): DOMOutputSpec => ['strong', 0],
};

const smallCaps: MarkSpec = {
  parseDOM: [
    { tag: '[data-type="small-caps"]', priority: 60 },
    { style: 'font-variant=small-caps' },
    { style: 'font-variant-caps=small-caps' },
  ],
  toDOM: (): DOMOutputSpec => ['span', { 'data-type': 'small-caps', style: 'font-variant-caps: small-caps' }, 0],
};

const underline: MarkSpec = {
  parseDOM: [{ tag: 'u' }, { style: 'text-decoration=underline' }, { style: 'text-decoration-line=underline' }],
  toDOM: (): DOMOutputSpec => ['u', 0],
};

const strikethrough: MarkSpec = {
  parseDOM: [{ tag: 's' }, { tag: 'del' }, { tag: 'strike' }, { style: 'text-decoration=line-through' }],
  toDOM: (): DOMOutputSpec => ['s', 0],
};

const superscript: MarkSpec = {
  excludes: 'superscript subscript',
  parseDOM: [{ tag: 'sup' }, { style: 'vertical-align=super' }],
  toDOM: (): DOMOutputSpec => ['sup', 0],
};

const subscript: MarkSpec = {
  excludes: 'superscript subscript',
  parseDOM: [{ tag: 'sub' }, { style: 'vertical-align=sub' }],
  toDOM: (): DOMOutputSpec => ['sub', 0],
};

const code: MarkSpec = {
  code: true,
  parseDOM: [{ tag: 'code' }, { tag: 'kbd' }, { tag: 'samp' }, { tag: 'tt' }],
  toDOM: (): DOMOutputSpec => ['code', 0],
};

/**
 * The marks of a manuscript as ProseMirror specs. Their order is the order of nesting in all formats: a link is
 * outermost, code innermost. Each excludes itself, so that y-prosemirror keeps it under its plain name.
 */
export const manuscriptMarks = {
  link,
  language,
  emphasis,
  strong,
  smallCaps,
  underline,
  strikethrough,
  superscript,
  subscript,
  code,
} as const satisfies Record<string, MarkSpec>;

export type ManuscriptMarkName = keyof typeof manuscriptMarks;
