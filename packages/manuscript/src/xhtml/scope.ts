import { isLanguageTag } from '../schema/attributes.ts';
import { manuscriptSchema } from '../schema/manuscript-schema.ts';
import { isHeadingName } from './element-names.ts';
import { applyStyle, type ElementStyle, styleOfElement } from './element-style.ts';
import { isOwn, type Reader, type Scope } from './reader.ts';
import type { SourceElement } from './source-tree.ts';

const { language } = manuscriptSchema.marks;

export const styleIn = (reader: Reader, element: SourceElement): ElementStyle =>
  styleOfElement(element, { styleOf: reader.options.styleOf, classPrefix: reader.classPrefix });

const sameLanguage = (one: string, other: string): boolean =>
  one.split('-', 1)[0]?.toLowerCase() === other.split('-', 1)[0]?.toLowerCase();

/** Text in the language of the book is not marked, whatever its country (`en`, `en-GB`). */
const withLanguage = (reader: Reader, element: SourceElement, scope: Scope): Scope => {
  const lang = element.attributes.get('xml:lang') ?? element.attributes.get('lang');
  if (!isLanguageTag(lang)) return scope;
  const isMarked = isOwn(reader, element, 'lang');
  if (lang === scope.language && !isMarked) return scope;
  const bare = language.removeFromSet(scope.marks);
  const isForeign = reader.baseLanguage === null || !sameLanguage(lang, reader.baseLanguage);
  if (!isForeign && !isMarked) return { ...scope, language: lang, marks: bare };
  const written = element.attributes.get('dir')?.toLowerCase();
  const dir = written === 'ltr' || written === 'rtl' ? written : null;
  return { ...scope, language: lang, marks: language.create({ lang, dir }).addToSet(bare) };
};

/** The scope of what is within an element. */
export const scopeWithin = (reader: Reader, element: SourceElement, around: Scope): Scope => {
  const style = styleIn(reader, element);
  const scope = element.attributes.size > 0 ? withLanguage(reader, element, around) : around;
  // That a heading is bold is the design of the book, not emphasis.
  const marks = isHeadingName(element.name) ? scope.marks : applyStyle(scope.marks, style);
  if (marks === scope.marks && style.align === undefined && style.noIndent === undefined) return scope;
  return { ...scope, marks, align: style.align ?? scope.align, noIndent: style.noIndent ?? scope.noIndent };
};
