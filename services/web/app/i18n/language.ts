import { useSyncExternalStore } from 'react';

/** Languages of the interface. Adding one is a row here and a file beside each en.ts. */
export const languages = {
  en: { name: 'English', direction: 'ltr' },
  de: { name: 'Deutsch', direction: 'ltr' },
  es: { name: 'Español', direction: 'ltr' },
} as const satisfies Record<string, { name: string; direction: 'ltr' | 'rtl' }>;

export type Language = keyof typeof languages;

const KEY = 'aw.language';

const known = (tag: string | null | undefined): Language | undefined => {
  const base = tag?.toLowerCase().split('-')[0];
  return (Object.keys(languages) as Language[]).find((language) => language === base);
};

const stored = (): string | null => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is off in this browser: the choice holds for this page
  }
};

let current: Language | undefined;
const listeners = new Set<() => void>();

const detect = (): Language =>
  known(stored()) ?? navigator.languages.map((tag) => known(tag)).find((language) => language !== undefined) ?? 'en';

const applyToPage = (language: Language): void => {
  document.documentElement.lang = language;
  document.documentElement.dir = languages[language].direction;
};

/** The language of the interface: chosen, else the browser's, else English. */
export const currentLanguage = (): Language => {
  if (!current) {
    current = detect();
    applyToPage(current);
  }
  return current;
};

export const chooseLanguage = (tag: string): void => {
  const language = known(tag);
  if (!language || language === currentLanguage()) return;
  current = language;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // see above
  }
  applyToPage(language);
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useLanguage = (): Language => useSyncExternalStore(subscribe, currentLanguage, currentLanguage);
