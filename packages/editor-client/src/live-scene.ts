import type { BookRole, EditorServerEvents, OpenedScene, SocketAnswer, SocketProblem } from '@authorworks/contracts';
import { unpackUpdates } from '@authorworks/contracts/editor-line';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { Backoff } from './backoff.ts';
import { GATHER_MS, nothingPending, Outbox, type Pending } from './outbox.ts';
import { withoutClient } from './own-presence.ts';
import { FRAGMENT, rescue, type RescuedCopy, saysSame } from './rescue.ts';
import { type Signal, Source, until } from './signal.ts';

/**
 * - `connecting`: never opened yet. - `synced`: what the server has is here; nothing was changed since.
 * - `saving`: changes are on their way. - `saved`: every change is committed.
 * - `offline`: the server cannot be reached; changes are kept here and sent later.
 * - `read-only`: may be read. - `refused`: cannot be opened, or a change cannot be saved; `problem` says why.
 * - `closed`: by this side.
 */
export type SceneStatus = 'connecting' | 'synced' | 'saving' | 'saved' | 'offline' | 'read-only' | 'refused' | 'closed';

export interface SceneRole {
  readonly role: BookRole | null;
  readonly mayWrite: boolean;
}

/** The way to the server, as a scene sees it. */
export interface Line {
  readonly isUp: () => boolean;
  readonly ask: <T>(name: 'open' | 'update' | 'close', message: object) => Promise<SocketAnswer<T>>;
  readonly tell: (name: 'awareness', message: object) => void;
  /** The line works no more, though it seems to be up. */
  readonly suspect: () => void;
}

type Message<E extends keyof EditorServerEvents> = Parameters<EditorServerEvents[E]>[0];

/** Marks what came from the server, so that it is not sent back. */
const FROM_SERVER = Symbol('from the server');
const PENDING_MS = 150;
const PRESENCE_MS = 50;
/** Refusals that will not go away by themselves: the change stays here as a rescued copy. */
const HOPELESS = new Set(['EDITOR_UPDATE_INVALID', 'EDITOR_UPDATE_TOO_LARGE', 'EDITOR_SCENE_TOO_LARGE']);
/** Refusals after which the scene has to be opened again. */
const REOPEN = new Set(['EDITOR_SCENE_NOT_OPEN', 'EDITOR_GENERATION_CHANGED', 'EDITOR_UPDATE_OUT_OF_ORDER']);

/** One scene that is open in this client: its document, who else is there, and how safe the author's words are. */
export class LiveScene {
  readonly sceneId: string;
  readonly #line: Line;
  readonly #outbox = new Outbox();
  readonly #backoff = new Backoff();
  readonly #status = new Source<SceneStatus>('connecting');
  readonly #pending = new Source<Pending>(nothingPending);
  readonly #role = new Source<SceneRole>({ role: null, mayWrite: false });
  readonly #problem = new Source<SocketProblem | undefined>(undefined);
  readonly #rescued = new Source<readonly RescuedCopy[]>([]);
  readonly #document: Source<{ readonly doc: Y.Doc; readonly awareness: Awareness }>;
  #generation: string | undefined;
  #version = 0;
  /** Opened in this connection, and up to date from then on. */
  #isOpen = false;
  #isOpening = false;
  #hasEdited = false;
  /** Messages of the server that came before the answer to `open`. */
  #early: Message<'update'>[] = [];
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #pendingTimer: ReturnType<typeof setTimeout> | undefined;
  #presenceTimer: ReturnType<typeof setTimeout> | undefined;
  /** Counts openings: what belongs to an older one is not heard any more. */
  #turn = 0;

  constructor(sceneId: string, line: Line) {
    this.sceneId = sceneId;
    this.#line = line;
    this.#document = new Source(this.#newDocument());
  }

  /** The document. Another one after the server started the scene anew: watch `document`, and bind the editor again. */
  get doc(): Y.Doc {
    return this.#document.get().doc;
  }

  /** Cursors and names of everybody in the scene (y-protocols). The name and account in it are the server's. */
  get awareness(): Awareness {
    return this.#document.get().awareness;
  }

  get document(): Signal<{ readonly doc: Y.Doc; readonly awareness: Awareness }> {
    return this.#document;
  }

  get status(): Signal<SceneStatus> {
    return this.#status;
  }

  /** What is not committed yet. */
  get pending(): Signal<Pending> {
    return this.#pending;
  }

  /** Some change is not committed; `pending` says a moment later how much that is. */
  get hasUnsaved(): boolean {
    return !this.#outbox.isEmpty;
  }

  /** For how long, in milliseconds, the oldest change that is not committed has waited; 0 when everything is. */
  get unsavedMs(): number {
    const { since } = this.#outbox;
    return since === undefined ? 0 : performance.now() - since;
  }

  get role(): Signal<SceneRole> {
    return this.#role;
  }

  /** Why the status is `refused`, or why the last attempt to save failed. */
  get problem(): Signal<SocketProblem | undefined> {
    return this.#problem;
  }

  /** Copies with changes that could not be saved. They stay until `discard`. */
  get rescued(): Signal<readonly RescuedCopy[]> {
    return this.#rescued;
  }

  /** Number of the last update that this copy holds. */
  get version(): number {
    return this.#version;
  }

  /** Which beginning of the document this copy belongs to; copies of another must not be merged into it. */
  get generation(): string | undefined {
    return this.#generation;
  }

  discard(copy: RescuedCopy): void {
    this.#rescued.set(this.#rescued.get().filter((kept) => kept !== copy));
  }

  /** Resolves when the document is here. @throws Error when it cannot be opened. */
  async whenSynced(): Promise<void> {
    const status = await until(this.#status, (now) => now !== 'connecting' && now !== 'offline');
    if (status === 'refused' || status === 'closed')
      throw new Error(this.#problem.get()?.message ?? 'The scene is closed.');
  }

  /** Resolves when every change up to now is committed. @throws Error when that will not happen. */
  async whenSaved(): Promise<void> {
    const status = await until(
      this.#status,
      (now) => now === 'saved' || now === 'synced' || now === 'read-only' || now === 'refused' || now === 'closed',
    );
    if (status === 'refused' || status === 'closed')
      throw new Error(this.#problem.get()?.message ?? 'The scene is closed.');
  }

  /** After `refused`: throws this copy away (it is rescued if it held changes) and opens what the server has. */
  reload(): void {
    if (this.#status.get() === 'closed') return;
    this.#rescueIfNeeded('RELOADED');
    this.#turn += 1;
    this.#isOpen = false;
    this.#isOpening = false;
    this.#startAnew();
    this.#problem.set(undefined);
    this.#status.set('connecting');
    if (this.#line.isUp()) void this.open();
  }

  /** Leaves the scene. Changes that are not committed are rescued, and returned. */
  close(): RescuedCopy | undefined {
    if (this.#status.get() === 'closed') return undefined;
    const copy = this.#rescueIfNeeded('CLOSED');
    this.#stopTimers();
    this.#turn += 1;
    if (this.#isOpen && this.#line.isUp())
      void this.#line.ask('close', { sceneId: this.sceneId }).catch(() => undefined);
    this.#isOpen = false;
    this.#status.set('closed');
    this.awareness.destroy();
    this.doc.destroy();
    return copy;
  }

  /** The line is up: asks for what is missing here, and gives what is missing there. */
  async open(): Promise<void> {
    if (this.#status.get() === 'closed' || this.#status.get() === 'refused' || this.#isOpening) return;
    const turn = ++this.#turn;
    this.#isOpening = true;
    this.#isOpen = false;
    this.#early = [];
    this.#outbox.takeBack();
    const answer = await this.#line
      .ask<OpenedScene>('open', {
        sceneId: this.sceneId,
        ...(this.#generation === undefined
          ? {}
          : { generation: this.#generation, version: this.#version, stateVector: Y.encodeStateVector(this.doc) }),
      })
      .catch(() => undefined);
    if (turn !== this.#turn) return;
    this.#isOpening = false;
    if (!answer) this.#refresh();
    else if (answer.ok) this.#opened(answer.data);
    else this.#openRefused(answer.error);
  }

  /** The line is down. */
  lineDown(): void {
    this.#turn += 1;
    this.#isOpen = false;
    this.#isOpening = false;
    clearTimeout(this.#retryTimer);
    this.#outbox.takeBack();
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, FROM_SERVER);
    this.#refresh();
  }

  /** Nobody may connect any more (signed out). */
  end(problem: SocketProblem): void {
    this.lineDown();
    this.#refuse(problem);
  }

  hearUpdate(message: Message<'update'>): void {
    if (this.#isOpening) this.#early.push(message);
    else if (this.#isOpen && message.generation === this.#generation) this.#applyUpdate(message);
  }

  hearAwareness({ update }: Message<'awareness'>): void {
    if (this.#status.get() === 'closed') return;
    applyAwarenessUpdate(this.awareness, withoutClient(update, this.doc.clientID), FROM_SERVER);
  }

  hearAccess({ role, mayWrite }: Message<'access'>): void {
    this.#role.set({ role, mayWrite });
    if (role === null) {
      this.#isOpen = false;
      this.#refuse({ code: 'EDITOR_SCENE_NOT_FOUND', message: 'You have no access to this scene any more.' });
    } else if (!mayWrite && !this.#outbox.isEmpty) this.#giveUp('EDITOR_READ_ONLY');
    else this.#refresh();
  }

  hearReset(): void {
    this.#turn += 1;
    this.#isOpening = false;
    this.#isOpen = false;
    void this.open();
  }

  #opened({ generation, version, snapshot, updates, stateVector, role, mayWrite }: OpenedScene): void {
    if (this.#generation !== undefined && this.#generation !== generation) this.#leaveGeneration();
    const before = this.doc;
    this.#generation = generation;
    before.transact(() => {
      if (snapshot) Y.applyUpdateV2(before, bytesOf(snapshot), FROM_SERVER);
      for (const update of unpackUpdates(bytesOf(updates))) Y.applyUpdate(before, update, FROM_SERVER);
    }, FROM_SERVER);
    this.#version = version;
    this.#isOpen = true;
    this.#backoff.reset();
    this.#problem.set(undefined);
    this.#role.set({ role, mayWrite });
    for (const message of this.#early.splice(0)) if (message.generation === generation) this.#applyUpdate(message);
    if (!mayWrite && !this.#outbox.isEmpty) {
      this.#giveUp('EDITOR_READ_ONLY');
      return;
    }
    if (mayWrite && (!this.#outbox.isEmpty || hasMore(before, bytesOf(stateVector))))
      this.#outbox.replace(Y.encodeStateAsUpdate(before, bytesOf(stateVector)));
    this.#refresh();
    this.#tellPresence();
    this.#flush();
  }

  #openRefused(problem: SocketProblem): void {
    this.#problem.set(problem);
    if (problem.retryAfterMs === undefined && !isPassing(problem.code)) this.#refuse(problem);
    else this.#retry(problem.retryAfterMs);
  }

  #retry(atLeastMs = 0): void {
    this.#refresh();
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      if (!this.#line.isUp()) return;
      if (this.#isOpen) this.#flush();
      else void this.open();
    }, this.#backoff.next(atLeastMs));
  }

  #applyUpdate({ update, version }: Message<'update'>): void {
    Y.applyUpdate(this.doc, bytesOf(update), FROM_SERVER);
    this.#version = Math.max(this.#version, version);
  }

  #newDocument(): { doc: Y.Doc; awareness: Awareness } {
    const doc = new Y.Doc();
    // Yjs would delete marks that look needless after each change of others, as if the reader had typed that
    doc.on('afterTransaction', (transaction) => {
      transaction._needFormattingCleanup = false;
    });
    doc.getXmlFragment(FRAGMENT);
    const awareness = new Awareness(doc);
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== FROM_SERVER) this.#changed(doc, update);
    });
    awareness.on('update', (_: unknown, origin: unknown) => {
      if (origin !== FROM_SERVER) this.#presenceTimer ??= setTimeout(() => this.#tellPresence(), PRESENCE_MS);
    });
    return { doc, awareness };
  }

  #changed(doc: Y.Doc, update: Uint8Array): void {
    if (doc !== this.doc) return;
    this.#hasEdited = true;
    this.#outbox.gather(update);
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = undefined;
      this.#flush();
    }, GATHER_MS);
    this.#refresh();
  }

  #flush(): void {
    if (!this.#isOpen || !this.#outbox.hasGathered || !this.#outbox.hasRoom || this.#status.get() === 'refused') return;
    const update = this.#outbox.take();
    const turn = this.#turn;
    const message = { sceneId: this.sceneId, generation: this.#generation, update };
    this.#line.ask<{ version: number }>('update', message).then(
      (answer) => {
        if (turn === this.#turn) this.#answered(update, answer);
      },
      // the line went down, or nothing was answered for very long: open sends it again
      () => {
        if (turn === this.#turn) this.#line.suspect();
      },
    );
    this.#refresh();
  }

  #answered(update: Uint8Array, answer: SocketAnswer<{ readonly version: number }>): void {
    if (answer.ok) {
      this.#outbox.acknowledge(update);
      this.#version = Math.max(this.#version, answer.data.version);
      this.#backoff.reset();
      this.#problem.set(undefined);
      this.#refresh();
      this.#flush();
      return;
    }
    const { code, retryAfterMs } = answer.error;
    this.#problem.set(answer.error);
    // what is under way may be refused as well, because it builds on this: all of it is sent again, together
    this.#turn += 1;
    this.#outbox.takeBack();
    if (code === 'EDITOR_READ_ONLY' || HOPELESS.has(code)) this.#giveUp(code);
    else if (REOPEN.has(code)) {
      this.#isOpen = false;
      this.#retry();
    } else this.#retry(retryAfterMs);
  }

  /** The changes here will not be taken: they are kept as a copy. */
  #giveUp(code: string): void {
    this.#rescueIfNeeded(code);
    if (code === 'EDITOR_READ_ONLY') {
      this.reload();
      return;
    }
    this.#refuse(this.#problem.get() ?? { code, message: 'This change could not be saved.' });
  }

  #refuse(problem: SocketProblem): void {
    this.#rescueIfNeeded(problem.code);
    this.#problem.set(problem);
    this.#stopTimers();
    this.#status.set('refused');
  }

  #rescueIfNeeded(reason: string): RescuedCopy | undefined {
    const unacknowledged = this.#outbox.all();
    if (!unacknowledged) return undefined;
    const why = { sceneId: this.sceneId, generation: this.#generation ?? '', reason };
    const copy = rescue(this.doc, why, unacknowledged);
    this.#rescued.set([...this.#rescued.get(), copy]);
    this.#outbox.clear();
    this.#showPending();
    return copy;
  }

  /** The server has started the scene anew: what is here must not be merged into that. */
  #leaveGeneration(): void {
    const why = { sceneId: this.sceneId, generation: this.#generation ?? '', reason: 'EDITOR_GENERATION_CHANGED' };
    const { doc: old } = this;
    const isKept = this.#rescueIfNeeded(why.reason) !== undefined;
    const copy = rescue(old, why, undefined);
    this.#startAnew();
    if (isKept) return;
    // nothing was under way; but the new text may be older than what was acknowledged here
    void until(this.#status, (status) => status !== 'connecting' && status !== 'offline').then(() => {
      if (this.#isOpen && !saysSame(copy, this.doc)) this.#rescued.set([...this.#rescued.get(), copy]);
    });
  }

  /** A new, empty document in place of this one. */
  #startAnew(): void {
    const { doc: old, awareness: oldAwareness } = this.#document.get();
    const fresh = this.#newDocument();
    fresh.awareness.setLocalState(oldAwareness.getLocalState());
    this.#generation = undefined;
    this.#version = 0;
    this.#hasEdited = false;
    this.#document.set(fresh);
    oldAwareness.destroy();
    old.destroy();
  }

  #tellPresence(): void {
    clearTimeout(this.#presenceTimer);
    this.#presenceTimer = undefined;
    if (!this.#isOpen || !this.#line.isUp()) return;
    const update = encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
    this.#line.tell('awareness', { sceneId: this.sceneId, update });
  }

  #refresh(): void {
    const now = this.#status.get();
    if (now === 'closed') return;
    if (now !== 'refused') this.#status.set(this.#statusNow());
    // who types on in a refused scene has words that are only here as well
    this.#pendingTimer ??= setTimeout(() => this.#showPending(), PENDING_MS);
  }

  #statusNow(): SceneStatus {
    if (this.#generation === undefined) return 'connecting';
    if (!this.#isOpen) return 'offline';
    if (!this.#outbox.isEmpty) return 'saving';
    if (!this.#role.get().mayWrite) return 'read-only';
    return this.#hasEdited ? 'saved' : 'synced';
  }

  #showPending(): void {
    clearTimeout(this.#pendingTimer);
    this.#pendingTimer = undefined;
    this.#pending.set(this.#outbox.pending);
  }

  #stopTimers(): void {
    for (const timer of [this.#flushTimer, this.#retryTimer, this.#pendingTimer, this.#presenceTimer])
      clearTimeout(timer);
    this.#flushTimer = undefined;
    this.#presenceTimer = undefined;
    this.#pendingTimer = undefined;
  }
}

/** Bytes as Yjs takes them: socket.io gives an ArrayBuffer in browsers and a Buffer in Node. */
const bytesOf = (bytes: Uint8Array | ArrayBuffer): Uint8Array =>
  bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;

/** Whether a document holds changes that a state vector does not know. */
const hasMore = (doc: Y.Doc, stateVector: Uint8Array): boolean => {
  const known = Y.decodeStateVector(stateVector);
  for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc)))
    if (clock > (known.get(client) ?? 0)) return true;
  return false;
};

/** Refusals that end by themselves. */
const isPassing = (code: string): boolean =>
  [
    'SERVICE_UNAVAILABLE',
    'SERVICE_TIMEOUT',
    'DATABASE_UNAVAILABLE',
    'STORAGE_FULL',
    'INTERNAL',
    'EDITOR_GENERATION_CHANGED',
    'SHUTTING_DOWN',
    'RATE_LIMITED',
  ].includes(code);
