import { use } from 'react';
import { type Language, useLanguage } from './language.ts';

type Translated = Exclude<Language, 'en'>;

/**
 * The words of one part of the app; English is in the bundle, other languages come when they are needed. A part that is
 * not translated yet speaks English.
 */
export interface Text<T> {
  readonly en: T;
  readonly load: Readonly<Partial<Record<Translated, () => Promise<T>>>>;
  readonly loaded: Map<Language, Promise<T>>;
}

/**
 * Declares the words of a part. `T` is the shape of the English file, so that a translation which lacks a sentence does
 * not compile; sentences with values are functions.
 */
export const defineText = <T>(en: T, load: Text<T>['load']): Text<T> => ({ en, load, loaded: new Map() });

const loadText = <T>(text: Text<T>, language: Translated, load: () => Promise<T>): Promise<T> => {
  const known = text.loaded.get(language);
  if (known) return known;
  const promise: Promise<T> & { status?: 'fulfilled'; value?: T } = load().catch(() => text.en);
  text.loaded.set(language, promise);
  // in the way of React, whose `use` then gives the words at once
  void promise.then((value) => void Object.assign(promise, { status: 'fulfilled', value }));
  return promise;
};

/** The words in the language of the interface. Suspends once for each part and language. */
export const useText = <T>(text: Text<T>): T => {
  const language = useLanguage();
  const load = language === 'en' ? undefined : text.load[language];
  if (language === 'en' || !load) return text.en;
  // for words that are here as well: React counts the calls of a component that it renders again, and would take the
  // words of one part for those of the next
  return use(loadText(text, language, load));
};
