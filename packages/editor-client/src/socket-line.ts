import type { EditorClientEvents, EditorServerEvents, SocketAnswer, SocketProblem } from '@authorworks/contracts';
import { EDITOR_NAMESPACE, EDITOR_SOCKET_PATH } from '@authorworks/contracts/editor-line';
import { io, type Socket } from 'socket.io-client';
import type { LiveScene } from './live-scene.ts';
import { bytesOf } from './scene-document.ts';
import type { Line } from './scene-line.ts';
import { renewAfterMs } from './token-lifetime.ts';

export interface EditorOptions {
  /** Origin of the house, e.g. https://books.example; '' or absent in a browser: the page's own. */
  readonly url?: string;
  /** A valid access token. Asked for when connecting, and again before the last one ends. */
  readonly token: () => Promise<string>;
  /** Ways to connect, in order. */
  readonly transports?: readonly ('websocket' | 'polling')[];
}

/** A message is answered when it is committed; while PostgreSQL is away that may take long. */
const ANSWER_MS = 90_000;

type EditorSocket = Socket<EditorServerEvents, EditorClientEvents>;
type Emitter = { emitWithAck: (name: string, message: object) => Promise<unknown> };

/** Who is told what becomes of a line. */
export interface LineListener {
  readonly up: (line: SocketLine) => void;
  /** It was up, or had no token to show. `problem`: what the server said before, if anything. */
  readonly down: (line: SocketLine, problem: SocketProblem | undefined) => void;
  /** It never was. */
  readonly refused: (line: SocketLine, problem: SocketProblem | undefined) => void;
  /** The server goes, or people are to reach another one. It may say so again while that is under way. */
  readonly draining: (line: SocketLine, afterMs: number) => void;
  readonly sceneOf: (sceneId: string) => LiveScene | undefined;
}

/** One socket to the editor, not made anew by itself. */
export class SocketLine implements Line {
  readonly #socket: EditorSocket;
  readonly #listener: LineListener;
  readonly #token: EditorOptions['token'];
  #renewsAt = 0;
  #ended: SocketProblem | undefined;

  constructor({ url = '', token, transports = ['websocket', 'polling'] }: EditorOptions, listener: LineListener) {
    this.#token = token;
    this.#listener = listener;
    this.#socket = io(`${url}${EDITOR_NAMESPACE}`, {
      path: EDITOR_SOCKET_PATH,
      transports: [...transports],
      tryAllTransports: true,
      // each connection is its own: two tabs of one page, two people in one test
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      auth: (present) => void this.#present(present),
    });
    this.#listen();
  }

  /** Milliseconds until the token that was shown should be renewed. */
  get renewAfterMs(): number {
    return this.#renewsAt - Date.now();
  }

  connect(): void {
    this.#ended = undefined;
    this.#socket.connect();
  }

  isUp(): boolean {
    return this.#socket.connected;
  }

  async ask<T>(name: string, message: object): Promise<SocketAnswer<T>> {
    const emitter = this.#socket.timeout(ANSWER_MS) as unknown as Emitter;
    return (await emitter.emitWithAck(name, message)) as SocketAnswer<T>;
  }

  tell(name: 'awareness', message: object): void {
    (this.#socket as Socket).emit(name, message);
  }

  suspect(): void {
    this.#socket.disconnect();
  }

  /** Shows a new token. @returns whether it was taken */
  async renew(): Promise<boolean> {
    const token = await this.#token();
    const { ok } = await this.ask<unknown>('renew', { token });
    if (ok) this.#shown(token);
    return ok;
  }

  /** Ends it; nothing is heard of it any more. */
  drop(): void {
    this.#socket.off();
    this.#socket.disconnect();
  }

  #shown(token: string): void {
    this.#renewsAt = Date.now() + renewAfterMs(token, Date.now());
  }

  async #present(present: (auth: { token: string }) => void): Promise<void> {
    try {
      const token = await this.#token();
      this.#shown(token);
      present({ token });
    } catch {
      // no token now: the person's device may be offline as well
      this.#socket.disconnect();
      this.#listener.down(this, undefined);
    }
  }

  #listen(): void {
    const socket = this.#socket;
    const { up, down, refused, draining, sceneOf } = this.#listener;
    socket.on('connect', () => up(this));
    socket.on('disconnect', () => down(this, this.#ended));
    socket.on('connect_error', (error) => refused(this, (error as Error & { data?: SocketProblem }).data));
    socket.on('ended', (problem) => {
      this.#ended = problem;
    });
    socket.on('draining', ({ reconnectAfterMs }) => draining(this, reconnectAfterMs));
    socket.on('update', (message) => sceneOf(message.sceneId)?.hearUpdate(message, this));
    socket.on('awareness', (message) =>
      sceneOf(message.sceneId)?.hearAwareness({ ...message, update: bytesOf(message.update) }),
    );
    socket.on('access', (message) => sceneOf(message.sceneId)?.hearAccess(message, this));
    socket.on('reset', ({ sceneId }) => sceneOf(sceneId)?.hearReset(this));
  }
}
