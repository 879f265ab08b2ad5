import { defineText } from '../i18n/text.ts';
import { en } from './text-page/en.ts';

export const pageText = defineText(en, {});
