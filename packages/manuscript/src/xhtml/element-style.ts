import type { Mark, MarkType } from 'prosemirror-model';
import { manuscriptSchema } from '../schema/manuscript-schema.ts';
import { type Alignment, alignments } from '../schema/node-attributes.ts';
import { classesOf } from './element-roles.ts';
import type { SourceElement } from './source-tree.ts';

/**
 * What a style sheet says about an element, as far as a manuscript can hold it. `true` sets, `false` takes away what was
 * inherited, absent leaves it.
 */
export interface ElementStyle {
  readonly italic?: boolean;
  readonly bold?: boolean;
  readonly smallCaps?: boolean;
  readonly underline?: boolean;
  readonly strikethrough?: boolean;
  readonly monospace?: boolean;
  readonly position?: 'super' | 'sub' | 'baseline';
  readonly align?: Alignment;
  readonly noIndent?: boolean;
  /** Not shown, so not a part of the text. */
  readonly hidden?: boolean;
  /** What the element stands for by its looks. */
  readonly role?: 'epigraph' | 'letter' | 'verse' | 'scene-break';
  /** A wide space before the block, which in novels begins a new scene. */
  readonly breakBefore?: boolean;
}

const TAGS: Readonly<Record<string, ElementStyle>> = {
  em: { italic: true },
  i: { italic: true },
  cite: { italic: true },
  dfn: { italic: true },
  var: { italic: true },
  b: { bold: true },
  strong: { bold: true },
  u: { underline: true },
  s: { strikethrough: true },
  strike: { strikethrough: true },
  del: { strikethrough: true },
  sup: { position: 'super' },
  sub: { position: 'sub' },
  code: { monospace: true },
  kbd: { monospace: true },
  samp: { monospace: true },
  tt: { monospace: true },
  center: { align: 'center' },
};

/** Classes that mean the same in most books, for a source whose style sheet nobody reads. */
const CLASSES: Readonly<Record<string, ElementStyle>> = {
  italic: { italic: true },
  italics: { italic: true },
  ital: { italic: true },
  bold: { bold: true },
  smallcaps: { smallCaps: true },
  'small-caps': { smallCaps: true },
  smallcap: { smallCaps: true },
  smcap: { smallCaps: true },
  smcp: { smallCaps: true },
  sc: { smallCaps: true },
  underline: { underline: true },
  underlined: { underline: true },
  strikethrough: { strikethrough: true },
  center: { align: 'center' },
  centre: { align: 'center' },
  centered: { align: 'center' },
  centred: { align: 'center' },
  aligncenter: { align: 'center' },
  'align-center': { align: 'center' },
  'text-center': { align: 'center' },
  alignright: { align: 'right' },
  'align-right': { align: 'right' },
  'text-right': { align: 'right' },
  noindent: { noIndent: true },
  'no-indent': { noIndent: true },
  nonindent: { noIndent: true },
};

const readAlign = (value: string): Alignment | null =>
  alignments.find((known) => known === value) ?? (value === 'start' ? 'left' : value === 'end' ? 'right' : null);

type Declaration = (value: string) => ElementStyle;

const decoration: Declaration = (value) =>
  value.includes('none')
    ? { underline: false, strikethrough: false }
    : {
        ...(value.includes('underline') ? { underline: true } : {}),
        ...(value.includes('line-through') ? { strikethrough: true } : {}),
      };

const capitals: Declaration = (value) =>
  value.includes('small-caps') ? { smallCaps: true } : value === 'normal' ? { smallCaps: false } : {};

const DECLARATIONS: Readonly<Record<string, Declaration>> = {
  'font-style': (value) => ({ italic: value.startsWith('italic') || value.startsWith('oblique') }),
  'font-weight': (value) => ({ bold: value.startsWith('bold') || Number(value) >= 600 }),
  'font-variant': capitals,
  'font-variant-caps': capitals,
  'text-decoration': decoration,
  'text-decoration-line': decoration,
  'vertical-align': (value) =>
    value === 'super' || value === 'sub' || value === 'baseline' ? { position: value } : {},
  'text-align': (value) => {
    const align = readAlign(value);
    return align ? { align } : {};
  },
  'text-indent': (value) => (Number.parseFloat(value) === 0 ? { noIndent: true } : {}),
  display: (value) => (value === 'none' ? { hidden: true } : {}),
  visibility: (value) => (value === 'hidden' ? { hidden: true } : {}),
};

const DECLARATIONS_LIMIT = 64;
const STYLE_LIMIT = 8_192;

/** Reads declarations of CSS, such as a `style` attribute; an importer may use it for the rules of a style sheet. */
export const readDeclarations = (css: string): ElementStyle => {
  const style: ElementStyle = {};
  for (const declaration of css.slice(0, STYLE_LIMIT).split(';', DECLARATIONS_LIMIT)) {
    const colon = declaration.indexOf(':');
    const name = declaration.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = declaration
      .slice(colon + 1)
      .replace('!important', '')
      .trim()
      .toLowerCase();
    if (Object.hasOwn(DECLARATIONS, name) && value !== '' && value !== 'inherit') {
      Object.assign(style, DECLARATIONS[name]?.(value));
    }
  }
  return style;
};

export interface StyleSource {
  readonly styleOf?: ((element: SourceElement) => ElementStyle | undefined) | undefined;
  /** Put before the class names that `toXhtml` writes. */
  readonly classPrefix: string;
}

const classStyle = (name: string, prefix: string): ElementStyle | undefined => {
  const isOwn = name.startsWith(prefix);
  const bare = isOwn ? name.slice(prefix.length) : name;
  const align = isOwn ? alignments.find((known) => known === bare) : undefined;
  if (align) return { align };
  return Object.hasOwn(CLASSES, bare) ? CLASSES[bare] : undefined;
};

const NO_STYLE: ElementStyle = {};

/** The style of an element: of its tag, its well-known classes, the caller's style sheets and its own attributes. */
export const styleOfElement = (element: SourceElement, { styleOf, classPrefix }: StyleSource): ElementStyle => {
  const tag = (Object.hasOwn(TAGS, element.name) ? TAGS[element.name] : undefined) ?? NO_STYLE;
  if (element.attributes.size === 0 && !styleOf) return tag;
  const style: ElementStyle = { ...tag };
  for (const name of classesOf(element)) Object.assign(style, classStyle(name, classPrefix));
  const align = readAlign(element.attributes.get('align')?.toLowerCase() ?? '');
  if (align) Object.assign(style, { align });
  if (element.attributes.has('hidden')) Object.assign(style, { hidden: true });
  if (styleOf) Object.assign(style, styleOf(element));
  const css = element.attributes.get('style');
  return css === undefined ? style : Object.assign(style, readDeclarations(css));
};

const { marks: types } = manuscriptSchema;

const toggled = (marks: readonly Mark[], type: MarkType, wanted: boolean | undefined): readonly Mark[] => {
  if (wanted === undefined) return marks;
  return wanted ? type.create().addToSet(marks) : type.removeFromSet(marks);
};

/** The marks of text within an element of this style. */
export const applyStyle = (marks: readonly Mark[], style: ElementStyle): readonly Mark[] => {
  let changed = toggled(marks, types.emphasis, style.italic);
  changed = toggled(changed, types.strong, style.bold);
  changed = toggled(changed, types.smallCaps, style.smallCaps);
  changed = toggled(changed, types.underline, style.underline);
  changed = toggled(changed, types.strikethrough, style.strikethrough);
  changed = toggled(changed, types.code, style.monospace);
  if (style.position === undefined) return changed;
  changed = types.subscript.removeFromSet(types.superscript.removeFromSet(changed));
  if (style.position === 'super') return types.superscript.create().addToSet(changed);
  return style.position === 'sub' ? types.subscript.create().addToSet(changed) : changed;
};
