import { Email, line, userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { publishCreated, publishUpdated } from '../account/account-events.ts';
import {
  type AccountRow,
  changeAccount,
  findAccountByEmail,
  insertAccount,
  lockAccount,
} from '../account/account-store.ts';
import { forgetStrangersCredentials } from '../account/forget-strangers-credentials.ts';
import type { UserContext } from '../context.ts';
import { signInConnected } from '../mail/letters.ts';
import { requestVerificationMail } from '../mail/mail-jobs.ts';
import type { Transaction } from '../session/end-sessions.ts';
import { findAccountOfIdentity, insertIdentity } from './identity-store.ts';
import type { Provider, ProviderClaims } from './provider.ts';

const Name = line(100);

/** A name that people see: the one that is told if it can be one, else the front of the address. */
export const nameFor = (told: string | undefined, email: string): string => {
  const name = Name.safeParse(told?.slice(0, 100));
  return name.success ? name.data : (email.split('@')[0] ?? '').slice(0, 100) || 'Author';
};

/** Marks the address of an account as its owner's, and closes what strangers may have left open. @returns see there. */
export const confirmOwner = async (
  context: UserContext,
  transaction: Transaction,
  account: AccountRow,
): Promise<string[]> => {
  if (account.emailVerified) return [];
  const ended = await forgetStrangersCredentials(context, transaction, account);
  await publishUpdated(
    context,
    transaction.sql,
    await changeAccount(transaction.db, account.id, { emailVerified: true }),
  );
  return ended;
};

interface Newcomer {
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
}

/** @throws AppError USER_EMAIL_TAKEN when somebody else was faster. */
export const addAccount = async (
  context: UserContext,
  { db, sql }: Transaction,
  newcomer: Newcomer,
): Promise<AccountRow> => {
  const facts = { ...newcomer, passwordHash: null, roles: ['author'] as const };
  const created = await insertAccount(db, facts, context.clock.now());
  if (!created) throw fail(userErrors.emailTaken);
  await publishCreated(context, sql, created);
  return created;
};

const connect = async (
  context: UserContext,
  provider: Provider,
  { claims, email }: { readonly claims: ProviderClaims; readonly email: string },
): Promise<{ account: AccountRow; ended: string[] }> =>
  await context.transaction(async (db, sql) => {
    const transaction = { db, sql };
    const existing = await findAccountByEmail(db, email);
    const locked = existing ? await lockAccount(db, existing.id) : null;
    // an address that the provider has not verified may be anybody's
    if (locked && !claims.emailVerified)
      throw fail(userErrors.providerRefused, {
        message:
          'There is an account with your e-mail address, and the provider has not confirmed that the address is yours. Sign in with your password.',
      });
    if (!locked && !provider.acceptsNewPeople) throw fail(userErrors.signUpClosed);
    const ended = locked ? await confirmOwner(context, transaction, locked) : [];
    const { emailVerified } = claims;
    const account =
      locked ?? (await addAccount(context, transaction, { email, emailVerified, name: nameFor(claims.name, email) }));
    if (!(await insertIdentity(db, claims, account.id, context.clock.now()))) throw fail(userErrors.providerRefused);
    if (locked) await context.letters.enqueue(sql, signInConnected(account, provider.name));
    else if (!emailVerified) await requestVerificationMail(context, sql, account.id);
    return { account, ended };
  });

/**
 * The account of somebody whom the provider has signed in: the one connected before; else the one with the same e-mail
 * address, if the provider has verified it; else a new one.
 */
export const accountOfClaims = async (
  context: UserContext,
  provider: Provider,
  claims: ProviderClaims,
): Promise<AccountRow> => {
  const known = await findAccountOfIdentity(context.db, claims);
  if (known) return admitted(context, known);
  const email = Email.safeParse(claims.email);
  if (!email.success)
    throw fail(userErrors.providerRefused, {
      message: 'The provider did not tell an e-mail address that can be used here.',
    });
  const { account, ended } = await connect(context, provider, { claims, email: email.data });
  await context.revocations.announce(ended);
  return admitted(context, account);
};

const admitted = ({ config }: UserContext, account: AccountRow): AccountRow => {
  if (account.suspendedAt) throw fail(userErrors.accountSuspended);
  if (config.emailVerification === 'required' && !account.emailVerified) throw fail(userErrors.emailUnverified);
  return account;
};
