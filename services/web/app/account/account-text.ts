import { defineText } from '../i18n/text.ts';
import { en } from './text/en.ts';

export const accountText = defineText(en, {});
