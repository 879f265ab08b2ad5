import type { AuthWords } from './text/en.ts';

const MIN_PASSWORD = 8;

/** Checks before the server is asked: only what a person would want to know at once. */
export const checkEmail = (email: string, t: AuthWords): string | undefined => {
  if (email.trim() === '') return t.emailMissing;
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$|^[^\s@]+@localhost$/.test(email.trim()) ? undefined : t.emailWrong;
};

export const checkNewPassword = (password: string, t: AuthWords): string | undefined => {
  if (password === '') return t.passwordMissing;
  return password.length < MIN_PASSWORD ? t.passwordShort : undefined;
};

/** A path within the app to go to afterwards; anything else (another site) becomes the shelf. */
export const safeReturnTo = (value: string | null): string =>
  value !== null && /^\/(?![/\\])/.test(value) && !value.startsWith('/sign-') ? value : '/shelf';
