import {
  type ErrorDefinition,
  type HouseServerEvents,
  houseSocketMessages,
  platformErrors,
  socketErrors,
  type SocketAnswer,
  type SocketMessages,
  type SocketProblem,
} from '@authorworks/contracts';
import type { Socket } from 'socket.io';
import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import { fail } from '../errors.ts';
import type { AccountAuth } from '../http/auth.ts';
import type { Logger } from '../log.ts';
import { withRequest } from '../request-context.ts';
import { Bucket, type Rate } from './bucket.ts';
import { problemOf, problemOfError } from './problem.ts';

/** How long after its end a token is still taken, for clocks that differ; as for HTTP. */
const TOLERANCE_MS = 5_000;
/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Answer = (result: SocketAnswer<unknown>) => void;

export interface MessageOptions {
  /** Soft limit of one connection for this message: who is above it is answered with `tooFast`. */
  readonly rate?: Rate;
  /** The error that tells somebody to slow down; SOCKET_TOO_FAST when absent. */
  readonly tooFast?: ErrorDefinition;
}

export type MessageOf<F> = F extends (message: infer M) => void ? M : never;

export interface ConnectionHooks<Messages extends SocketMessages = SocketMessages> {
  readonly messages: Messages;
  readonly clock: Clock;
  readonly log: Logger;
  readonly verify: (token: string) => Promise<AccountAuth>;
  /** Counts a message by what became of it: answered, refused, failed. */
  readonly count: (message: string, result: 'answered' | 'refused' | 'failed') => void;
  /** Counts a connection that the server ends. */
  readonly ended: (reason: string) => void;
}

/** One signed-in client. Its token is checked again when it ends; until then `auth` is who it is. */
export class Connection<Events extends object = HouseServerEvents, Messages extends SocketMessages = SocketMessages> {
  readonly id: string;
  readonly #socket: Socket;
  readonly #messages: Messages;
  readonly #hooks: ConnectionHooks<Messages>;
  readonly #names = new Set<string>();
  readonly #closers: ((reason: string) => void)[] = [];
  #auth: AccountAuth;
  #expiry: NodeJS.Timeout | undefined;

  constructor(socket: Socket, auth: AccountAuth, hooks: ConnectionHooks<Messages>) {
    this.id = socket.id;
    this.#socket = socket;
    this.#messages = hooks.messages;
    this.#auth = auth;
    this.#hooks = hooks;
    this.#listen('renew', houseSocketMessages.renew, async ({ token }) => await this.#renew(token), {
      rate: { perSecond: 0.2, burst: 10 },
    });
    socket.onAny((name: string, ...rest: unknown[]) => this.#refuseUnknown(name, rest));
    socket.once('disconnect', (reason) => {
      clearTimeout(this.#expiry);
      for (const close of this.#closers) close(reason);
    });
    this.#watchExpiry();
  }

  get auth(): AccountAuth {
    return this.#auth;
  }

  get isOpen(): boolean {
    return this.#socket.connected;
  }

  /**
   * Answers one kind of message of the contract. What the handler returns becomes `data` of the answer, what it throws its
   * `error`. A message that is not as the contract says is answered with REQUEST_INVALID before the handler sees it.
   */
  on<Name extends keyof Messages & string>(
    name: Name,
    handle: (message: z.output<Messages[Name]>) => unknown,
    options: MessageOptions = {},
  ): void {
    this.#listen(name, this.#messages[name], handle, options);
  }

  #listen<S extends z.ZodType>(
    name: string,
    schema: S,
    handle: (message: z.output<S>) => unknown,
    options: MessageOptions,
  ): void {
    this.#names.add(name);
    const bucket = options.rate && new Bucket(options.rate, this.#hooks.clock.monotonicMs());
    this.#socket.on(name, (message: unknown, ...rest: unknown[]) => {
      const last = rest.at(-1) ?? message;
      const answer = typeof last === 'function' ? (last as Answer) : undefined;
      const wait = bucket?.take(1, this.#hooks.clock.monotonicMs()) ?? 0;
      if (wait > 0) {
        this.#hooks.count(name, 'refused');
        answer?.({ ok: false, error: problemOf(options.tooFast ?? socketErrors.tooFast, wait) });
        return;
      }
      void withRequest(
        { requestId: this.id },
        async () => await this.#handle(name, schema.safeParse(message), handle, answer),
      );
    });
  }

  /** Called once, when the connection has ended for whatever reason. */
  onClose(close: (reason: string) => void): void {
    this.#closers.push(close);
  }

  send<E extends keyof Events & string>(name: E, message: MessageOf<Events[E]>): void {
    this.#socket.emit(name, message);
  }

  /** What is sent to a room reaches this connection from now on. */
  join(room: string): void {
    void this.#socket.join(room);
  }

  leave(room: string): void {
    void this.#socket.leave(room);
  }

  /** Tells the client why, then cuts it. */
  end(problem: SocketProblem): void {
    if (!this.isOpen) return;
    this.#hooks.ended(problem.code);
    this.#socket.emit('ended', problem);
    this.#socket.disconnect(true);
  }

  async #handle<S extends z.ZodType>(
    name: string,
    parsed: z.ZodSafeParseResult<z.output<S>>,
    handle: (message: z.output<S>) => unknown,
    answer: Answer | undefined,
  ): Promise<void> {
    try {
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw fail(platformErrors.invalidRequest, {
          message: `The message "${name}" is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.slice(
            0,
            300,
          ),
        });
      }
      const data: unknown = (await handle(parsed.data)) ?? null;
      this.#hooks.count(name, 'answered');
      answer?.({ ok: true, data });
    } catch (error) {
      const { problem, unexpected } = problemOfError(error);
      this.#hooks.count(name, unexpected ? 'failed' : 'refused');
      if (unexpected) this.#hooks.log.error({ err: error, message: name, connection: this.id }, 'message failed');
      answer?.({ ok: false, error: problem });
    }
  }

  #refuseUnknown(name: string, rest: readonly unknown[]): void {
    if (this.#names.has(name)) return;
    this.#hooks.count('unknown', 'refused');
    const answer = rest.at(-1);
    if (typeof answer === 'function') (answer as Answer)({ ok: false, error: problemOf(socketErrors.unknownMessage) });
  }

  async #renew(token: string): Promise<{ expiresAt: string }> {
    const auth = await this.#hooks.verify(token);
    // a connection belongs to one person for its whole life: rooms and roles were given to them
    if (auth.accountId !== this.#auth.accountId) throw fail(platformErrors.tokenInvalid);
    this.#auth = auth;
    this.#watchExpiry();
    return { expiresAt: auth.expiresAt.toISOString() };
  }

  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    const left = this.#auth.expiresAt.getTime() + TOLERANCE_MS - this.#hooks.clock.now().getTime();
    const expire = (): void => this.end(problemOf(socketErrors.tokenExpired, 0));
    this.#expiry = setTimeout(expire, Math.min(Math.max(left, 0), LONGEST_TIMER_MS));
  }
}
