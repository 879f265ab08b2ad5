import { defineText } from '../i18n/text.ts';
import { en } from './text/en.ts';

export const consoleText = defineText(en, {
  de: async () => (await import('./text/de.ts')).de,
  es: async () => (await import('./text/es.ts')).es,
});
