import type { EditorClientEvents, EditorServerEvents, SocketAnswer, SocketProblem } from '@authorworks/contracts';
import { EDITOR_NAMESPACE, EDITOR_SOCKET_PATH } from '@authorworks/contracts/editor-line';
import { io, type Socket } from 'socket.io-client';
import { Backoff } from './backoff.ts';
import { LiveScene, type Line } from './live-scene.ts';
import { type Signal, Source } from './signal.ts';
import { renewAfterMs } from './token-lifetime.ts';

/**
 * - `connecting`: for the first time. - `connected`. - `offline`: was connected, or could not be; it is tried again.
 * - `refused`: the session has ended; only a new sign-in helps. - `closed`: by this side.
 */
export type ConnectionStatus = 'connecting' | 'connected' | 'offline' | 'refused' | 'closed';

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
const RENEW_AGAIN_MS = 5_000;
/** A connection that lasted this long was a good one: waiting times begin anew. */
const GOOD_MS = 5_000;
/** After these nobody needs to try again with the same session. */
const FINAL = new Set(['AUTH_SESSION_ENDED', 'AUTH_SCOPE_MISSING']);

/** What becomes of asking for a token. */
interface Told {
  readonly gotToken: (token: string) => void;
  readonly noToken: () => void;
}

type EditorSocket = Socket<EditorServerEvents, EditorClientEvents>;
type Emitter = { emitWithAck: (name: string, message: object) => Promise<unknown> };

/** A connection to the editor, over which any number of scenes are open. It comes back by itself. */
export class EditorConnection {
  readonly #options: EditorOptions;
  #socket: EditorSocket;
  /** The connection to the server that takes over, until it is up. */
  #next: EditorSocket | undefined;
  readonly #scenes = new Map<string, { readonly scene: LiveScene; users: number }>();
  readonly #status = new Source<ConnectionStatus>('connecting');
  readonly #problem = new Source<SocketProblem | undefined>(undefined);
  readonly #backoff = new Backoff();
  #reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  #moveTimer: ReturnType<typeof setTimeout> | undefined;
  #renewTimer: ReturnType<typeof setTimeout> | undefined;
  #goodTimer: ReturnType<typeof setTimeout> | undefined;
  #ended: SocketProblem | undefined;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#socket = this.#newSocket({
      gotToken: (token) => this.#renewIn(renewAfterMs(token, Date.now())),
      noToken: () => this.#noToken(),
    });
    this.#listen(this.#socket);
    this.#socket.connect();
    onceOnline(() => this.#connectNow());
  }

  get status(): Signal<ConnectionStatus> {
    return this.#status;
  }

  /** Why the connection is refused or was lost, as far as the server said. */
  get problem(): Signal<SocketProblem | undefined> {
    return this.#problem;
  }

  /** Opens a scene. Opened twice, it is the same one, until both have closed it. */
  openScene(sceneId: string): LiveScene {
    const known = this.#scenes.get(sceneId);
    if (known) {
      known.users += 1;
      return known.scene;
    }
    const scene = new LiveScene(sceneId, this.#line);
    this.#scenes.set(sceneId, { scene, users: 1 });
    if (this.#status.get() === 'refused') scene.end(this.#problem.get() ?? SIGNED_OUT);
    else if (this.#socket.connected) void scene.open();
    return scene;
  }

  closeScene(scene: LiveScene): void {
    const known = this.#scenes.get(scene.sceneId);
    if (known?.scene !== scene) return;
    known.users -= 1;
    if (known.users > 0) return;
    this.#scenes.delete(scene.sceneId);
    scene.close();
  }

  /** Closes all scenes and the connection. */
  close(): void {
    for (const { scene } of this.#scenes.values()) scene.close();
    this.#scenes.clear();
    this.#stopTimers();
    this.#status.set('closed');
    this.#stay();
    this.#socket.disconnect();
  }

  readonly #line: Line = {
    isUp: () => this.#socket.connected,
    ask: async <T>(name: string, message: object) =>
      (await (this.#socket.timeout(ANSWER_MS) as unknown as Emitter).emitWithAck(name, message)) as SocketAnswer<T>,
    tell: (name, message) => void (this.#socket as Socket).emit(name, message),
    suspect: () => void this.#socket.disconnect(),
  };

  #newSocket(told: Told): EditorSocket {
    const { url = '', transports = ['websocket', 'polling'] } = this.#options;
    return io(`${url}${EDITOR_NAMESPACE}`, {
      path: EDITOR_SOCKET_PATH,
      transports: [...transports],
      tryAllTransports: true,
      // each connection is its own: two tabs of one page, two people in one test
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      auth: (present) => void this.#present(present, told),
    });
  }

  #listen(socket: EditorSocket): void {
    const sceneOf = (sceneId: string): LiveScene | undefined => this.#scenes.get(sceneId)?.scene;
    socket.on('connect', () => this.#connected());
    socket.on('disconnect', () => this.#lost());
    socket.on('connect_error', (error) => this.#refused((error as Error & { data?: SocketProblem }).data));
    socket.on('ended', (problem) => {
      this.#ended = problem;
    });
    socket.on('draining', ({ reconnectAfterMs }) => this.#moveIn(reconnectAfterMs));
    socket.on('update', (message) => sceneOf(message.sceneId)?.hearUpdate(message));
    socket.on('awareness', (message) =>
      sceneOf(message.sceneId)?.hearAwareness({ ...message, update: bytesOf(message.update) }),
    );
    socket.on('access', (message) => sceneOf(message.sceneId)?.hearAccess(message));
    socket.on('reset', ({ sceneId }) => sceneOf(sceneId)?.hearReset());
  }

  async #present(present: (auth: { token: string }) => void, { gotToken, noToken }: Told): Promise<void> {
    try {
      const token = await this.#options.token();
      gotToken(token);
      present({ token });
    } catch {
      noToken();
    }
  }

  /** No token now: the person's device may be offline as well. */
  #noToken(): void {
    this.#socket.disconnect();
    this.#lost();
  }

  #connected(): void {
    this.#ended = undefined;
    this.#problem.set(undefined);
    this.#status.set('connected');
    this.#goodTimer = setTimeout(() => this.#backoff.reset(), GOOD_MS);
    for (const { scene } of this.#scenes.values()) void scene.open();
  }

  #lost(): void {
    this.#stay();
    clearTimeout(this.#goodTimer);
    clearTimeout(this.#renewTimer);
    for (const { scene } of this.#scenes.values()) scene.lineDown();
    const problem = this.#ended;
    this.#ended = undefined;
    if (problem) this.#problem.set(problem);
    if (problem && FINAL.has(problem.code)) this.#end(problem);
    else this.#reconnect(problem?.retryAfterMs);
  }

  #refused(problem: SocketProblem | undefined): void {
    if (problem) this.#problem.set(problem);
    if (problem && FINAL.has(problem.code)) this.#end(problem);
    else this.#reconnect(problem?.retryAfterMs);
  }

  /** This session is over; what was not saved is rescued by each scene. */
  #end(problem: SocketProblem): void {
    if (this.#status.get() === 'closed') return;
    this.#status.set('refused');
    this.#problem.set(problem);
    this.#stopTimers();
    this.#stay();
    this.#socket.disconnect();
    for (const { scene } of this.#scenes.values()) scene.end(problem);
  }

  #reconnect(atLeastMs = 0): void {
    const status = this.#status.get();
    if (status === 'closed' || status === 'refused') return;
    this.#status.set('offline');
    clearTimeout(this.#reconnectTimer);
    this.#reconnectTimer = setTimeout(() => this.#connectNow(), this.#backoff.next(atLeastMs));
  }

  #connectNow(): void {
    const status = this.#status.get();
    if (status === 'closed' || status === 'refused' || this.#socket.connected) return;
    clearTimeout(this.#reconnectTimer);
    this.#socket.connect();
  }

  /** The server goes, or people are to reach another one. It may say so again while that is under way. */
  #moveIn(milliseconds: number): void {
    if (this.#next) return;
    this.#moveTimer ??= setTimeout(() => this.#move(), milliseconds);
  }

  /** Connects to the server that takes over while this one still serves: nobody waits for a connection to be made. */
  #move(): void {
    this.#moveTimer = undefined;
    if (!this.#socket.connected) return;
    let shown = '';
    const next = this.#newSocket({ gotToken: (token) => (shown = token), noToken: () => this.#stay() });
    this.#next = next;
    next.once('connect', () => this.#goOver(next, shown));
    // not there yet, or nobody takes over: it is told again, or cut, and comes back as after any break
    next.once('connect_error', () => this.#stay());
    next.connect();
  }

  #goOver(next: EditorSocket, token: string): void {
    const old = this.#socket;
    this.#next = undefined;
    this.#socket = next;
    next.off();
    this.#listen(next);
    old.off();
    old.disconnect();
    this.#renewIn(renewAfterMs(token, Date.now()));
    clearTimeout(this.#goodTimer);
    for (const { scene } of this.#scenes.values()) scene.lineDown();
    this.#connected();
  }

  /** Gives up what was begun of going over. */
  #stay(): void {
    clearTimeout(this.#moveTimer);
    this.#moveTimer = undefined;
    this.#next?.off();
    this.#next?.disconnect();
    this.#next = undefined;
  }

  #renewIn(milliseconds: number): void {
    clearTimeout(this.#renewTimer);
    this.#renewTimer = setTimeout(() => void this.#renew(), milliseconds);
  }

  async #renew(): Promise<void> {
    if (!this.#socket.connected) return;
    try {
      const token = await this.#options.token();
      const answer = (await this.#socket.timeout(ANSWER_MS).emitWithAck('renew', { token })) as SocketAnswer<unknown>;
      // refused: it stays as it is until the server ends it, and a new connection asks for a new token
      this.#renewIn(answer.ok ? renewAfterMs(token, Date.now()) : RENEW_AGAIN_MS);
    } catch {
      this.#renewIn(RENEW_AGAIN_MS);
    }
  }

  #stopTimers(): void {
    for (const timer of [this.#reconnectTimer, this.#renewTimer, this.#goodTimer]) clearTimeout(timer);
  }
}

const SIGNED_OUT: SocketProblem = { code: 'AUTH_SESSION_ENDED', message: 'You were signed out. Please sign in again.' };

const bytesOf = (bytes: Uint8Array | ArrayBuffer): Uint8Array =>
  bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;

/** In browsers: calls back whenever the device comes online. */
const onceOnline = (callback: () => void): void => {
  const target = globalThis as { addEventListener?: (name: string, listener: () => void) => void };
  target.addEventListener?.('online', callback);
};

/** Connects to the editor. The connection is there at once; scenes can be opened before it is up. */
export const connectEditor = (options: EditorOptions): EditorConnection => new EditorConnection(options);
