import { z } from 'zod';
import { defineErrors } from './error.ts';

/** Why a message or a whole connection was refused, as its client sees it. */
export interface SocketProblem {
  /** Stable, as in ErrorBody. */
  readonly code: string;
  readonly message: string;
  /** Milliseconds after which a repeat makes sense; absent: never. */
  readonly retryAfterMs?: number;
}

/** The acknowledgement of a message. */
export type SocketAnswer<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly error: SocketProblem };

/** Problems of connections themselves. They come as `connect_error` data, as `ended`, or in an answer. */
export const socketErrors = defineErrors({
  tokenExpired: { code: 'AUTH_TOKEN_EXPIRED', status: 401, message: 'Your sign-in has run out. Connect again.' },
  sessionEnded: { code: 'AUTH_SESSION_ENDED', status: 401, message: 'You were signed out. Please sign in again.' },
  tooManyConnections: {
    code: 'SOCKET_TOO_MANY_CONNECTIONS',
    status: 429,
    message: 'Too many connections are open for your account. Close some windows.',
  },
  tooFast: { code: 'SOCKET_TOO_FAST', status: 429, message: 'Too many messages at once. Please wait a moment.' },
  tooSlow: {
    code: 'SOCKET_TOO_SLOW',
    status: 408,
    message: 'Your connection could not keep up. It is opened anew.',
  },
  unknownMessage: { code: 'SOCKET_MESSAGE_UNKNOWN', status: 404, message: 'There is no such message.' },
});

/** A fresh access token, handed in over the open connection before the old one ends. */
export const RenewToken = z.strictObject({ token: z.string().min(1).max(8192) });

/** Schemas of the messages that clients may send, by name. */
export type SocketMessages = Readonly<Record<string, z.ZodType>>;

/** A socket.io server of a service. What is not listed here cannot be answered: the server takes its schemas from it. */
export interface SocketContract<Messages extends SocketMessages = SocketMessages> {
  /** Public path of the server, e.g. /api/editor/socket. */
  readonly path: string;
  /** Namespace that clients connect to, e.g. /editor. */
  readonly namespace: string;
  readonly messages: Messages;
}

export const defineSocket = <const Messages extends SocketMessages>(
  contract: SocketContract<Messages>,
): SocketContract<Messages> => contract;

/** Messages that every socket of the house takes, beside the service's own. */
export const houseSocketMessages = { renew: RenewToken } as const satisfies SocketMessages;

/** Their shapes, for typed clients. */
export interface HouseClientEvents {
  renew: (
    message: z.input<typeof RenewToken>,
    answer: (result: SocketAnswer<{ readonly expiresAt: string }>) => void,
  ) => void;
}

/** Messages that every socket of the house sends. */
export interface HouseServerEvents {
  /** The connection is cut right after this. Without `retryAfterMs` only a new sign-in helps. */
  ended: (problem: SocketProblem) => void;
  /** The server goes away, or people are to reach another house; connect anew after the delay, then leave this one. */
  draining: (message: { readonly reconnectAfterMs: number }) => void;
}

/** What a client presents when it connects. */
export interface SocketAuth {
  readonly token: string;
}
