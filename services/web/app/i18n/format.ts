import { currentLanguage, type Language, useLanguage } from './language.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number, number][] = [
  ['minute', MINUTE, HOUR],
  ['hour', HOUR, DAY],
  ['day', DAY, 7 * DAY],
  ['week', 7 * DAY, 31 * DAY],
];
/** Words that people read silently in a minute (Brysbaert 2019: 238 for fiction's neighbour, 260 for fiction). */
const WORDS_PER_MINUTE = 250;

const cached = <T>(make: (language: Language) => T): ((language: Language) => T) => {
  const made = new Map<Language, T>();
  return (language) => {
    const known = made.get(language);
    if (known) return known;
    const value = make(language);
    made.set(language, value);
    return value;
  };
};

const numbers = cached((language) => new Intl.NumberFormat(language));
const percents = cached((language) => new Intl.NumberFormat(language, { style: 'percent' }));
const relatives = cached((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
const days = cached((language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium' }));
const moments = cached((language) => new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' }));
const plurals = cached((language) => new Intl.PluralRules(language));
const lists = cached((language) => new Intl.ListFormat(language, { type: 'conjunction' }));
const languageNames = cached((language) => new Intl.DisplayNames(language, { type: 'language' }));

const relative = (language: Language, iso: string, now: number): string => {
  const seconds = (Date.parse(iso) - now) / 1000;
  const age = Math.abs(seconds);
  if (age < 45) return relatives(language).format(0, 'second');
  const step = STEPS.find(([, , until]) => age < until);
  return step
    ? relatives(language).format(Math.round(seconds / step[1]), step[0])
    : days(language).format(Date.parse(iso));
};

const size = (language: Language, bytes: number): string => {
  const [value, unit] =
    bytes < 1000
      ? [bytes, 'byte']
      : bytes < 1e6
        ? [bytes / 1e3, 'kilobyte']
        : bytes < 1e9
          ? [bytes / 1e6, 'megabyte']
          : [bytes / 1e9, 'gigabyte'];
  const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, options).format(value);
};

/** Numbers, dates and lists as the readers of a language write them. */
export interface Format {
  readonly number: (value: number) => string;
  /** 0 to 1. */
  readonly percent: (share: number) => string;
  /** "2 hours ago"; a date when it is longer than a month. */
  readonly ago: (iso: string, now?: number) => string;
  readonly date: (iso: string) => string;
  /** Date and time in full, for tooltips. */
  readonly exactly: (iso: string) => string;
  readonly list: (items: readonly string[]) => string;
  readonly bytes: (bytes: number) => string;
  /** Name of a language, "French" for fr. */
  readonly languageName: (tag: string) => string;
  /** One of the forms by the language's own rules; `#` in it is the number. */
  readonly plural: (count: number, forms: PluralForms) => string;
  readonly minutesToRead: (words: number) => number;
}

export interface PluralForms {
  readonly one: string;
  readonly other: string;
  readonly few?: string;
  readonly many?: string;
}

export const formatIn = cached((language): Format => {
  const number = (value: number): string => numbers(language).format(value);
  return {
    number,
    percent: (share) => percents(language).format(share),
    ago: (iso, now = Date.now()) => relative(language, iso, now),
    date: (iso) => days(language).format(Date.parse(iso)),
    exactly: (iso) => moments(language).format(Date.parse(iso)),
    list: (items) => lists(language).format(items),
    bytes: (bytes) => size(language, bytes),
    languageName: (tag) => {
      try {
        return languageNames(language).of(tag) ?? tag;
      } catch {
        return tag; // not a tag that Intl knows
      }
    },
    plural: (count, forms) => {
      const rule = plurals(language).select(count);
      const form = (rule === 'zero' || rule === 'two' ? undefined : forms[rule]) ?? forms.other;
      return form.replace('#', number(count));
    },
    minutesToRead: (words) => Math.max(1, Math.round(words / WORDS_PER_MINUTE)),
  };
});

export const useFormat = (): Format => formatIn(useLanguage());

/** For code outside of components, such as announcements. */
export const currentFormat = (): Format => formatIn(currentLanguage());
