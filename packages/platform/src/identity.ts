import { createHash } from 'node:crypto';
import { platformErrors, type ServiceName, serviceNames } from '@authorworks/contracts';
import { errors as joseErrors, jwtVerify, SignJWT } from 'jose';
import { fail } from './errors.ts';

/** How services of one house know each other: short HS256 tokens by the shared service key (RFC 7519). */
export interface ServiceIdentity {
  /** A token by which `callee` knows this service; valid for a minute. */
  readonly tokenFor: (callee: ServiceName) => Promise<string>;
  /**
   * The name of the service that sent a token.
   * @throws AppError AUTH_TOKEN_INVALID when it is forged, old, or meant for another service.
   */
  readonly verify: (token: string) => Promise<ServiceName>;
}

const LIFETIME_SECONDS = 60;
/** Tokens are reused for this long, so that a burst of calls signs once. */
const REUSE_MS = 30_000;
const MIN_KEY_LENGTH = 32;

export const createIdentity = (self: ServiceName, serviceKey: string): ServiceIdentity => {
  if (serviceKey.length < MIN_KEY_LENGTH)
    throw new Error(`SERVICE_KEY must have at least ${MIN_KEY_LENGTH} characters`);
  const key = createHash('sha256').update(`authorworks service identity\n${serviceKey}`).digest();
  const held = new Map<ServiceName, { token: string; until: number }>();
  return {
    tokenFor: async (callee) => {
      const now = Date.now();
      const kept = held.get(callee);
      if (kept && kept.until > now) return kept.token;
      const token = await new SignJWT()
        .setProtectedHeader({ alg: 'HS256', typ: 'service+jwt' })
        .setIssuer(self)
        .setAudience(callee)
        .setIssuedAt()
        .setExpirationTime(`${LIFETIME_SECONDS}s`)
        .sign(key);
      held.set(callee, { token, until: now + REUSE_MS });
      return token;
    },
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          typ: 'service+jwt',
          audience: self,
          clockTolerance: 30,
        });
        const caller = serviceNames.find((name) => name === payload.iss);
        if (caller) return caller;
      } catch (error) {
        if (!(error instanceof joseErrors.JOSEError)) throw error;
      }
      throw fail(platformErrors.tokenInvalid);
    },
  };
};
