import type { IncomingMessage } from 'node:http';
import { platformErrors, socketErrors, type SocketMessages } from '@authorworks/contracts';
import type { Socket } from 'socket.io';
import { fail } from '../errors.ts';
import { type AccountAuth, verifyAccessToken } from '../http/auth.ts';
import type { Base } from '../service.ts';
import { Connection, type ConnectionHooks } from './connection.ts';
import { type EngineSocket, Flow, type FlowBuckets, openBuckets } from './flow.ts';
import { Guests } from './guests.ts';
import { problemOf, refusalOf } from './problem.ts';
import type { SocketLimits, SocketsOptions } from './options.ts';
import type { SocketMetrics } from './metrics.ts';

/** The address that our own proxy saw; the last one in the list is its word, all before it the client's. */
const addressOf = (request: IncomingMessage): string => {
  const forwarded = request.headers['x-forwarded-for'];
  const list = Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '');
  return list.split(',').at(-1)?.trim() || (request.socket.remoteAddress ?? '');
};

const MAX_TOKEN_LENGTH = 8192;

interface DoorOptions<Events extends object, Messages extends SocketMessages> extends SocketsOptions<Events, Messages> {
  readonly limits: SocketLimits;
  readonly keys: NonNullable<SocketsOptions['keys']>;
}

/** Lets clients in: strangers are counted, tokens checked, ended sessions turned away, floods slowed down. */
export class Door<Events extends object, Messages extends SocketMessages> {
  readonly guests = new Guests<Events, Messages>();
  readonly flows = new Map<string, Flow>();
  isClosed = false;
  readonly #base: Base;
  readonly #options: DoorOptions<Events, Messages>;
  readonly #metrics: SocketMetrics;
  readonly #hooks: ConnectionHooks<Messages>;
  readonly #introduce = new WeakMap<object, () => void>();
  readonly #signingIn = new WeakSet<object>();

  constructor(base: Base, options: DoorOptions<Events, Messages>, metrics: SocketMetrics) {
    this.#base = base;
    this.#options = options;
    this.#metrics = metrics;
    this.#hooks = {
      messages: options.contract.messages,
      clock: base.clock,
      log: base.log,
      verify: async (token) => await this.#verify(token),
      count: (message, result) => metrics.messages.inc({ message, result }),
      ended: (reason) => metrics.cut.inc({ reason }),
    };
  }

  /** Whether a new request may begin a connection. */
  allows(request: IncomingMessage): boolean {
    return !this.isClosed && this.guests.strangersOf(addressOf(request)) < this.#options.limits.strangersPerAddress;
  }

  /** Watches a transport from its first byte. */
  watch(engine: EngineSocket): void {
    const { id } = engine as unknown as { id: string };
    const flooded = (what: string): void => this.#metrics.floods.inc({ what });
    this.flows.set(id, new Flow(engine, this.#base.clock, { buckets: this.#newBuckets(), flooded }));
    const introduce = this.guests.addStranger(addressOf(engine.request));
    this.#introduce.set(engine, introduce);
    engine.once('close', () => {
      this.flows.delete(id);
      introduce();
    });
  }

  /**
   * Checks a client that asks to be let in.
   * @returns why it is refused, for socket.io's middleware; undefined when it may come in.
   */
  async admit(socket: Socket): Promise<Error | undefined> {
    const { conn } = socket;
    try {
      // a second CONNECT while the first is checked would leave a connection that nobody closes
      if (this.#signingIn.has(conn)) throw fail(platformErrors.invalidRequest);
      this.#signingIn.add(conn);
      (socket.data as { auth: AccountAuth }).auth = await this.#check(socket).catch((error: unknown) => {
        this.#signingIn.delete(conn);
        throw error;
      });
      return undefined;
    } catch (error) {
      const refusal = refusalOf(error);
      this.#metrics.refused.inc({ reason: refusal.data.code });
      return refusal;
    }
  }

  /** Called for a client that was admitted. */
  welcome(socket: Socket): void {
    const { auth } = socket.data as { auth: AccountAuth };
    const connection = new Connection<Events, Messages>(socket, auth, this.#hooks);
    this.#introduce.get(socket.conn)?.();
    const buckets = this.guests.add(connection, () => this.#newBuckets());
    this.flows.get((socket.conn as unknown as { id: string }).id)?.share(buckets);
    // the session may have ended while its client stood in the door
    if (this.#options.revocations?.isRevoked(auth.sessionId)) connection.end(problemOf(socketErrors.sessionEnded));
    else this.#options.connected(connection);
  }

  async #check(socket: Socket): Promise<AccountAuth> {
    const { token } = socket.handshake.auth as { token?: unknown };
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw fail(platformErrors.signInRequired);
    const auth = await this.#verify(token);
    if (this.isClosed) throw fail(platformErrors.shuttingDown, { retryAfterSeconds: 1 });
    if (this.guests.countOf(auth.accountId) >= this.#options.limits.connectionsPerAccount)
      throw fail(socketErrors.tooManyConnections, { retryAfterSeconds: 30 });
    return auth;
  }

  async #verify(token: string): Promise<AccountAuth> {
    const auth = await verifyAccessToken(token, this.#options.keys, this.#base.clock.now());
    if (this.#options.revocations?.isRevoked(auth.sessionId)) throw fail(socketErrors.sessionEnded);
    return auth;
  }

  #newBuckets(): FlowBuckets {
    return openBuckets(this.#options.limits, this.#base.clock.monotonicMs());
  }
}
