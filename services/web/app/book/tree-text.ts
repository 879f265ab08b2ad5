import { defineText } from '../i18n/text.ts';
import { en } from './text-tree/en.ts';

export const treeText = defineText(en, {
  de: async () => (await import('./text-tree/de.ts')).de,
  es: async () => (await import('./text-tree/es.ts')).es,
});
