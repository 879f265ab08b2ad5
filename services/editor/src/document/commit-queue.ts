import { type AccountId, editorErrors, platformErrors, type SceneId } from '@authorworks/contracts';
import { fail, type Logger, translateError } from '@authorworks/platform';
import type { Append } from './document-store.ts';

/** Most that one statement takes; what comes while it runs is the next one's. */
const BATCH_UPDATES = 2_000;
const BATCH_BYTES = 8 * 1024 * 1024;
/** What may wait while PostgreSQL is away. More is refused: clients keep it, and send it again. */
const WAITING_UPDATES = 20_000;
const WAITING_BYTES = 16 * 1024 * 1024;
const RETRY_MS = [50, 100, 250, 500, 1_000];
/** When those who were refused should try again. */
const COME_BACK_SECONDS = 2;

export interface NewUpdate {
  readonly sceneId: SceneId;
  readonly generation: string;
  readonly accountId: AccountId;
  readonly data: Uint8Array;
}

interface Waiting extends NewUpdate {
  readonly committed: (version: number) => void;
  readonly failed: (error: Error) => void;
}

/** What a commit brought for one scene, for the replicas. */
export interface Committed {
  readonly sceneId: SceneId;
  readonly generation: string;
  readonly firstVersion: number;
  readonly updates: readonly Uint8Array[];
}

export interface CommitQueueOptions {
  /** Appends in one transaction; undefined for what could not be appended, see appendUpdates. */
  readonly append: (appends: readonly Append[]) => Promise<(number | undefined)[]>;
  readonly committed: (span: Committed) => void;
  /** Told of each batch: how many updates, and how long PostgreSQL took for them. */
  readonly measured: (updates: number, seconds: number) => void;
  readonly log: Logger;
}

const isAway = (error: unknown): boolean => {
  const { definition } = translateError(error);
  return (
    definition === platformErrors.databaseUnavailable ||
    definition === platformErrors.diskFull ||
    definition === platformErrors.neighbourFailed
  );
};

/**
 * Group commit: while one batch of updates is being written, the next one gathers. An update's promise is kept only after
 * PostgreSQL has said that it is committed. While PostgreSQL is away the batch is tried again for ever, and what waits is
 * bounded. A batch whose outcome is unknown is written again: an update that is in the log twice says the same once.
 */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #inFlight: readonly Waiting[] = [];
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];
  #closed = false;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.length + this.#inFlight.length;
  }

  /** @throws AppError EDITOR_NOT_SAVED when no more may wait. Asked before an update is applied to anything. */
  demandRoom(bytes: number): void {
    const full = this.#waiting.length >= WAITING_UPDATES || this.#waitingBytes + bytes > WAITING_BYTES;
    if (full || this.#closed) throw fail(editorErrors.notSaved, { retryAfterSeconds: COME_BACK_SECONDS });
  }

  /**
   * @returns the update's version, once it is committed.
   * @throws AppError EDITOR_GENERATION_CHANGED when the document is not there any more.
   */
  async append(update: NewUpdate): Promise<number> {
    return await new Promise((committed, failed) => {
      this.#waiting.push({ ...update, committed, failed });
      this.#waitingBytes += update.data.length;
      this.#next();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    if (this.size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Gives up on what still waits, which was acknowledged to nobody. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { failed } of this.#waiting.splice(0)) failed(fail(editorErrors.notSaved, { retryAfterSeconds: 1 }));
    this.#waitingBytes = 0;
  }

  #next(): void {
    if (this.#inFlight.length > 0 || this.#timer || this.#closed) return;
    if (this.#waiting.length === 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    this.#inFlight = this.#take();
    void this.#commit(this.#inFlight).then((done) => {
      if (!done) {
        this.#waiting = [...this.#inFlight, ...this.#waiting];
        for (const { data } of this.#inFlight) this.#waitingBytes += data.length;
        this.#wait();
      }
      this.#inFlight = [];
      this.#next();
    });
  }

  #take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { data } of this.#waiting) {
      if (count > 0 && (count >= BATCH_UPDATES || bytes + data.length > BATCH_BYTES)) break;
      bytes += data.length;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  #wait(): void {
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] ?? 50;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#next();
      },
      wait * (0.75 + Math.random() / 2),
    );
  }

  /** @returns false when PostgreSQL is away and the batch has to be tried again. */
  async #commit(batch: readonly Waiting[]): Promise<boolean> {
    const groups = [...Map.groupBy(batch, ({ sceneId, generation }) => `${sceneId} ${generation}`).values()];
    try {
      await this.#write(groups);
    } catch (error) {
      if (isAway(error)) {
        this.#failures += 1;
        if (this.#failures === 1)
          this.#options.log.warn({ err: error, updates: batch.length }, 'updates wait for PostgreSQL');
        return false;
      }
      // one bad update must not keep all others from being saved
      await this.#writeOneByOne(groups, error as Error);
    }
    if (this.#failures > 0) this.#options.log.info({ tries: this.#failures }, 'updates are saved again');
    this.#failures = 0;
    return true;
  }

  async #writeOneByOne(groups: readonly Waiting[][], cause: Error): Promise<void> {
    this.#options.log.error({ err: cause }, 'a batch of updates could not be saved; each scene is tried alone');
    for (const group of groups) {
      try {
        await this.#write([group]);
      } catch (error) {
        for (const { failed } of group)
          failed(fail(editorErrors.notSaved, { cause: error, retryAfterSeconds: COME_BACK_SECONDS }));
      }
    }
  }

  async #write(groups: readonly Waiting[][]): Promise<void> {
    const began = performance.now();
    const appends = groups.map((group): Append => {
      const [first] = group as [Waiting, ...Waiting[]];
      return { sceneId: first.sceneId, generation: first.generation, updates: group };
    });
    const bases = await this.#options.append(appends);
    this.#options.measured(
      appends.reduce((sum, { updates }) => sum + updates.length, 0),
      (performance.now() - began) / 1000,
    );
    for (const [index, group] of groups.entries()) {
      const base = bases[index];
      const [first] = group as [Waiting, ...Waiting[]];
      if (base === undefined) {
        for (const { failed } of group) failed(fail(editorErrors.generationChanged));
        continue;
      }
      const { sceneId, generation } = first;
      this.#options.committed({ sceneId, generation, firstVersion: base + 1, updates: group.map(({ data }) => data) });
      for (const [position, { committed }] of group.entries()) committed(base + position + 1);
    }
  }
}
