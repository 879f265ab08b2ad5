import { userErrors } from '@authorworks/contracts';
import { type Base, fail } from '@authorworks/platform';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
  type IDToken,
} from 'openid-client';
import type { UserConfig } from '../config.ts';

/** What one sign-in has to remember between leaving for the provider and coming back. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What a provider says of somebody. */
export interface ProviderClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
}

/** A sign-in provider (OpenID Connect): authorization code with PKCE, state and nonce (RFC 9700, 2.1). */
export interface Provider {
  readonly name: string;
  readonly acceptsNewPeople: boolean;
  /** Where to send the browser. @throws AppError USER_PROVIDER_FAILED when the provider is away. */
  readonly startUrl: (secrets: SignInSecrets) => Promise<string>;
  /**
   * Redeems what the browser brought back.
   * @throws AppError USER_PROVIDER_REFUSED for everything that is not the end of this very sign-in,
   *   USER_PROVIDER_FAILED when the provider is away.
   */
  readonly finish: (search: URLSearchParams, secrets: SignInSecrets) => Promise<ProviderClaims>;
}

const TIMEOUT_SECONDS = 5;
const DISCOVERY_TRIES = 2;
/** A provider that was set up anew is noticed after this long. */
const DISCOVERED_FOR_MS = 60 * 60_000;
const CALLBACK = '/api/user/v1/oidc/callback';

type OidcSettings = Extract<UserConfig['oidc'], { kind: 'on' }>;

const discover = async (settings: OidcSettings): Promise<Configuration> => {
  const issuer = new URL(settings.oidcIssuer);
  // the library takes an ID token that came over TLS for genuine; http is the operator's own choice, for a provider inside
  // the same house, so the signature is checked as well
  const checks = [enableNonRepudiationChecks];
  const execute = issuer.protocol === 'http:' ? [...checks, allowInsecureRequests] : checks;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await discovery(issuer, settings.oidcClientId, settings.oidcClientSecret, undefined, {
        execute,
        timeout: TIMEOUT_SECONDS,
      });
    } catch (error) {
      if (attempt >= DISCOVERY_TRIES) throw error;
    }
  }
};

/** What is wrong with an answer, not with the provider: another state, issuer, nonce or audience; a code out of date. */
const REFUSAL_CODES = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
]);

const isRefusal = (error: unknown): boolean =>
  error instanceof AuthorizationResponseError ||
  (error instanceof ResponseBodyError && error.error === 'invalid_grant') ||
  (error instanceof ClientError && REFUSAL_CODES.has(error.code ?? ''));

const stringIn = (claims: Record<string, unknown>, ...names: string[]): string | undefined =>
  names.map((name) => claims[name]).find((value): value is string => typeof value === 'string' && value.trim() !== '');

const claimsOf = (token: IDToken, more: Record<string, unknown>): ProviderClaims => {
  const claims: Record<string, unknown> = { ...more, ...token };
  return {
    issuer: token.iss,
    subject: token.sub,
    email: stringIn(claims, 'email'),
    // only the word itself: providers that say nothing, or "true" as text, have not verified anything
    emailVerified: claims['email_verified'] === true,
    name: stringIn(claims, 'name', 'preferred_username', 'nickname'),
  };
};

/** @returns undefined where no provider is set up. It is asked for its addresses when somebody first signs in. */
export const openProvider = (base: Base<UserConfig>): Provider | undefined => {
  const { oidc: settings, publicUrl } = base.config;
  if (settings.kind === 'off') return undefined;
  const redirectUri = `${publicUrl}${CALLBACK}`;
  let discovered: { readonly at: number; readonly configuration: Promise<Configuration> } | undefined;

  const configuration = async (): Promise<Configuration> => {
    const now = base.clock.monotonicMs();
    if (!discovered || now - discovered.at > DISCOVERED_FOR_MS) {
      const attempt = { at: now, configuration: discover(settings) };
      discovered = attempt;
      // a failure is not remembered: the next person tries again
      attempt.configuration.catch(() => {
        if (discovered === attempt) discovered = undefined;
      });
    }
    return await discovered.configuration;
  };

  const failing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (cause) {
      base.log.warn({ err: cause }, 'the sign-in provider failed');
      throw fail(userErrors.providerFailed, { cause });
    }
  };

  const redeem = async (search: URLSearchParams, secrets: SignInSecrets): Promise<ProviderClaims> => {
    const config = await failing(configuration());
    const current = new URL(redirectUri);
    current.search = search.toString();
    try {
      const tokens = await authorizationCodeGrant(config, current, {
        expectedState: secrets.state,
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.codeVerifier,
        idTokenExpected: true,
      });
      const token = tokens.claims();
      if (!token) throw new Error('the provider sent no ID token');
      const told = typeof token['email'] === 'string' || !config.serverMetadata().userinfo_endpoint;
      return claimsOf(token, told ? {} : await fetchUserInfo(config, tokens.access_token, token.sub));
    } catch (cause) {
      if (!isRefusal(cause)) return await failing(Promise.reject(cause as Error));
      base.log.info({ err: cause }, 'a sign-in with the provider was refused');
      throw fail(userErrors.providerRefused, { cause });
    }
  };

  return {
    name: settings.oidcName,
    acceptsNewPeople: settings.oidcSignUp === 'open',
    startUrl: async ({ state, nonce, codeVerifier }) => {
      const target = buildAuthorizationUrl(await failing(configuration()), {
        redirect_uri: redirectUri,
        scope: settings.oidcScopes,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return target.href;
    },
    finish: redeem,
  };
};
