import type { Db } from '../context.ts';
import { hashOfSecret } from '../secret-token.ts';

/** What the link of a mail is good for. */
export type MailPurpose = 'verify-email' | 'reset-password';

export interface MailTokenRow {
  readonly hash: string;
  readonly accountId: string;
  /** The address that the mail went to; a token for an address that the account had once proves nothing. */
  readonly emailKey: string;
  readonly createdAt: Date;
}

const MINUTE_MS = 60_000;

export const mailTokenLives: Readonly<Record<MailPurpose, number>> = {
  'verify-email': 3 * 24 * 60 * MINUTE_MS,
  'reset-password': 60 * MINUTE_MS,
};

export const insertMailToken = async (
  db: Db,
  mail: {
    readonly token: string;
    readonly purpose: MailPurpose;
    readonly accountId: string;
    readonly emailKey: string;
  },
  now: Date,
): Promise<void> => {
  const { token, purpose, accountId, emailKey } = mail;
  const expiresAt = new Date(now.getTime() + mailTokenLives[purpose]);
  await db.mailToken.create({
    data: { hash: hashOfSecret(token), purpose, accountId, emailKey, createdAt: now, expiresAt },
  });
};

export const findMailToken = async (
  db: Db,
  token: string,
  purpose: MailPurpose,
  now: Date,
): Promise<MailTokenRow | null> =>
  await db.mailToken.findFirst({ where: { hash: hashOfSecret(token), purpose, expiresAt: { gt: now } } });

/** @returns whether it was there: of two who show one token, one gets in. */
export const spendMailToken = async (db: Db, { hash }: MailTokenRow): Promise<boolean> =>
  (await db.mailToken.deleteMany({ where: { hash } })).count > 0;

/** A link whose mail could not be sent. */
export const deleteMailToken = async (db: Db, token: string): Promise<void> => {
  await db.mailToken.deleteMany({ where: { hash: hashOfSecret(token) } });
};

/** The other links of the same kind, in older mails. */
export const deleteMailTokens = async (db: Db, accountId: string, purpose: MailPurpose): Promise<void> => {
  await db.mailToken.deleteMany({ where: { accountId, purpose } });
};

/** How many mails of a kind have gone to an account since. */
export const countMailTokens = async (db: Db, accountId: string, purpose: MailPurpose, since: Date): Promise<number> =>
  await db.mailToken.count({ where: { accountId, purpose, createdAt: { gt: since } } });
