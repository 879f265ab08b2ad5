import { defineText } from '../i18n/text.ts';
import { en } from './text-tree/en.ts';

export const treeText = defineText(en, {});
