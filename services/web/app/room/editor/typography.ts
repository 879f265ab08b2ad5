import { Extension, InputRule } from '@tiptap/core';

/** Quotation marks of a language: double and single, opening and closing (CLDR). */
interface Quotes {
  readonly double: readonly [string, string];
  readonly single: readonly [string, string];
}

const english: Quotes = { double: ['“', '”'], single: ['‘', '’'] };
const quotesByLanguage: Readonly<Record<string, Quotes>> = {
  en: english,
  de: { double: ['„', '“'], single: ['‚', '‘'] },
  'de-CH': { double: ['«', '»'], single: ['‹', '›'] },
  es: { double: ['«', '»'], single: ['“', '”'] },
  fr: { double: ['«\u00a0', '\u00a0»'], single: ['‹\u00a0', '\u00a0›'] },
  it: { double: ['«', '»'], single: ['“', '”'] },
  pt: { double: ['«', '»'], single: ['“', '”'] },
  'pt-BR': english,
  nl: { double: ['‘', '’'], single: ['“', '”'] },
  sv: { double: ['”', '”'], single: ['’', '’'] },
  fi: { double: ['”', '”'], single: ['’', '’'] },
  da: { double: ['»', '«'], single: ['›', '‹'] },
  nb: { double: ['«', '»'], single: ['‘', '’'] },
  pl: { double: ['„', '”'], single: ['‚', '’'] },
  cs: { double: ['„', '“'], single: ['‚', '‘'] },
  ru: { double: ['«', '»'], single: ['„', '“'] },
  uk: { double: ['«', '»'], single: ['„', '“'] },
  he: { double: ['”', '”'], single: ['’', '’'] },
};

export const quotesOf = (language: string): Quotes =>
  quotesByLanguage[language] ?? quotesByLanguage[language.split('-')[0] ?? ''] ?? english;

/** Behind these a quotation opens; behind everything else it closes, or is an apostrophe. */
const OPENS = /(?:^|[\s([{«‹„‚“‘—–/\u00a0\ufffc])$/;

/** What a straight quotation mark becomes behind a text. */
export const quoteFor = (mark: '"' | "'", textBefore: string, language: string): string => {
  const { double, single } = quotesOf(language);
  const opens = OPENS.test(textBefore);
  if (mark === '"') return opens ? double[0] : double[1];
  // an apostrophe looks the same in every language
  return opens ? single[0] : '’';
};

const replaceWith = (find: RegExp, text: (match: string, before: string) => string): InputRule =>
  new InputRule({
    find,
    handler: ({ state, range, match }) => {
      const { $from } = state.selection;
      const before = $from.parent.textBetween(
        0,
        Math.max(0, $from.parentOffset - (range.to - range.from)),
        undefined,
        '\ufffc',
      );
      state.tr.insertText(text(match[0], before), range.from, range.to);
    },
  });

/** Curly quotes, dashes and ellipses as one types. Backspace straight after takes the change back. */
export const Typography = Extension.create<{ readonly language: string }>({
  name: 'typography',
  addOptions: () => ({ language: 'en' }),
  addInputRules() {
    const { language } = this.options;
    return [
      replaceWith(/"$/, (_mark, before) => quoteFor('"', before, language)),
      replaceWith(/'$/, (_mark, before) => quoteFor("'", before, language)),
      replaceWith(/–-$/, () => '—'),
      replaceWith(/(?<!-)--$/, () => (language.startsWith('en') ? '—' : '–')),
      replaceWith(/\.\.\.$/, () => '…'),
    ];
  },
});
