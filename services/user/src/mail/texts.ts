import type { BookRole } from '@authorworks/contracts';

/** One letter in one language: a subject, paragraphs, and at most one thing to do. */
export interface LetterText {
  readonly subject: string;
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  readonly action?: { readonly label: string; readonly url: string };
  readonly closing: string;
}

interface LinkFacts {
  readonly name: string;
  readonly url: string;
}

export interface InvitationFacts {
  readonly url: string;
  readonly bookTitle: string;
  readonly invitedByName: string;
  readonly role: BookRole;
  readonly hasAccount: boolean;
}

/** All that the house says by mail, in one language. Another language is another value of this type. */
export interface LetterTexts {
  readonly language: string;
  readonly verification: (facts: LinkFacts) => LetterText;
  readonly passwordReset: (facts: LinkFacts) => LetterText;
  readonly passwordChanged: (facts: { readonly name: string; readonly url: string }) => LetterText;
  readonly signInConnected: (facts: { readonly name: string; readonly provider: string }) => LetterText;
  readonly invitation: (facts: InvitationFacts) => LetterText;
}

const roles: Readonly<Record<BookRole, string>> = {
  owner: 'its owner',
  'co-author': 'a co-author',
  editor: 'an editor',
  'beta-reader': 'a beta reader',
};

const closing = 'AuthorWorks';

const english: LetterTexts = {
  language: 'en',
  verification: ({ name, url }) => ({
    subject: 'Please confirm your e-mail address',
    greeting: `Hello ${name},`,
    paragraphs: [
      'somebody, most likely you, has made an account at AuthorWorks with this e-mail address. Please confirm that it is yours. The link works once and for three days.',
      'If it was not you, do nothing: an address that is not confirmed is not trusted.',
    ],
    action: { label: 'Confirm my e-mail address', url },
    closing,
  }),
  passwordReset: ({ name, url }) => ({
    subject: 'Set a new password',
    greeting: `Hello ${name},`,
    paragraphs: [
      'you have asked for a new password. The link works once and for one hour; setting the password ends all your sessions.',
      'If it was not you, do nothing: your password stays as it is.',
    ],
    action: { label: 'Set a new password', url },
    closing,
  }),
  passwordChanged: ({ name, url }) => ({
    subject: 'Your password was changed',
    greeting: `Hello ${name},`,
    paragraphs: [
      'the password of your account has just been changed, and your other sessions were ended.',
      'If it was not you, set a new password at once: ask for it on the sign-in page, and the link comes to this address.',
    ],
    action: { label: 'Go to AuthorWorks', url },
    closing,
  }),
  signInConnected: ({ name, provider }) => ({
    subject: `You can now sign in with ${provider}`,
    greeting: `Hello ${name},`,
    paragraphs: [
      `your account has just been connected with your sign-in at ${provider}, because both have this e-mail address.`,
      'If it was not you, tell the operator of the house.',
    ],
    closing,
  }),
  invitation: ({ url, bookTitle, invitedByName, role, hasAccount }) => ({
    subject: `${invitedByName} invites you to “${bookTitle}”`,
    greeting: 'Hello,',
    paragraphs: [
      `${invitedByName} asks you to work on the book “${bookTitle}” as ${roles[role]}.`,
      hasAccount
        ? 'Sign in, and you will find it on your shelf.'
        : 'Make an account with this e-mail address, and you will find it on your shelf.',
    ],
    action: { label: 'Open AuthorWorks', url },
    closing,
  }),
};

const languages: readonly LetterTexts[] = [english];

/** The texts in a language (BCP 47), or English. */
export const textsIn = (language: string | undefined): LetterTexts => {
  const wanted = language?.toLowerCase().split('-')[0];
  return languages.find((texts) => texts.language === wanted) ?? english;
};
