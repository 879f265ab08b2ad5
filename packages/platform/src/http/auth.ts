import {
  AccessTokenClaims,
  type AccountId,
  type AccountRole,
  type ApiTokenScope,
  type Audience,
  type EndpointDefinition,
  platformErrors,
  type ServiceName,
  type SessionId,
} from '@authorworks/contracts';
import {
  createRemoteJWKSet,
  customFetch,
  errors as joseErrors,
  type FetchImplementation,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { fail } from '../errors.ts';
import type { ServiceIdentity } from '../identity.ts';

/** An account that has shown a valid access token. */
export interface AccountAuth {
  readonly kind: 'account';
  readonly accountId: AccountId;
  readonly sessionId: SessionId;
  readonly name: string;
  readonly roles: readonly AccountRole[];
  /** undefined: a session of the person, which may do everything; else only this much (personal API token). */
  readonly scopes: readonly ApiTokenScope[] | undefined;
  readonly expiresAt: Date;
}

export interface ServiceAuth {
  readonly kind: 'service';
  readonly service: ServiceName;
}

export interface AnonymousAuth {
  readonly kind: 'anonymous';
}

/** Who calls, as an operation sees it. */
export type AuthOf<A extends Audience> = A extends 'account'
  ? AccountAuth
  : A extends 'service'
    ? ServiceAuth
    : A extends 'optional'
      ? AccountAuth | AnonymousAuth
      : AnonymousAuth;
export type Auth = AccountAuth | ServiceAuth | AnonymousAuth;

export const TOKEN_ISSUER = 'authorworks';
export const TOKEN_AUDIENCE = 'authorworks';
/** Type of an access token's header (RFC 9068, 2.1), so that no other JWT of ours passes for one. */
export const TOKEN_TYPE = 'at+jwt';

/** Seconds by which the clocks of two of our machines may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Asks the user service for its keys; while it is away the last ones go on to hold, so that the editor does not stop. */
const rememberingFetch = (): FetchImplementation => {
  let last: string | undefined;
  return async (url, options) => {
    try {
      const response = await fetch(url, options);
      if (response.ok) last = await response.clone().text();
      if (response.ok || last === undefined) return response;
    } catch (error) {
      if (last === undefined) throw error;
    }
    return new Response(last, { headers: { 'content-type': 'application/json' } });
  };
};

/**
 * The keys of access tokens, from the user service; fetched when first needed, again after ten minutes and when an unknown
 * key appears.
 */
export const remoteKeys = (userUrl: () => string): JWTVerifyGetKey => {
  let keys: { url: string; get: JWTVerifyGetKey } | undefined;
  return (header, token) => {
    const url = `${userUrl()}/api/user/v1/jwks`;
    if (keys?.url !== url)
      keys = {
        url,
        get: createRemoteJWKSet(new URL(url), {
          cooldownDuration: 5_000,
          timeoutDuration: 3_000,
          [customFetch]: rememberingFetch(),
        }),
      };
    return keys.get(header, token);
  };
};

/**
 * Checks an access token: EdDSA by a key of the user service, issuer, audience, type and times.
 * @throws AppError AUTH_TOKEN_INVALID for every bad token; network errors when the keys cannot be had.
 */
export const verifyAccessToken = async (token: string, keys: JWTVerifyGetKey, now?: Date): Promise<AccountAuth> => {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['EdDSA'],
      typ: TOKEN_TYPE,
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
      requiredClaims: ['sub', 'sid', 'exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      ...(now ? { currentDate: now } : {}),
    });
    const claims = AccessTokenClaims.safeParse(payload);
    if (claims.success) {
      const { sub, sid, name, roles, scopes } = claims.data;
      return {
        kind: 'account',
        accountId: sub,
        sessionId: sid,
        name,
        roles,
        scopes,
        expiresAt: new Date((payload.exp ?? 0) * 1000),
      };
    }
  } catch (error) {
    if (!(error instanceof joseErrors.JOSEError) || error instanceof joseErrors.JWKSTimeout) throw error;
    // a malformed token can carry any header, and jose reports what it cannot use with these
    if (error.code === 'ERR_JOSE_GENERIC' && /JSON Web Key Set HTTP response/.test(error.message))
      throw fail(platformErrors.neighbourFailed, { cause: error });
  }
  throw fail(platformErrors.tokenInvalid);
};

/** The credentials of an Authorization header, or undefined when there is none. RFC 6750, 2.1. */
export const bearerOf = (header: string | undefined): string | undefined => {
  if (header === undefined || header === '') return undefined;
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)?.[1];
  if (!token) throw fail(platformErrors.tokenInvalid);
  return token;
};

export interface Authenticator {
  readonly keys: JWTVerifyGetKey;
  readonly identity: ServiceIdentity;
  readonly now: () => Date;
}

/** The one auth check: who calls, and whether the endpoint's audience, scope and role take them. */
export const authenticate = async (
  endpoint: EndpointDefinition,
  header: string | undefined,
  authenticator: Authenticator,
): Promise<Auth> => {
  if (endpoint.audience === 'anyone') return { kind: 'anonymous' };
  const token = bearerOf(header);
  if (endpoint.audience === 'service') {
    if (!token) throw fail(platformErrors.signInRequired);
    return { kind: 'service', service: await authenticator.identity.verify(token) };
  }
  if (!token) {
    if (endpoint.audience === 'optional') return { kind: 'anonymous' };
    throw fail(platformErrors.signInRequired);
  }
  const auth = await verifyAccessToken(token, authenticator.keys, authenticator.now());
  if (auth.scopes && !(endpoint.scope && auth.scopes.includes(endpoint.scope))) throw fail(platformErrors.scopeMissing);
  if (endpoint.role && !auth.roles.includes(endpoint.role)) throw fail(platformErrors.roleMissing);
  return auth;
};
