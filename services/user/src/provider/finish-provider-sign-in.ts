import { type StreamedResponse, userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { UserCall, UserContext } from '../context.ts';
import { openSession } from '../session/open-session.ts';
import { refreshCookie } from '../session/refresh-cookie.ts';
import { textOf } from '../session/refresh-token.ts';
import { accountOfClaims } from './account-of-claims.ts';
import { asPage } from './provider-page.ts';
import { endStateCookie, readState, spendState } from './sign-in-state.ts';

/** What the provider may say; whatever else is in the address is not passed on. */
const ANSWERS = ['state', 'code', 'error', 'error_description', 'iss'];

const answerOf = (query: Readonly<Record<string, unknown>>): URLSearchParams => {
  const search = new URLSearchParams();
  for (const name of ANSWERS) {
    const value = query[name];
    if (typeof value === 'string') search.set(name, value);
    // the same word twice is an answer that somebody has tampered with
    else if (value !== undefined) throw fail(userErrors.providerRefused);
  }
  return search;
};

/** The refresh cookie is set here, and the web app, which reads no token from any address, trades it for its own. */
export const finishProviderSignIn = async (
  context: UserContext,
  call: UserCall<'finishProviderSignIn'>,
): Promise<StreamedResponse> =>
  await asPage(context, call, async () => {
    const { provider, config, counts } = context;
    if (!provider) throw fail(userErrors.providerNotConfigured);
    call.setHeader('set-cookie', [endStateCookie(context)]);
    const answer = answerOf(call.query);
    const signIn = await readState(context, call.headers);
    if (!signIn || signIn.state !== answer.get('state') || !(await spendState(context, signIn))) {
      counts.signIns.inc({ method: 'oidc', result: 'refused' });
      throw fail(userErrors.providerRefused);
    }
    const account = await accountOfClaims(context, provider, await provider.finish(answer, signIn));
    const session = await openSession(context, { account, method: 'oidc' }, call);
    call.setHeader('set-cookie', [endStateCookie(context), refreshCookie(config, textOf(session.token))]);
    return { status: 302, headers: { location: `${config.publicUrl}${signIn.returnPath}` }, body: null };
  });
