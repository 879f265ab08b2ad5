import type { Mail } from '@authorworks/platform/mail';
import type { AccountRow } from '../account/account-store.ts';
import type { UserContext } from '../context.ts';
import { type InvitationFacts, type LetterText, textsIn } from './texts.ts';

const MAX_SUBJECT = 200;
const MAX_TITLE = 100;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

/** Titles and names come from people: one line, no control characters, not endless. */
const oneLine = (text: string, max: number): string => {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
};

const textOf = ({ greeting, paragraphs, action, closing }: LetterText): string =>
  [greeting, ...paragraphs, ...(action ? [`${action.label}:\n${action.url}`] : []), closing].join('\n\n');

const htmlOf = ({ subject, greeting, paragraphs, action, closing }: LetterText, language: string): string => {
  const lines = [greeting, ...paragraphs].map((line) => `<p>${escapeHtml(line)}</p>`);
  const button = action
    ? `<p><a href="${escapeHtml(action.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#1f3a5f;color:#ffffff;text-decoration:none">${escapeHtml(action.label)}</a></p>`
    : '';
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body style="font:16px/1.5 Georgia,serif;max-width:34em;margin:2em auto;padding:0 1em">${lines.join('')}${button}<p>${escapeHtml(closing)}</p></body></html>`;
};

const mailOf = (to: string, letter: LetterText, language: string): Mail => ({
  to,
  subject: oneLine(letter.subject, MAX_SUBJECT),
  text: textOf(letter),
  html: htmlOf(letter, language),
});

const languageOf = ({ preferences }: AccountRow): string | undefined => {
  const { language } = preferences as { language?: unknown };
  return typeof language === 'string' ? language : undefined;
};

type House = Pick<UserContext, 'config'>;

/** Tokens stand behind the #, where no server, log or referrer sees them. */
const linkOf = ({ config }: House, page: string, token: string): string => `${config.publicUrl}/${page}#token=${token}`;

export const verificationLetter = (house: House, account: AccountRow, token: string): Mail => {
  const texts = textsIn(languageOf(account));
  const facts = { name: account.name, url: linkOf(house, 'verify-email', token) };
  return mailOf(account.email, texts.verification(facts), texts.language);
};

export const passwordResetLetter = (house: House, account: AccountRow, token: string): Mail => {
  const texts = textsIn(languageOf(account));
  const facts = { name: account.name, url: linkOf(house, 'reset-password', token) };
  return mailOf(account.email, texts.passwordReset(facts), texts.language);
};

export const passwordChanged = ({ config }: House, account: AccountRow): Mail => {
  const texts = textsIn(languageOf(account));
  const facts = { name: account.name, url: `${config.publicUrl}/` };
  return mailOf(account.email, texts.passwordChanged(facts), texts.language);
};

export const signInConnected = (account: AccountRow, provider: string): Mail => {
  const texts = textsIn(languageOf(account));
  return mailOf(account.email, texts.signInConnected({ name: account.name, provider }), texts.language);
};

export const invitation = ({ config }: House, to: string, facts: Omit<InvitationFacts, 'url'>): Mail => {
  const texts = textsIn(undefined);
  const tidy = {
    ...facts,
    url: `${config.publicUrl}/`,
    bookTitle: oneLine(facts.bookTitle, MAX_TITLE),
    invitedByName: oneLine(facts.invitedByName, MAX_TITLE),
  };
  return mailOf(to, texts.invitation(tidy), texts.language);
};
