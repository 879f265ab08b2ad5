import { platformErrors } from '@authorworks/contracts';
import { type AccountAuth, bearerOf, fail } from '@authorworks/platform';
import type { Bucket, Rate } from '../limits/buckets.ts';
import type { SharedLimits } from '../limits/shared-limits.ts';
import { addressKey } from './client.ts';
import type { Route, RouteTable } from './route-table.ts';
import { type Target, targetOf } from './target.ts';
import type { Tokens } from './tokens.ts';

/** A request as the door judges it, whether it is to be forwarded from here or by Traefik. */
export interface Arrival {
  readonly method: string;
  readonly requestTarget: string;
  readonly authorization: string | undefined;
  readonly address: string;
}

export interface Admission {
  readonly target: Target;
  readonly route: Route;
  readonly auth: AccountAuth | undefined;
  /** The Authorization header for the service: personal API tokens have been traded for access tokens. */
  readonly authorization: string | undefined;
  /** How the caller stands to the limits; undefined where nothing is limited. */
  readonly rate: Rate | undefined;
}

export interface Door {
  readonly routes: RouteTable;
  readonly tokens: Tokens;
  readonly limits: SharedLimits;
  readonly accountRatePerMinute: number;
  readonly addressRatePerMinute: number;
}

/** Set by the user service when a session ends before its tokens expire. */
const revokedKeyOf = (auth: AccountAuth | undefined): string | undefined =>
  auth ? `user:revoked:${auth.sessionId}` : undefined;

/** socket.io without WebSocket asks again for each message. */
const POLLING_FACTOR = 5;

const bucketsOf = (door: Door, route: Route, address: string, auth: AccountAuth | undefined): Bucket[] => {
  const who = auth ? `a:${auth.accountId}` : `i:${addressKey(address)}`;
  const general = auth ? door.accountRatePerMinute : door.addressRatePerMinute;
  const own = route.endpoint?.ratePerMinute;
  if (route.socket) return [{ key: `gateway:rate:${who}:${route.name}`, perMinute: general * POLLING_FACTOR }];
  const all = { key: `gateway:rate:${who}`, perMinute: general };
  if (own === undefined) return [all];
  const one = { key: `gateway:rate:${who}:${route.name}`, perMinute: own };
  // an endpoint that may be called more often than all others together is counted alone
  return own > general ? [one] : [one, all];
};

const refuseOver = (rate: Rate | undefined): void => {
  if (rate && !rate.allowed) throw new LimitReached(rate);
};

/** Too many requests; the answer tells how many there may be. */
export class LimitReached extends Error {
  readonly rate: Rate;
  readonly refusal;

  constructor(rate: Rate) {
    super('too many requests');
    this.rate = rate;
    this.refusal = fail(platformErrors.rateLimited, { retryAfterSeconds: Math.max(1, Math.ceil(rate.retryMs / 1000)) });
  }
}

const checkToken = async (
  door: Door,
  route: Route,
  arrival: Arrival,
): Promise<{ auth: AccountAuth; authorization: string } | undefined> => {
  const audience = route.endpoint?.audience;
  // endpoints for anyone read no token, so a stale one must not keep a person from signing in again
  if (audience === 'anyone') return undefined;
  try {
    const token = bearerOf(arrival.authorization);
    if (token === undefined) {
      if (audience === 'account') throw fail(platformErrors.signInRequired);
      return undefined;
    }
    const { auth, accessToken } = await door.tokens.check(token);
    return { auth, authorization: `Bearer ${accessToken}` };
  } catch (error) {
    // guesses are counted by address, or they would be free
    const { rate } = await door.limits.take(bucketsOf(door, route, arrival.address, undefined), undefined);
    refuseOver(rate);
    throw error;
  }
};

/**
 * The one decision at the door: where a request goes, who sends it, and whether it may. Used by the proxy, by upgrades
 * and by Traefik's ForwardAuth.
 * @throws AppError, or LimitReached
 */
export const admit = async (door: Door, arrival: Arrival): Promise<Admission> => {
  const target = targetOf(arrival.requestTarget);
  const route = door.routes.find(arrival.method, target.path);
  // the web's files are for everybody, and a page needs many at once
  if (route.service === 'web')
    return { target, route, auth: undefined, authorization: arrival.authorization, rate: undefined };
  const checked = await checkToken(door, route, arrival);
  const { rate, revoked } = await door.limits.take(
    bucketsOf(door, route, arrival.address, checked?.auth),
    revokedKeyOf(checked?.auth),
  );
  if (revoked) throw fail(platformErrors.tokenInvalid);
  refuseOver(rate);
  return {
    target,
    route,
    auth: checked?.auth,
    authorization: checked?.authorization ?? arrival.authorization,
    rate,
  };
};
