import type { LanguageRules } from './languages.ts';

/** How far back an abbreviation is looked for. */
const TAIL = 60;

/** The last words of a text without quotes and brackets before them: at most three, the last one first. */
const lastTokens = (text: string): string[] => {
  const tokens = text.slice(-TAIL).trimEnd().split(/\s+/).slice(-3).reverse();
  return tokens.map((token) => token.replace(/^["“”„«»‘’'([{¿¡—–-]+/, ''));
};

const firstWord = (text: string): string => /^[\p{L}\p{N}’'-]+/u.exec(text)?.[0] ?? '';

const bare = (token: string): string => token.slice(0, -1).toLowerCase();

/** `e.g.`, `z. B.`, `i. d. R.`: with and without spaces between the parts. */
const isInner = (tokens: readonly string[], rules: LanguageRules): boolean => {
  let joined = '';
  for (const token of tokens) {
    if (!token.endsWith('.')) return false;
    // A capital alone is an initial: C. is a name, c. is about.
    joined = (/^\p{Lu}\.$/u.test(token) && joined === '' ? token : token.toLowerCase()) + joined;
    if (rules.inner.has(joined.slice(0, -1))) return true;
  }
  return false;
};

/** `z.` of `z. B.`: a part that is not the last. */
const beginsInner = (token: string, next: string, rules: LanguageRules): boolean => {
  const begun = `${token.toLowerCase()}${firstWord(next).toLowerCase()}`;
  for (const known of rules.inner) if (known.startsWith(begun) || known === begun) return true;
  return false;
};

const isInitial = (token: string): boolean => /^(?:\p{Lu}\.-?)+$/u.test(token);

/** `J. R. R. Tolkien`, but not `It was I. He ran.` */
const isInitialOfName = (tokens: readonly string[], isStarter: boolean): boolean => {
  const [token = '', previous = ''] = tokens;
  if (!isInitial(token) || isStarter) return false;
  // After a word in lower case, I is the pronoun.
  return token !== 'I.' || previous === '' || /^\p{Lu}/u.test(previous);
};

/** `3. Mai`, `Ludwig XIV. König`, but not `Nr. 5. Dann`. */
const isOrdinal = (tokens: readonly string[], isStarter: boolean): boolean => {
  const [token = '', previous = ''] = tokens;
  if (isStarter || previous.endsWith('.')) return false;
  return /^\d{1,2}\.$/.test(token) || (/^[IVXL]+\.$/.test(token) && /^\p{Lu}/u.test(previous));
};

/** `1.`, `IV.`, `a)` alone: the number of what follows. */
const isNumberOnly = (text: string): boolean => /^["“„«([]*(?:\d{1,4}|[IVXLC]{1,6}|\p{L})[.)]$/u.test(text.trim());

export interface EndOfSentence {
  readonly before: string;
  /** `before` is all of the sentence so far, not only its end. */
  readonly isWhole: boolean;
  /** A quote, a bracket or a dash stands before `next`. */
  readonly hasOpener: boolean;
}

/**
 * Whether the period at the end of a text belongs to an abbreviation, an initial, an ordinal or the number of an item,
 * so that the sentence goes on with `next`.
 */
export const endsWithAbbreviation = (text: EndOfSentence, next: string, rules: LanguageRules): boolean => {
  const { before, isWhole } = text;
  const tokens = lastTokens(before);
  const token = tokens[0] ?? '';
  if (isWhole && isNumberOnly(before)) return true;
  if (!token.endsWith('.') || token.endsWith('..')) return false;
  const word = firstWord(next);
  const isStarter = rules.starters.has(word.toLowerCase());
  if (rules.titles.has(bare(token)) && word !== '') return /^\p{L}/u.test(word);
  if (rules.maybeTitles.has(bare(token)) && word !== '') return /^\p{L}/u.test(word) && !isStarter;
  if (isInner(tokens, rules)) return true;
  if (/^\p{Ll}\.$/u.test(token) && beginsInner(token, next, rules)) return true;
  if (rules.beforeNumbers.has(bare(token))) return /^(?:\d|[VX]\b|[IVXLC]{2,}\b)/.test(next);
  // A quote or a dash begins something new.
  if (text.hasOpener) return false;
  if (isInitialOfName(tokens, isStarter)) return true;
  const isTitle = rules.titles.has(word.toLowerCase());
  return rules.hasOrdinalPeriods && isOrdinal(tokens, isStarter || isTitle);
};
