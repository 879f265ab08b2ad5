import { useFormat } from '../i18n/format.ts';

/** Languages that books here are likely to be in; any other tag that a book has is added to the list. */
const TAGS = [
  'en',
  'en-GB',
  'en-US',
  'de',
  'de-AT',
  'de-CH',
  'es',
  'es-MX',
  'fr',
  'it',
  'pt',
  'pt-BR',
  'nl',
  'sv',
  'da',
  'nb',
  'fi',
  'pl',
  'cs',
  'hu',
  'ro',
  'tr',
  'el',
  'ru',
  'uk',
  'ar',
  'he',
  'fa',
  'hi',
  'ja',
  'zh',
  'ko',
  'la',
];

/** Options of a select for the language of a text. */
export const LanguageOptions = ({ current }: { current?: string }) => {
  const format = useFormat();
  const tags = current && !TAGS.includes(current) ? [current, ...TAGS] : TAGS;
  return tags
    .map((tag) => ({ tag, name: format.languageName(tag) }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ tag, name }) => (
      <option key={tag} value={tag}>
        {name}
      </option>
    ));
};
