import type { SocketProblem } from '@authorworks/contracts';
import { Backoff } from './backoff.ts';
import { LiveScene } from './live-scene.ts';
import { type Signal, Source } from './signal.ts';
import { type EditorOptions, SocketLine } from './socket-line.ts';

/**
 * - `connecting`: for the first time. - `connected`. - `offline`: was connected, or could not be; it is tried again.
 * - `refused`: the session has ended; only a new sign-in helps. - `closed`: by this side.
 */
export type ConnectionStatus = 'connecting' | 'connected' | 'offline' | 'refused' | 'closed';

const RENEW_AGAIN_MS = 5_000;
/** A connection that lasted this long was a good one: waiting times begin anew. */
const GOOD_MS = 5_000;
/** After these nobody needs to try again with the same session. */
const FINAL = new Set(['AUTH_SESSION_ENDED', 'AUTH_SCOPE_MISSING']);

/** A connection to the editor, over which any number of scenes are open. It comes back by itself. */
export class EditorConnection {
  readonly #options: EditorOptions;
  readonly #scenes = new Map<string, { readonly scene: LiveScene; users: number }>();
  readonly #status = new Source<ConnectionStatus>('connecting');
  readonly #problem = new Source<SocketProblem | undefined>(undefined);
  readonly #backoff = new Backoff();
  #line: SocketLine;
  /** To the server that takes over, until it is up. */
  #next: SocketLine | undefined;
  /** To the server that is left, until all scenes are open in the other one. */
  #left: SocketLine | undefined;
  #reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  #moveTimer: ReturnType<typeof setTimeout> | undefined;
  #renewTimer: ReturnType<typeof setTimeout> | undefined;
  #goodTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#line = this.#newLine();
    this.#line.connect();
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
    else if (this.#line.isUp()) void scene.open();
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
    this.#status.set('closed');
    this.#end();
  }

  #newLine(): SocketLine {
    return new SocketLine(this.#options, {
      up: (line) => (line === this.#next ? void this.#goOver(line) : this.#connected()),
      down: (line, problem) => this.#down(line, problem),
      refused: (line, problem) => (line === this.#next ? this.#stay() : this.#unconnected(problem)),
      draining: (line, afterMs) => this.#moveIn(line, afterMs),
      sceneOf: (sceneId) => this.#scenes.get(sceneId)?.scene,
    });
  }

  #connected(): void {
    this.#problem.set(undefined);
    this.#status.set('connected');
    this.#began();
    for (const { scene } of this.#scenes.values()) void scene.open();
  }

  /** The line is up from now on. */
  #began(): void {
    this.#renewIn(this.#line.renewAfterMs);
    clearTimeout(this.#goodTimer);
    this.#goodTimer = setTimeout(() => this.#backoff.reset(), GOOD_MS);
  }

  #down(line: SocketLine, problem: SocketProblem | undefined): void {
    if (line === this.#next) this.#stay();
    else if (line === this.#left) this.#cutBehind(line);
    else if (line === this.#line) this.#lost(problem);
  }

  #lost(problem: SocketProblem | undefined): void {
    this.#stay();
    this.#leave();
    clearTimeout(this.#goodTimer);
    clearTimeout(this.#renewTimer);
    for (const { scene } of this.#scenes.values()) scene.lineDown();
    this.#unconnected(problem);
  }

  #unconnected(problem: SocketProblem | undefined): void {
    if (problem) this.#problem.set(problem);
    if (problem && FINAL.has(problem.code)) this.#refuse(problem);
    else this.#reconnect(problem?.retryAfterMs);
  }

  /** This session is over; what was not saved is rescued by each scene. */
  #refuse(problem: SocketProblem): void {
    const status = this.#status.get();
    if (status === 'closed' || status === 'refused') return;
    this.#status.set('refused');
    this.#end();
    for (const { scene } of this.#scenes.values()) scene.end(problem);
  }

  #end(): void {
    for (const timer of [this.#reconnectTimer, this.#renewTimer, this.#goodTimer]) clearTimeout(timer);
    this.#stay();
    this.#leave();
    this.#line.suspect();
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
    if (status === 'closed' || status === 'refused' || this.#line.isUp()) return;
    clearTimeout(this.#reconnectTimer);
    this.#line.connect();
  }

  #moveIn(line: SocketLine, milliseconds: number): void {
    if (line === this.#line && !this.#next && !this.#left)
      this.#moveTimer ??= setTimeout(() => this.#move(), milliseconds);
  }

  /** Connects to the server that takes over while this one still serves: nobody waits until that is done. */
  #move(): void {
    this.#moveTimer = undefined;
    if (!this.#line.isUp()) return;
    this.#next = this.#newLine();
    this.#next.connect();
  }

  /** Scenes go over one by one, as soon as each is open there. */
  async #goOver(next: SocketLine): Promise<void> {
    const left = this.#line;
    this.#next = undefined;
    this.#left = left;
    this.#line = next;
    this.#began();
    await Promise.all([...this.#scenes.values()].map(async ({ scene }) => await scene.moveTo(next)));
    if (this.#left === left) this.#leave();
  }

  /** The server that is left has ended before all scenes were open in the other one. */
  #cutBehind(line: SocketLine): void {
    this.#leave();
    for (const { scene } of this.#scenes.values()) {
      if (!scene.isOn(line)) continue;
      scene.lineDown();
      void scene.open();
    }
  }

  /** Nobody takes over, or not yet: it is told again, or cut, and comes back as after any break. */
  #stay(): void {
    clearTimeout(this.#moveTimer);
    this.#moveTimer = undefined;
    this.#next?.drop();
    this.#next = undefined;
  }

  #leave(): void {
    this.#left?.drop();
    this.#left = undefined;
  }

  #renewIn(milliseconds: number): void {
    clearTimeout(this.#renewTimer);
    this.#renewTimer = setTimeout(() => void this.#renew(), milliseconds);
  }

  async #renew(): Promise<void> {
    const line = this.#line;
    if (!line.isUp()) return;
    // refused: it stays as it is until the server ends it, and a new connection asks for a new token
    const isRenewed = await line.renew().catch(() => false);
    if (line === this.#line) this.#renewIn(isRenewed ? line.renewAfterMs : RENEW_AGAIN_MS);
  }
}

const SIGNED_OUT: SocketProblem = { code: 'AUTH_SESSION_ENDED', message: 'You were signed out. Please sign in again.' };

/** In browsers: calls back whenever the device comes online. */
const onceOnline = (callback: () => void): void => {
  const target = globalThis as { addEventListener?: (name: string, listener: () => void) => void };
  target.addEventListener?.('online', callback);
};

/** Connects to the editor. The connection is there at once; scenes can be opened before it is up. */
export const connectEditor = (options: EditorOptions): EditorConnection => new EditorConnection(options);
