import type { EditorServerEvents, OpenedScene, SocketAnswer, SocketProblem } from '@authorworks/contracts';
import { unpackUpdates } from '@authorworks/contracts/editor-line';
import {
  applyAwarenessUpdate,
  type Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness';
import * as Y from 'yjs';
import { Backoff } from './backoff.ts';
import { GATHER_MS, nothingPending, Outbox, type Pending } from './outbox.ts';
import { withoutClient } from './own-presence.ts';
import { rescue, type RescuedCopy, saysSame } from './rescue.ts';
import { bytesOf, FROM_SERVER, hasMore, openDocument, type SceneDocument } from './scene-document.ts';
import { HOPELESS, type Line, mayPass, REOPEN, type SceneRole, type SceneStatus } from './scene-line.ts';
import { type Signal, Source, until } from './signal.ts';

type Message<E extends keyof EditorServerEvents> = Parameters<EditorServerEvents[E]>[0];

const PENDING_MS = 150;
const PRESENCE_MS = 50;
/** One scene that is open in this client: its document, who else is there, and how safe the author's words are. */
export class LiveScene {
  readonly sceneId: string;
  #line: Line;
  /** The line to which the scene is going over, and what was heard over it. */
  #ahead: { readonly line: Line; readonly early: Message<'update'>[]; isStale: boolean } | undefined;
  readonly #outbox = new Outbox();
  readonly #backoff = new Backoff();
  readonly #status = new Source<SceneStatus>('connecting');
  readonly #pending = new Source<Pending>(nothingPending);
  readonly #role = new Source<SceneRole>({ role: null, mayWrite: false });
  readonly #problem = new Source<SocketProblem | undefined>(undefined);
  readonly #rescued = new Source<readonly RescuedCopy[]>([]);
  readonly #document: Source<SceneDocument>;
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

  get document(): Signal<SceneDocument> {
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
    if (this.#isOpen && this.#line.isUp()) this.#askToClose(this.#line);
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
    const answer = await this.#askToOpen(this.#line);
    if (turn !== this.#turn) return;
    this.#isOpening = false;
    if (!answer) this.#refresh();
    else if (answer.ok) this.#opened(answer.data);
    else this.#openRefused(answer.error);
  }

  isOn(line: Line): boolean {
    return this.#line === line;
  }

  /**
   * Goes over to another line. Until the scene is open there, what is written goes over the one that is left, for as long as
   * that lives.
   */
  async moveTo(line: Line): Promise<void> {
    if (this.#status.get() === 'closed') return;
    const backoff = new Backoff();
    while (this.#isOpen) {
      const ahead = { line, early: [], isStale: false };
      const { doc } = this;
      this.#ahead = ahead;
      const answer = await this.#askToOpen(line);
      if (this.#ahead !== ahead) return;
      // the answer is for the document that asked, and for somebody who is still in it
      if (answer?.ok && this.#isOpen && !ahead.isStale && doc === this.doc) {
        this.#changeLine(line);
        this.#early = ahead.early;
        this.#opened(answer.data);
        return;
      }
      if (answer?.ok && this.#status.get() === 'closed') this.#askToClose(line);
      if (answer?.ok === false && !mayPass(answer.error)) break;
      await new Promise((resolve) =>
        setTimeout(resolve, backoff.next(answer?.ok === false ? answer.error.retryAfterMs : 0)),
      );
      if (this.#ahead !== ahead) return;
    }
    this.#changeLine(line);
    this.#refresh();
    void this.open();
  }

  async #askToOpen(line: Line): Promise<SocketAnswer<OpenedScene> | undefined> {
    const known =
      this.#generation === undefined
        ? {}
        : { generation: this.#generation, version: this.#version, stateVector: Y.encodeStateVector(this.doc) };
    return await line.ask<OpenedScene>('open', { sceneId: this.sceneId, ...known }).catch(() => undefined);
  }

  #askToClose(line: Line): void {
    void line.ask('close', { sceneId: this.sceneId }).catch(() => undefined);
  }

  /** What is under way over this line is not waited for any more. */
  #changeLine(line: Line): void {
    this.#line = line;
    this.#ahead = undefined;
    this.#turn += 1;
    this.#isOpen = false;
    this.#isOpening = false;
    clearTimeout(this.#retryTimer);
    this.#outbox.takeBack();
  }

  /** The line is down, or the one that was left is, before the scene was open over the other one. */
  lineDown(): void {
    this.#changeLine(this.#ahead?.line ?? this.#line);
    const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, FROM_SERVER);
    this.#refresh();
  }

  /** Nobody may connect any more (signed out). */
  end(problem: SocketProblem): void {
    this.lineDown();
    this.#refuse(problem);
  }

  hearUpdate(message: Message<'update'>, from: Line): void {
    if (from === this.#ahead?.line) this.#ahead.early.push(message);
    else if (from !== this.#line) return;
    else if (this.#isOpening) this.#early.push(message);
    else if (this.#isOpen && message.generation === this.#generation) this.#applyUpdate(message);
  }

  hearAwareness({ update }: Message<'awareness'>): void {
    if (this.#status.get() === 'closed') return;
    applyAwarenessUpdate(this.awareness, withoutClient(update, this.doc.clientID), FROM_SERVER);
  }

  hearAccess({ role, mayWrite }: Message<'access'>, from: Line): void {
    if (this.#isAhead(from)) return;
    this.#role.set({ role, mayWrite });
    if (role === null) {
      this.#isOpen = false;
      this.#refuse({ code: 'EDITOR_SCENE_NOT_FOUND', message: 'You have no access to this scene any more.' });
    } else if (!mayWrite && !this.#outbox.isEmpty) this.#giveUp('EDITOR_READ_ONLY');
    else this.#refresh();
  }

  hearReset(from: Line): void {
    if (this.#isAhead(from)) return;
    this.#turn += 1;
    this.#isOpening = false;
    this.#isOpen = false;
    void this.open();
  }

  /** What changes there while the scene is opened there is asked for anew. */
  #isAhead(line: Line): boolean {
    if (this.#ahead?.line === line) this.#ahead.isStale = true;
    return this.#line !== line;
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
    if (mayPass(problem)) this.#retry(problem.retryAfterMs);
    else this.#refuse(problem);
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

  #newDocument(): SceneDocument {
    return openDocument({
      changed: (doc, update) => this.#changed(doc, update),
      moved: () => {
        this.#presenceTimer ??= setTimeout(() => this.#tellPresence(), PRESENCE_MS);
      },
    });
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
