import { editorApi } from '@authorworks/contracts';
import { defineRoutes } from '@authorworks/platform';
import type { EditorContext } from './context.ts';
import { mergeTexts } from './text/merge-texts.ts';
import { readTexts } from './text/read-texts.ts';
import { splitText } from './text/split-text.ts';
import { writeText } from './text/write-text.ts';

export const routes = [defineRoutes<EditorContext>()(editorApi, { readTexts, writeText, splitText, mergeTexts })];
