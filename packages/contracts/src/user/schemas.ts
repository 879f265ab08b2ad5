import { z } from 'zod';
import { AccountId, ApiTokenId, PenNameId, SessionId } from '../ids.ts';
import { Instant, LanguageTag, line, prose } from '../kit/common.ts';
import { apiTokenScopes } from '../kit/endpoint.ts';

/** Compared without regard to case; stored as given. RFC 5321 allows 254 characters. */
export const Email = z.email('must be an e-mail address').max(254).meta({ id: 'Email' });

/** 8 to 200 characters, counted before hashing; strength is judged by the service. */
export const Password = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(200, 'must have at most 200 characters');

export const AccountRole = z.enum(['operator', 'author', 'reader']).meta({ id: 'AccountRole' });
export type AccountRole = z.infer<typeof AccountRole>;

export const Preferences = z
  .strictObject({
    theme: z.enum(['system', 'light', 'dark']).optional(),
    language: LanguageTag.optional(),
    timeZone: z.string().max(64).optional(),
  })
  .meta({ id: 'Preferences' });

/** The caller's own account. */
export const Account = z
  .object({
    id: AccountId,
    email: Email,
    emailVerified: z.boolean(),
    name: z.string(),
    bio: z.string(),
    roles: z.array(AccountRole),
    preferences: Preferences,
    hasPassword: z.boolean().describe('false for accounts that only sign in with a provider'),
    createdAt: Instant,
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof Account>;

/** What another service, or an operator, sees of an account. */
export const AccountSummary = z
  .object({
    id: AccountId,
    email: Email,
    emailVerified: z.boolean(),
    name: z.string(),
    roles: z.array(AccountRole),
    suspended: z.boolean(),
  })
  .meta({ id: 'AccountSummary' });
export type AccountSummary = z.infer<typeof AccountSummary>;

export const SignUp = z.strictObject({ email: Email, password: Password, name: line(100) });

export const SignIn = z.strictObject({
  email: z.string().max(254),
  password: z.string().max(200),
  transport: z
    .enum(['body', 'cookie'])
    .default('body')
    .describe('cookie: the refresh token comes as an HttpOnly cookie for browsers, and null in the body'),
});

export const SessionTokens = z
  .object({
    accessToken: z.string().describe('JWT (EdDSA), to be sent as Authorization: Bearer'),
    refreshToken: z
      .string()
      .nullable()
      .describe('To be used once, at /sessions/refresh; null when it came as a cookie'),
    expiresInSeconds: z.int().describe('Life of the access token'),
    sessionId: SessionId,
  })
  .meta({ id: 'SessionTokens' });
export type SessionTokens = z.infer<typeof SessionTokens>;

export const RefreshSession = z.strictObject({
  refreshToken: z.string().max(500).optional().describe('Absent when the cookie is used'),
});

export const Session = z
  .object({
    id: SessionId,
    current: z.boolean(),
    device: z.string().describe('From the user agent, e.g. "Firefox on Linux"'),
    ipAddress: z.string(),
    method: z.enum(['password', 'oidc', 'proxy']),
    createdAt: Instant,
    lastSeenAt: Instant,
  })
  .meta({ id: 'Session' });

export const ApiToken = z
  .object({
    id: ApiTokenId,
    name: z.string(),
    scopes: z.array(z.enum(apiTokenScopes)),
    createdAt: Instant,
    lastUsedAt: Instant.nullable(),
    expiresAt: Instant.nullable(),
  })
  .meta({ id: 'ApiToken' });

export const CreateApiToken = z.strictObject({
  name: line(100),
  scopes: z.array(z.enum(apiTokenScopes)).min(1).max(apiTokenScopes.length),
  expiresInDays: z.int().min(1).max(3650).nullable().default(365),
});

export const PenName = z
  .object({ id: PenNameId, name: z.string(), bio: z.string(), createdAt: Instant })
  .meta({ id: 'PenName' });
export const WritePenName = z.strictObject({ name: line(100), bio: prose(5000).default('') });

export const OutboxMail = z
  .object({
    id: z.string(),
    sentAt: Instant,
    to: z.string(),
    subject: z.string(),
    text: z.string(),
    html: z.string().nullable(),
  })
  .meta({ id: 'OutboxMail' });

/** Claims of an access token beside the registered ones (RFC 7519, RFC 9068): `sub` = account, `sid` = session. */
export const AccessTokenClaims = z.object({
  sub: AccountId,
  sid: SessionId,
  name: z.string(),
  roles: z.array(AccountRole),
  /** Present for personal API tokens: what this token may do. Absent: everything. */
  scopes: z.array(z.enum(apiTokenScopes)).optional(),
});
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;
/** The same, as they are before they are signed. */
export type NewTokenClaims = z.input<typeof AccessTokenClaims>;
