import { defineText } from '../i18n/text.ts';
import { en } from './text-import/en.ts';

export const importText = defineText(en, {
  de: async () => (await import('./text-import/de.ts')).de,
  es: async () => (await import('./text-import/es.ts')).es,
});
