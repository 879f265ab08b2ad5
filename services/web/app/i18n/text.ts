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
  readonly loaded: Map<Language, Promise<T> & { settled?: T }>;
}

/**
 * Declares the words of a part. `T` is the shape of the English file, so that a translation which lacks a sentence does
 * not compile; sentences with values are functions.
 */
export const defineText = <T>(en: T, load: Text<T>['load']): Text<T> => ({ en, load, loaded: new Map() });

const loadText = <T>(text: Text<T>, language: Translated, load: () => Promise<T>): Promise<T> & { settled?: T } => {
  const known = text.loaded.get(language);
  if (known) return known;
  const promise: Promise<T> & { settled?: T } = load().catch(() => text.en);
  text.loaded.set(language, promise);
  void promise.then((words) => void (promise.settled = words));
  return promise;
};

/** The words in the language of the interface. Suspends once for each part and language. */
export const useText = <T>(text: Text<T>): T => {
  const language = useLanguage();
  const load = language === 'en' ? undefined : text.load[language];
  if (language === 'en' || !load) return text.en;
  const promise = loadText(text, language, load);
  return promise.settled ?? use(promise);
};
