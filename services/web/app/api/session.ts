import { ApiError } from '@authorworks/contracts/client';

/**
 * Whether somebody is signed in. `unknown`: not asked yet. `unreachable`: asked, and the house did not answer; what was
 * shown before stays.
 */
export type SessionStatus = 'unknown' | 'signed-in' | 'signed-out' | 'unreachable';

interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** What a session needs of the browser; tests bring their own. */
export interface SessionOptions {
  /** Trades the refresh cookie for an access token. Rejects with an ApiError. */
  readonly refresh: () => Promise<IssuedToken>;
  /** Lets one tab after the other refresh: a refresh token works once, and a second use ends the session. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly channel: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'> | null;
  /** Remembers that this browser has (probably) a refresh cookie; the cookie itself cannot be read by scripts. */
  readonly hint: { get: () => boolean; set: (signedIn: boolean) => void };
  readonly now: () => number;
}

type Message = { readonly kind: 'token'; readonly token: Token } | { readonly kind: 'ended' };

/** Access tokens are renewed this long before they end, so that a call does not meet the end on its way. */
const EARLY_MS = 20_000;

/** Keeps the access token, in memory only, and renews it by the HttpOnly refresh cookie: one refresh at a time over all tabs. */
export class SessionKeeper {
  readonly #options: SessionOptions;
  readonly #listeners = new Set<() => void>();
  #status: SessionStatus = 'unknown';
  #token: Token | null = null;
  #renewing: Promise<string | null> | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    options.channel?.addEventListener('message', (event) => this.#hear((event as MessageEvent<Message>).data));
  }

  get status(): SessionStatus {
    return this.#status;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Whether a refresh is worth a try when the app starts on a page that everybody may see. */
  get isLikely(): boolean {
    return this.#options.hint.get();
  }

  /** Finds out whether somebody is signed in. Asks nobody where there was no sign-in in this browser, unless `certainly`. */
  async start(certainly = false): Promise<void> {
    if (this.#token) return;
    if (!certainly && !this.isLikely) {
      this.#become('signed-out');
      return;
    }
    await this.renew(null).catch(() => undefined); // the status says what happened
  }

  /** After a sign-in: this token, in all tabs. */
  begin(issued: IssuedToken): void {
    this.#accept(issued);
  }

  /** After a sign-out, or when the server says that the session has ended: in all tabs. */
  end(): void {
    this.#forget();
    this.#options.channel?.postMessage({ kind: 'ended' } satisfies Message);
  }

  /** A token that is good for a call now, or null when nobody is signed in. Never rejects for a session that ended. */
  async token(): Promise<string | null> {
    if (this.#token && this.#token.expiresAt - EARLY_MS > this.#options.now()) return this.#token.value;
    if (!this.#token && this.#status === 'signed-out') return null;
    return await this.renew(this.#token?.value ?? null);
  }

  /** The token of now without waiting; null when there is none. */
  get currentToken(): string | null {
    return this.#token?.value ?? null;
  }

  /**
   * A new token in place of one that was refused.
   * @param stale the refused token; when another tab has renewed it meanwhile, no call is made
   * @returns null when the session has ended
   * @throws ApiError when the house cannot be reached
   */
  async renew(stale: string | null): Promise<string | null> {
    this.#renewing ??= this.#renewOnce(stale).finally(() => {
      this.#renewing = null;
    });
    return await this.#renewing;
  }

  async #renewOnce(stale: string | null): Promise<string | null> {
    return await this.#options.exclusively(async () => {
      const heard = this.#token;
      if (heard && heard.value !== stale && heard.expiresAt - EARLY_MS > this.#options.now()) return heard.value;
      try {
        return this.#accept(await this.#options.refresh());
      } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
          this.end();
          return null;
        }
        if (this.#status !== 'signed-in') this.#become('unreachable');
        throw error;
      }
    });
  }

  #accept({ accessToken, expiresInSeconds }: IssuedToken): string {
    this.#token = { value: accessToken, expiresAt: this.#options.now() + expiresInSeconds * 1000 };
    this.#options.hint.set(true);
    this.#options.channel?.postMessage({ kind: 'token', token: this.#token } satisfies Message);
    this.#become('signed-in');
    return accessToken;
  }

  #forget(): void {
    this.#token = null;
    this.#options.hint.set(false);
    this.#become('signed-out');
  }

  #hear(message: Message): void {
    if (message.kind === 'ended') this.#forget();
    else {
      this.#token = message.token;
      this.#become('signed-in');
    }
  }

  #become(status: SessionStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }
}

const HINT = 'aw.signed-in';
const LOCK = 'aw-session-refresh';

const browserHint: SessionOptions['hint'] = {
  get: () => {
    try {
      return localStorage.getItem(HINT) === '1';
    } catch {
      return true; // cannot be known: one try costs little
    }
  },
  set: (signedIn) => {
    try {
      if (signedIn) localStorage.setItem(HINT, '1');
      else localStorage.removeItem(HINT);
    } catch {
      // storage is off: each start asks
    }
  },
};

/** The session of this browser. */
export const openSession = (refresh: SessionOptions['refresh']): SessionKeeper =>
  new SessionKeeper({
    refresh,
    exclusively: async (work) => ('locks' in navigator ? await navigator.locks.request(LOCK, work) : await work()),
    channel: typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('aw-session'),
    hint: browserHint,
    now: () => Date.now(),
  });
