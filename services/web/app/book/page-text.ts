import { defineText } from '../i18n/text.ts';
import { en } from './text-page/en.ts';

export const pageText = defineText(en, {
  de: async () => (await import('./text-page/de.ts')).de,
  es: async () => (await import('./text-page/es.ts')).es,
});
