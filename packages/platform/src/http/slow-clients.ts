import type { IncomingMessage, ServerResponse } from 'node:http';

/** How often an exchange's progress is looked at. */
const LOOK_MS = 2_500;
/** Within this time at least `MIN_BYTES` must move; slower ones hold memory and sockets for nothing (FAULTS 28). */
const WINDOW_MS = 15_000;
/** About 270 bytes a second: a bad mobile connection is ten times as fast. */
const MIN_BYTES = 4_096;

interface Watch {
  /** Bytes that have moved so far. */
  readonly moved: () => number;
  /** Whether it is us who wait for something else at the moment, so that the other side cannot be blamed. */
  readonly excused: () => boolean;
  readonly onSlow: () => void;
  /** Milliseconds after which it is too slow, even if it moves. */
  readonly totalMs?: number;
}

/** @returns what ends the watch. */
const watch = ({ moved, excused, onSlow, totalMs = Number.POSITIVE_INFINITY }: Watch): (() => void) => {
  const started = performance.now();
  let mark = { bytes: moved(), at: started };
  const timer = setInterval(() => {
    const now = performance.now();
    const bytes = moved();
    if (bytes - mark.bytes >= MIN_BYTES || excused()) mark = { bytes, at: now };
    if (now - mark.at <= WINDOW_MS && now - started <= totalMs) return;
    clearInterval(timer);
    onSlow();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
};

/**
 * Calls `onSlow` when the body of a request hardly arrives. The socket's byte count is polled, because a listener on its
 * data would take the parser's fast path away. While we hold unread bytes ourselves, it is not the sender who is slow.
 */
export const watchBody = (
  request: IncomingMessage,
  onSlow: () => void,
  options: { readonly totalMs?: number } = {},
): void => {
  if (request.complete) return;
  const { socket } = request;
  const stop = watch({
    moved: () => socket.bytesRead,
    excused: () => request.readableLength > 0,
    onSlow: () => {
      if (!request.complete) onSlow();
    },
    ...options,
  });
  request.once('end', stop);
  request.once('close', stop);
};

/** Cuts off a reader who hardly takes what is sent. To be called when the first bytes of the answer are written. */
export const watchReader = (response: ServerResponse): void => {
  const { socket } = response;
  if (!socket || response.writableFinished) return;
  const stop = watch({
    moved: () => socket.bytesWritten - socket.writableLength,
    // nothing waits to be taken: the source of the answer is slow, not its reader
    excused: () => socket.writableLength === 0 && response.writableLength === 0,
    onSlow: () => socket.destroy(),
  });
  response.once('finish', stop);
  response.once('close', stop);
};
