import { ApiError } from '@authorworks/contracts/client';
import { currentLanguage } from '../i18n/language.ts';
import { useText } from '../i18n/text.ts';
import { uiText } from '../ui/text.ts';
import type { UiWords } from '../ui/text/en.ts';

export interface ProblemWords {
  readonly title: string;
  readonly message: string;
  readonly requestId?: string;
}

/** Sentences for codes, where the interface does not speak English; the server's own are English. */
export type CodeWords = Readonly<Record<string, string>>;

const wordsOf = (error: unknown, t: UiWords, codes: CodeWords): ProblemWords => {
  const title = t.somethingWrong;
  if (!(error instanceof ApiError)) return { title, message: t.serverProblem };
  const own = codes[error.code];
  if (own !== undefined) return { title, message: own };
  if (error.code === 'NETWORK_UNREACHABLE') {
    return navigator.onLine
      ? { title: t.unreachableTitle, message: t.unreachable }
      : { title: t.offlineTitle, message: t.offline };
  }
  if (error.code === 'NETWORK_TIMEOUT' || error.status === 504) return { title, message: t.tooSlow };
  if (error.code === 'UNEXPECTED_ANSWER' || error.status >= 500)
    return {
      title,
      message: error.code.startsWith('GATEWAY_') ? error.message : t.serverProblem,
      requestId: error.requestId,
    };
  if (error.status === 429 && currentLanguage() !== 'en') return { title, message: t.tooManyRequests };
  return { title, message: error.message };
};

/** An error in words for people. */
export const useProblem = (error: unknown, codes: CodeWords = {}): ProblemWords =>
  wordsOf(error, useText(uiText), codes);

/** For code outside of components: hand over the words. */
export const problemMessage = (error: unknown, t: UiWords, codes: CodeWords = {}): string =>
  wordsOf(error, t, codes).message;

/** The problem of one field of a form, when the server named it: `fields: [{ path: 'email', … }]`. */
export const fieldProblem = (error: unknown, field: string): string | undefined =>
  error instanceof ApiError
    ? error.fields.find(({ path }) => path === field || path === `body.${field}`)?.message
    : undefined;

export const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof ApiError && codes.includes(error.code);

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
