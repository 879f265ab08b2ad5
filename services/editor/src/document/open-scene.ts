import { type AccountId, editorErrors, type SceneId } from '@authorworks/contracts';
import { AppError, fail } from '@authorworks/platform';
import * as Y from 'yjs';
import type { CommitQueue } from './commit-queue.ts';
import type { Advance, Change, LiveDocument } from './live-document.ts';
import type { Audience, Member } from './ports.ts';
import { Presence } from './presence.ts';

/** How long committed updates of other replicas may be on their way before they are read from PostgreSQL. */
const GAP_MS = 20;
/** How long an operation that needs the document for itself waits for what is being saved, in milliseconds. */
const SETTLE_MS = 5_000;
/** Updates that are sent as one; merging takes longer than linearly. */
const MERGED = 100;

export interface OpenSceneOptions {
  readonly queue: Pick<CommitQueue, 'append' | 'demandRoom'>;
  readonly audience: Pick<Audience, 'updated'>;
  readonly now: () => number;
  /** Reads what is missing from PostgreSQL. */
  readonly catchUp: (scene: OpenScene) => Promise<void>;
  /** The document is not the one in PostgreSQL any more. */
  readonly lost: (scene: OpenScene) => void;
  /** After each change of ours, to announce it; and after each growth, to compact. */
  readonly changed: (scene: OpenScene) => void;
  readonly grown: (scene: OpenScene) => void;
}

/** A scene that is open in this process: its live document, who has it open, and the way of a change into the log. */
export class OpenScene {
  readonly live: LiveDocument;
  readonly presence: Presence;
  /** By connection. */
  readonly members = new Map<string, Member>();
  /** Members and operations that need it in memory. */
  holds = 0;
  isLost = false;
  /** When somebody of this replica changed it last, and when the first of its unannounced changes was made. */
  changedAt = 0;
  readonly #options: OpenSceneOptions;
  readonly #origins = new Map<Uint8Array, string>();
  /** Connections by the Yjs client ids under which they have written. */
  readonly #writers = new Map<number, string>();
  readonly #arrivals: {
    readonly version: number;
    readonly arrived: () => void;
    readonly failed: (error: Error) => void;
  }[] = [];
  #gate: Promise<void> | undefined;
  #lastCommit: Promise<unknown> = Promise.resolve();
  #gapTimer: NodeJS.Timeout | undefined;

  constructor(live: LiveDocument, options: OpenSceneOptions) {
    this.live = live;
    this.#options = options;
    this.presence = new Presence(options.now);
  }

  get sceneId(): SceneId {
    return this.live.head.sceneId;
  }

  /**
   * Applies somebody's update and saves it.
   * @returns the version by which it is committed.
   */
  async update(
    data: Uint8Array,
    author: { readonly accountId: AccountId; readonly connectionId: string },
    check: () => void,
  ): Promise<number> {
    while (this.#gate) await this.#gate;
    this.#demandHere();
    // the author's role may have changed while others had the document for themselves
    check();
    this.#options.queue.demandRoom(data.length);
    const change = this.live.apply(data, (clientId) => this.#claim(clientId, author));
    if (!change) {
      // all of it was known; but what was known may not be saved yet
      await this.settled();
      return this.live.version;
    }
    return await this.commit(change, author);
  }

  /** Saves a change that was applied. @throws AppError when it could not be; the change is undone then. */
  async commit(
    change: Change,
    author: { readonly accountId: AccountId; readonly connectionId?: string },
  ): Promise<number> {
    if (author.connectionId !== undefined) this.#origins.set(change.data, author.connectionId);
    const { sceneId, generation } = this.live.head;
    const committing = this.#options.queue.append({
      sceneId,
      generation,
      accountId: author.accountId,
      data: change.data,
    });
    this.#lastCommit = committing;
    try {
      const version = await committing;
      await this.#arrival(version);
      return version;
    } catch (error) {
      this.#origins.delete(change.data);
      this.live.forget(change);
      if (error instanceof AppError && error.definition === editorErrors.generationChanged) this.#options.lost(this);
      throw error;
    }
  }

  /** Resolves when everything that was applied up to now is committed. @throws when it could not be. */
  async settled(): Promise<void> {
    await this.#lastCommit;
  }

  /**
   * Runs `work` while nobody else changes the document here and everything of it is committed; other replicas may still
   * write.
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    while (this.#gate) await this.#gate;
    let open = (): void => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    try {
      await this.#settledSoon();
      this.#demandHere();
      return await work();
    } finally {
      this.#gate = undefined;
      open();
    }
  }

  /** Learns of committed updates, of this or another replica, and passes on what follows without a gap. */
  learn(firstVersion: number, updates: readonly Uint8Array[], isOwn: boolean): void {
    const advance = this.live.learn(firstVersion, updates);
    if (advance) this.#advanced(advance);
    if (isOwn) {
      this.changedAt = this.#options.now();
      this.#options.changed(this);
    }
    if (this.live.hasGap) this.#gapTimer ??= setTimeout(() => void this.#closeGap(), GAP_MS);
  }

  /** Passes on what the document advanced by. */
  advanced(advance: Advance | undefined): void {
    if (advance) this.#advanced(advance);
  }

  /** The scene leaves the memory, or its document was started anew: nobody waits for it any more. */
  end(error: AppError): void {
    this.isLost = true;
    clearTimeout(this.#gapTimer);
    for (const { failed } of this.#arrivals.splice(0)) failed(error);
    this.live.destroy();
  }

  /** While PostgreSQL is away nothing settles, and whoever writes here waits at the gate. */
  async #settledSoon(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(fail(editorErrors.notSaved, { retryAfterSeconds: 2 })), SETTLE_MS);
    });
    await Promise.race([this.settled(), tooLong]).finally(() => clearTimeout(timer));
  }

  /**
   * A Yjs client numbers its changes. Whoever wrote under the id of somebody else would take the numbers of that
   * person's next words, which would then be taken for known and be lost. So an id belongs to who is here with it; what
   * those have left behind who are gone may be brought by anybody who has it.
   */
  #claim(
    clientId: number,
    { accountId, connectionId }: { readonly accountId: AccountId; readonly connectionId: string },
  ): boolean {
    const writer = this.members.get(this.#writers.get(clientId) ?? '');
    const owner = this.presence.accountOf(clientId) ?? writer?.person.accountId ?? accountId;
    if (owner !== accountId) return false;
    this.#writers.set(clientId, connectionId);
    return true;
  }

  #demandHere(): void {
    if (this.isLost) throw fail(editorErrors.generationChanged);
  }

  #advanced({ version, updates }: Advance): void {
    const { sceneId, generation } = this.live.head;
    for (let begin = 0; begin < updates.length; begin += MERGED) {
      const part = updates.slice(begin, begin + MERGED);
      const origins = new Set(part.map((data) => this.#origins.get(data)));
      const [origin] = origins.size === 1 ? origins : [];
      const [first] = part;
      const update = part.length === 1 && first ? first : Y.mergeUpdates([...part]);
      const last = version - (updates.length - begin - part.length);
      this.#options.audience.updated(sceneId, { generation, update, version: last }, origin);
    }
    for (const data of updates) this.#origins.delete(data);
    for (let index = this.#arrivals.length - 1; index >= 0; index -= 1) {
      const arrival = this.#arrivals[index];
      if (!arrival || arrival.version > this.live.version) continue;
      this.#arrivals.splice(index, 1);
      arrival.arrived();
    }
    this.#options.grown(this);
  }

  /** Acknowledgements leave in the order of versions, as the updates of others do. */
  async #arrival(version: number): Promise<void> {
    if (this.live.version >= version) return;
    await new Promise<void>((arrived, failed) => this.#arrivals.push({ version, arrived, failed }));
  }

  async #closeGap(): Promise<void> {
    this.#gapTimer = undefined;
    if (!this.live.hasGap || this.isLost) return;
    await this.#options.catchUp(this).catch(() => undefined);
    // PostgreSQL may be away; whoever waits for the gap waits on
    if (this.live.hasGap && !this.isLost) this.#gapTimer ??= setTimeout(() => void this.#closeGap(), GAP_MS * 10);
  }
}
