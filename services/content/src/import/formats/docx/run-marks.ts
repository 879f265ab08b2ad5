import type { Mark } from 'prosemirror-model';
import { isLanguageTag, manuscriptSchema } from '@authorworks/manuscript/schema';
import type { RunProperties } from './properties.ts';
import type { DocxStyles, ResolvedStyle } from './styles.ts';

const { marks: types } = manuscriptSchema;

/** How the letters of a run look, with all that they inherit. */
export interface RunLook {
  readonly marks: readonly Mark[];
  /** Shown in capitals, whatever is written. */
  readonly isCaps: boolean;
  readonly isHidden: boolean;
  /** Of the run itself or its style, as written; null when nobody said. */
  readonly languages: Pick<RunProperties, 'language' | 'languageEastAsian' | 'languageBidi'>;
}

type Toggle = 'italic' | 'bold' | 'smallCaps' | 'caps' | 'strikethrough' | 'hidden';

/**
 * A property that styles toggle: on in the style of the paragraph and in that of the letters, it is off (ECMA-376, part 1,
 * 17.7.3). What the run itself says is final.
 */
const toggled = (name: Toggle, layers: Layers): boolean => {
  const { paragraph, character, direct } = layers;
  return direct[name] ?? (paragraph[name] === true) !== (character[name] === true);
};

interface Layers {
  readonly paragraph: RunProperties;
  readonly character: RunProperties;
  readonly direct: RunProperties;
}

/** Looks that all letters of a paragraph have because of what it is, such as a heading, mean nothing more. */
const isDesign = (style: ResolvedStyle, usual: ResolvedStyle): boolean =>
  style.role !== undefined || style.id === usual.id;

const LINK = /^(?:internet ?link|followed ?hyperlink|hyperlink|besuchter hyperlink|hipervínculo|lien hypertexte)$/i;

const letterMarks = (layers: Layers, base: RunProperties, isHeading: boolean): Mark[] => {
  const found: Mark[] = [];
  const differs = (name: Toggle): boolean => toggled(name, layers) !== (base[name] === true);
  if (differs('italic')) found.push(types.emphasis.create());
  if (differs('strikethrough')) found.push(types.strikethrough.create());
  if (isHeading) return found;
  if (differs('bold')) found.push(types.strong.create());
  if (differs('smallCaps')) found.push(types.smallCaps.create());
  return found;
};

/** The look of a run in a paragraph of some style. */
export const lookOf = (
  direct: RunProperties,
  { style, styles }: { readonly style: ResolvedStyle; readonly styles: DocxStyles },
): RunLook => {
  const character = styles.character(direct.styleId);
  const layers: Layers = { paragraph: { ...styles.defaults, ...style.run }, character: character?.run ?? {}, direct };
  const base = isDesign(style, styles.paragraph(undefined)) ? layers.paragraph : {};
  const isHeading = style.role?.role === 'heading' || style.role?.role === 'title';
  const found = letterMarks(layers, base, isHeading);
  const isLink = character !== undefined && LINK.test(character.name);
  const underline = direct.underline ?? (!isLink && character?.run.underline === true);
  if (underline && !isHeading && base.underline !== true) found.push(types.underline.create());
  const position = direct.position ?? character?.run.position;
  if (position === 'super') found.push(types.superscript.create());
  if (position === 'sub') found.push(types.subscript.create());
  if (character?.isCode && !style.isCode) found.push(types.code.create());
  const { language, languageEastAsian, languageBidi } = { ...character?.run, ...direct };
  return {
    marks: found.reduce<readonly Mark[]>((set, mark) => mark.addToSet(set), []),
    isCaps: !isHeading && toggled('caps', layers) !== (base.caps === true),
    isHidden: toggled('hidden', layers),
    languages: {
      ...(language === undefined ? {} : { language }),
      ...(languageEastAsian === undefined ? {} : { languageEastAsian }),
      ...(languageBidi === undefined ? {} : { languageBidi }),
    },
  };
};

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const EAST_ASIAN = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/;
const LETTER = /\p{L}/u;

/** The mark for the language of a piece of text; null when nothing says it, or there are no letters. */
export const languageMark = (text: string, { languages }: RunLook): Mark | null => {
  if (!LETTER.test(text)) return null;
  const isBidi = RIGHT_TO_LEFT.test(text);
  const { language, languageEastAsian, languageBidi } = languages;
  const lang = isBidi ? languageBidi : EAST_ASIAN.test(text) ? languageEastAsian : language;
  return isLanguageTag(lang) ? types.language.create({ lang, dir: isBidi ? 'rtl' : null }) : null;
};
