import { isCommonWord } from './common-passwords.ts';

/** Parts of a name or address shorter than this are in too many words by chance. */
const MIN_NAME_LENGTH = 4;
/** Fewer different characters than this: aaaaaaaa, abababab, 112112112. */
const MIN_DIFFERENT = 4;

const FIGURES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '3': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
  $: 's',
  '7': 't',
};

const withoutFigures = (text: string): string =>
  Array.from(text)
    .map((character) => FIGURES[character] ?? character)
    .join('');

/** Without the year, count or marks that people put around a word to please a rule. */
const core = (text: string): string => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');

/** abcdefgh, 87654321, 2468…: every step between neighbours is the same. */
const isSequence = (text: string): boolean => {
  const codes = Array.from(text).map((character) => character.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  return Math.abs(step) <= 2 && codes.every((code, index) => index === 0 || code - (codes[index - 1] ?? 0) === step);
};

/** 12345678 90: rows of figures that are a sequence except at the zero. */
const isCountedRow = (text: string): boolean => {
  const row = '01234567890123456789';
  return /^\d+$/.test(text) && (row.includes(text) || row.includes(Array.from(text).toReversed().join('')));
};

/** The shortest part that makes the text by repetition, e.g. "abc" of "abcabcabc". */
const repeated = (text: string): string => {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const part = text.slice(0, length);
    if (text.length % length === 0 && part.repeat(text.length / length) === text) return part;
  }
  return text;
};

const isGuessable = (text: string): boolean =>
  [text, core(text), withoutFigures(core(text)), core(withoutFigures(text))].some(isCommonWord);

/** Words by which others know the person: of the name, and of the e-mail address. */
const knownWords = (email: string, name: string): string[] => {
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const words = [
    email.toLowerCase(),
    local,
    domain,
    domain.split('.')[0] ?? '',
    name.toLowerCase().replaceAll(' ', ''),
  ];
  return [...words, ...name.toLowerCase().split(/\s+/), ...local.split(/[^\p{L}\p{N}]+/u)].filter(
    (word) => word.length >= MIN_NAME_LENGTH,
  );
};

/**
 * Whether a password would be among a guesser's first: a common word, a row of keys or figures, or what the account is
 * called. Length is the contract's matter; beyond that anything goes (NIST SP 800-63B: no rules of composition).
 */
export const isWeakPassword = (
  password: string,
  { email, name }: { readonly email: string; readonly name: string },
): boolean => {
  const text = password.normalize('NFKC').toLowerCase();
  if (new Set(text).size < MIN_DIFFERENT || isSequence(text) || isCountedRow(text)) return true;
  if (isGuessable(text) || isGuessable(repeated(text))) return true;
  const bare = core(text);
  return knownWords(email, name).some((word) => text === word || bare === word || withoutFigures(bare) === word);
};
