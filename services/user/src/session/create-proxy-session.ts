import { Email, userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { type AccountRow, findAccountByEmail, lockAccount } from '../account/account-store.ts';
import type { UserCall, UserContext } from '../context.ts';
import { addAccount, confirmOwner, nameFor } from '../provider/account-of-claims.ts';
import { openSession, tokensFor } from './open-session.ts';
import { refuseOtherSites } from './refresh-cookie.ts';

type ProxyCall = UserCall<'createProxySession'>;

const headerOf = ({ headers }: ProxyCall, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Headers are latin1 to Node, and UTF-8 to those who set them. */
const decoded = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value, 'latin1').toString('utf8');

/** Whom the proxy has signed in. @throws AppError USER_PROXY_NOT_TRUSTED unless it is a proxy of ours that says so. */
const personOf = ({ config }: UserContext, call: ProxyCall): { email: string; name: string } => {
  // the other end of the connection: everything in headers may have been written by anybody
  if (!config.remoteAuthProxies?.includes(call.peerAddress)) throw fail(userErrors.proxyNotTrusted);
  const email = Email.safeParse(headerOf(call, 'remote-email'));
  if (headerOf(call, 'remote-user') === undefined || !email.success)
    throw fail(userErrors.proxyNotTrusted, { message: 'The proxy did not say who is signed in.' });
  return { email: email.data, name: nameFor(decoded(headerOf(call, 'remote-name')), email.data) };
};

/** The proxy vouches for the address, so an account with it is this person's, and a new one needs no mail. */
const accountOfPerson = async (
  context: UserContext,
  person: { readonly email: string; readonly name: string },
): Promise<AccountRow> => {
  const { account, ended } = await context.transaction(async (db, sql) => {
    const existing = await findAccountByEmail(db, person.email);
    const locked = existing ? await lockAccount(db, existing.id) : null;
    if (locked) return { account: locked, ended: await confirmOwner(context, { db, sql }, locked) };
    return { account: await addAccount(context, { db, sql }, { ...person, emailVerified: true }), ended: [] };
  });
  await context.revocations.announce(ended);
  return account;
};

/** Always by cookie: behind such a proxy there is a browser. */
export const createProxySession = async (context: UserContext, call: ProxyCall) => {
  const person = personOf(context, call);
  refuseOtherSites(call.headers);
  const account = await accountOfPerson(context, person);
  if (account.suspendedAt) throw fail(userErrors.accountSuspended);
  const session = await openSession(context, { account, method: 'proxy' }, call);
  return await tokensFor(context, session, { transport: 'cookie', setHeader: call.setHeader });
};
