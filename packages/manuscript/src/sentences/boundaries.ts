import { segmenterFor } from '../schema/segmenter.ts';
import { endsWithAbbreviation } from './abbreviations.ts';
import { type LanguageRules, rulesFor } from './languages.ts';

/** Quotation marks and brackets that close when white space or nothing follows them. */
const LATE_CLOSERS = /^[»”“’"')\]›]+(?=\s|$)\s*/;

/** Dots, and spaced dots, that say that a sentence is not over. */
const ELLIPSIS = /(?:…|\.\s?\.\s?\.)["”’»«“')\]›]*$/;

/** What may stand before the first letter of a sentence. */
const OPENERS = /^[\s"“”„‟«»‘’‚‹›'([{¿¡—–―*_-]+/;

/** An end of speech that is not the end of what the narrator says with it. */
const SPOKEN = /[!?…—–-]["”’»«“']+\s*$/;

/** Where the segmenter sees no boundary: a dash of dialogue or an ellipsis before a capital. */
const DASH_AFTER_END = /[.!?…]["”’»“)\]]*\s+(?=[—–―]\s?["“„«¿¡]*\p{Lu})/gu;
const CAPITAL_AFTER_ELLIPSIS = /…["”’»“)\]]*\s+(?=["“„«‘¿¡([]*\p{Lu})/gu;

const hasWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

const candidatesOf = (text: string, language: string): number[] => {
  const found = new Set<number>();
  for (const { index } of segmenterFor(language, 'sentence').segment(text)) found.add(index);
  for (const pattern of [DASH_AFTER_END, CAPITAL_AFTER_ELLIPSIS]) {
    for (const match of text.matchAll(pattern)) found.add(match.index + match[0].length);
  }
  found.delete(0);
  return [...found].sort((one, other) => one - other);
};

interface Joint {
  /** The sentence so far; of a long one its end, which is all that the rules look at. */
  readonly before: string;
  readonly isWhole: boolean;
  /** What would be the next sentence, up to the next candidate. */
  readonly next: string;
  /** The text behind the boundary, as far as the rules look. */
  readonly after: string;
  readonly rules: LanguageRules;
  readonly language: string;
}

const lastWord = (text: string): string => /[\p{L}\p{N}’']+(?=[^\p{L}\p{N}]*$)/u.exec(text.slice(-80))?.[0] ?? '';
const firstWord = (text: string): string => /^[\p{L}\p{N}’']+/u.exec(text)?.[0] ?? '';

/** `I… I don't know`, `… And then`: an ellipsis after which the sentence goes on. */
const goesOnAfterEllipsis = ({ before, isWhole, language }: Joint, start: string): boolean => {
  if (!ELLIPSIS.test(before.trimEnd())) return false;
  if (isWhole && !hasWord(before)) return true;
  const word = firstWord(start);
  if (word === 'I' && language.startsWith('en')) return true;
  return word !== '' && word.toLowerCase() === lastWord(before).toLowerCase();
};

const JAPANESE_QUOTED = /^(?:と|って|なんて|などと|、|，)/;
const CHINESE_TAG = /^[^。！？“”「」『』\n]{0,10}(?:说|說|道|问|問|喊|叫|答|笑|嚷|吼|想|骂|罵)/;

/** Speech in corner brackets or quotation marks that the narrator goes on after, without a space. */
const goesOnAfterQuote = ({ before, after, language }: Joint): boolean => {
  if (!/[。！？…!?][」』”"）)]+$/.test(before)) return false;
  if (language.startsWith('ja')) return JAPANESE_QUOTED.test(after);
  return language.startsWith('zh') && CHINESE_TAG.test(after.slice(0, 16));
};

/** Whether what is before a candidate and what is behind it are one sentence. */
const isOneSentence = (joint: Joint): boolean => {
  const { before, next, after, rules } = joint;
  // A line break that the author set ends the sentence.
  if (before.includes('\n', before.trimEnd().length)) return false;
  if (!hasWord(next)) return true;
  const start = after.replace(OPENERS, '');
  if (/^\p{Ll}/u.test(start)) return true;
  if (goesOnAfterQuote(joint) || goesOnAfterEllipsis(joint, start)) return true;
  if (rules.speech !== null && SPOKEN.test(before) && rules.speech.test(start) && start === after) return true;
  return endsWithAbbreviation({ ...joint, hasOpener: start !== after }, start, rules);
};

/** How much of what is before and behind a boundary the rules look at; bounds their time in a text of one sentence. */
const SIGHT = 300;

/** Brackets that always open; the segmenter gives them to the sentence before when no space stands between. */
const OPENED_EARLY = /[「『（《〈【〔]+$/;
const OPENED_EARLY_CHINESE = /[「『（《〈【〔“‘]+$/;

/** Where the boundary really is: behind closing signs that follow a space, before opening ones that follow none. */
const settle = (text: string, candidate: number, language: string): number => {
  const closers = text[candidate - 1] === '\n' ? null : LATE_CLOSERS.exec(text.slice(candidate, candidate + SIGHT));
  if (closers) return candidate + closers[0].length;
  const opened = /^(?:zh|ja|ko)/.test(language) ? OPENED_EARLY_CHINESE : OPENED_EARLY;
  return candidate - (opened.exec(text.slice(Math.max(0, candidate - 8), candidate))?.[0].length ?? 0);
};

/**
 * Where sentences begin, without the first: offsets into the text, behind the white space before a sentence. What the
 * Unicode rules (`Intl.Segmenter`) say, corrected by what they cannot know: abbreviations, initials, speech.
 */
export const sentenceStarts = (text: string, language: string): number[] => {
  const rules = rulesFor(language);
  const candidates = candidatesOf(text, language).map((candidate) => settle(text, candidate, language));
  const starts: number[] = [];
  let from = 0;
  for (const [index, at] of candidates.entries()) {
    if (at <= from || at >= text.length) continue;
    const end = Math.max(at, candidates[index + 1] ?? text.length);
    const joint: Joint = {
      before: text.slice(Math.max(from, at - SIGHT), at),
      isWhole: from >= at - SIGHT,
      next: text.slice(at, end),
      after: text.slice(at, at + SIGHT),
      rules,
      language,
    };
    if (isOneSentence(joint)) continue;
    starts.push(at);
    from = at;
  }
  return starts;
};
