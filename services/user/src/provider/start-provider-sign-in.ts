import { type StreamedResponse, userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import type { UserCall, UserContext } from '../context.ts';
import { asPage } from './provider-page.ts';
import { returnPathOf } from './return-path.ts';
import { stateCookie } from './sign-in-state.ts';

export const startProviderSignIn = async (
  context: UserContext,
  call: UserCall<'startProviderSignIn'>,
): Promise<StreamedResponse> =>
  await asPage(context, call, async () => {
    const { provider, config } = context;
    if (!provider) throw fail(userErrors.providerNotConfigured);
    const secrets = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
    const returnPath = returnPathOf(call.query.returnTo, config.publicUrl);
    const location = await provider.startUrl(secrets);
    call.setHeader('set-cookie', [await stateCookie(context, { ...secrets, returnPath })]);
    return { status: 302, headers: { location }, body: null };
  });
