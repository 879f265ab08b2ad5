/** A token is renewed when this part of its life has passed, and at the latest this long before it ends. */
const RENEW_AT = 0.75;
const RENEW_BEFORE_MS = 30_000;
const SHORTEST_MS = 1_000;
/** For tokens whose end cannot be read. */
const UNKNOWN_MS = 5 * 60_000;

const endOf = (token: string): number | undefined => {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
};

/** After how many milliseconds an access token (JWT) should be replaced. It is only read for that, never trusted. */
export const renewAfterMs = (token: string, nowMs: number): number => {
  const end = endOf(token);
  if (end === undefined) return UNKNOWN_MS;
  const left = end - nowMs;
  return Math.max(SHORTEST_MS, Math.max(left * RENEW_AT, left - RENEW_BEFORE_MS));
};
