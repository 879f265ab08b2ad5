import { hash } from 'node:crypto';
import { ApiError, type Client, platformErrors, type UserApi } from '@authorworks/contracts';
import { type AccountAuth, type Clock, fail, remoteKeys, verifyAccessToken } from '@authorworks/platform';

/** A token that was checked, and the form in which services take it. */
export interface CheckedToken {
  readonly auth: AccountAuth;
  readonly accessToken: string;
}

const API_TOKEN = /^aw_/;
/** A checked token is believed for this long without looking at its signature again. */
const CHECKED_MS = 60_000;
/** A personal token that was deleted works for at most this much longer. */
const EXCHANGED_MS = 30_000;
const REFUSED_MS = 5_000;
const MAX_HELD = 10_000;

interface Held<T> {
  readonly value: T;
  readonly untilMs: number;
}

/** Values for a while; the oldest go first when there are too many. */
class Memory<T> {
  readonly #held = new Map<string, Held<T>>();

  get(key: string, nowMs: number): T | undefined {
    const held = this.#held.get(key);
    if (held && held.untilMs > nowMs) return held.value;
    if (held) this.#held.delete(key);
    return undefined;
  }

  set(key: string, value: T, untilMs: number): void {
    if (this.#held.size >= MAX_HELD) {
      const [oldest] = this.#held.keys();
      if (oldest !== undefined) this.#held.delete(oldest);
    }
    this.#held.set(key, { value, untilMs });
  }
}

/** Tokens are not kept as they are: a heap dump must not be a bunch of keys. */
const fingerprint = (token: string): string => hash('sha256', token, 'base64');

export interface TokenSources {
  readonly userUrl: () => string;
  readonly user: Pick<Client<UserApi>, 'exchangeApiToken'>;
  readonly clock: Clock;
}

/** Checks access tokens, and trades personal API tokens (`aw_…`) for access tokens. */
export class Tokens {
  readonly #sources: TokenSources;
  readonly #keys;
  readonly #checked = new Memory<CheckedToken>();
  readonly #exchanged = new Memory<string | null>();
  readonly #exchanges = new Map<string, Promise<string | null>>();

  constructor(sources: TokenSources) {
    this.#sources = sources;
    this.#keys = remoteKeys(sources.userUrl);
  }

  /** @throws AppError AUTH_TOKEN_INVALID, or what keeps us from asking. */
  async check(token: string): Promise<CheckedToken> {
    return await this.#checkAccess(API_TOKEN.test(token) ? await this.#exchange(token) : token);
  }

  async #checkAccess(accessToken: string): Promise<CheckedToken> {
    const { clock } = this.#sources;
    const key = fingerprint(accessToken);
    const nowMs = clock.now().getTime();
    const known = this.#checked.get(key, nowMs);
    if (known) return known;
    const auth = await verifyAccessToken(accessToken, this.#keys, clock.now());
    const checked = { auth, accessToken };
    this.#checked.set(key, checked, Math.min(auth.expiresAt.getTime(), nowMs + CHECKED_MS));
    return checked;
  }

  async #exchange(token: string): Promise<string> {
    const key = fingerprint(token);
    const known = this.#exchanged.get(key, this.#sources.clock.now().getTime());
    let accessToken = known;
    if (accessToken === undefined) {
      // a page asks for ten things at once: one exchange serves them all
      const asked = this.#exchanges.get(key) ?? this.#ask(key, token);
      this.#exchanges.set(key, asked);
      accessToken = await asked.finally(() => this.#exchanges.delete(key));
    }
    if (accessToken === null) throw fail(platformErrors.tokenInvalid);
    return accessToken;
  }

  async #ask(key: string, token: string): Promise<string | null> {
    const { user, clock } = this.#sources;
    try {
      const { accessToken, expiresInSeconds } = await user.exchangeApiToken({ body: { token } });
      const lifeMs = Math.min(EXCHANGED_MS, expiresInSeconds * 1000);
      this.#exchanged.set(key, accessToken, clock.now().getTime() + lifeMs);
      return accessToken;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500 || error.status === 429)
        throw error;
      this.#exchanged.set(key, null, clock.now().getTime() + REFUSED_MS);
      return null;
    }
  }
}
