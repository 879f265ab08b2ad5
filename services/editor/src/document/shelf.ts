import { type BookId, editorErrors, type SceneId } from '@authorworks/contracts';
import { fail, type Logger, newId } from '@authorworks/platform';
import type { Postgres, Sql } from '@authorworks/platform/postgres';
import type { YdocThreads } from '../ydoc-threads.ts';
import type { Announcer } from './announcer.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { Compactor } from './compactor.ts';
import { insertDocument, lockHeads, readDocument, readHeads, readTail, type StoredDocument } from './document-store.ts';
import { LiveDocument } from './live-document.ts';
import { OpenScene } from './open-scene.ts';
import type { Audience, ReadSeed, Relay } from './ports.ts';

/** A change is announced when its author has paused for this long, or at the latest after the second time. */
const PAUSE_MS = 1_200;
const ANNOUNCE_MS = 4_500;
/** A document that nobody changes gives its Y.Doc back after this time; it is built again in a moment. */
const REST_MS = 5 * 60_000;
const HEADS_AT_ONCE = 500;
const HOLD_TRIES = 5;

export interface ShelfOptions {
  readonly postgres: Postgres;
  readonly queue: CommitQueue;
  readonly audience: Pick<Audience, 'updated'>;
  readonly relay: Relay;
  readonly readSeed: ReadSeed;
  readonly threads: YdocThreads;
  readonly announcer: Announcer;
  readonly compactor: Compactor;
  /** How long a scene stays in memory after the last one has closed it. */
  readonly lingerMs: number;
  readonly now: () => number;
  readonly log: Logger;
  /** The document in PostgreSQL is another one; the scene has left the memory. */
  readonly lost: (scene: OpenScene) => void;
}

/** The scenes that are in memory: the moments "load" and "unload", and all that keeps them up to date between. */
export class Shelf {
  readonly #options: ShelfOptions;
  readonly #scenes = new Map<SceneId, OpenScene>();
  readonly #loading = new Map<SceneId, Promise<OpenScene>>();
  readonly #lingering = new Map<OpenScene, NodeJS.Timeout>();
  readonly #unannounced = new Map<OpenScene, number>();
  readonly #catchingUp = new Map<OpenScene, Promise<void>>();

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  get scenes(): ReadonlyMap<SceneId, OpenScene> {
    return this.#scenes;
  }

  /**
   * Takes a scene into memory, seeding its document if it never had one, and keeps it there until `release`.
   * @throws AppError EDITOR_SCENE_NOT_FOUND
   */
  async hold(sceneId: SceneId): Promise<OpenScene> {
    for (let attempt = 0; attempt < HOLD_TRIES; attempt += 1) {
      const scene = this.#scenes.get(sceneId) ?? (await this.#loadOnce(sceneId));
      // it may have left again while others waited for it
      if (this.#scenes.get(sceneId) !== scene) continue;
      scene.holds += 1;
      clearTimeout(this.#lingering.get(scene));
      this.#lingering.delete(scene);
      return scene;
    }
    throw fail(editorErrors.notSaved, { retryAfterSeconds: 1 });
  }

  release(scene: OpenScene): void {
    scene.holds -= 1;
    if (scene.holds === 0 && !scene.isLost) this.#linger(scene);
  }

  /** Holds a scene for the time of `work`. */
  async with<T>(sceneId: SceneId, work: (scene: OpenScene) => Promise<T>): Promise<T> {
    const scene = await this.hold(sceneId);
    try {
      return await work(scene);
    } finally {
      this.release(scene);
    }
  }

  /** Gives a scene that has no live document yet an empty one, without asking content: it is being made just now. */
  async beginEmpty(sceneId: SceneId, bookId: BookId): Promise<void> {
    const { postgres, threads } = this.#options;
    const [head] = await readHeads(postgres.sql, [sceneId]);
    if (head) return;
    const bytes = await threads.seed({ type: 'doc' });
    await insertDocument(postgres.sql, {
      sceneId,
      bookId,
      generation: newId(),
      version: 0,
      announcedVersion: 0,
      ...bytes,
    });
  }

  /** Brings a scene to what is committed at this moment. @throws AppError EDITOR_GENERATION_CHANGED */
  async refresh(scene: OpenScene): Promise<void> {
    const [head] = await readHeads(this.#options.postgres.sql, [scene.sceneId]);
    if (head?.generation !== scene.live.head.generation) {
      this.lose(scene);
      throw fail(editorErrors.generationChanged);
    }
    if (head.version > scene.live.version) await this.catchUp(scene);
  }

  /** As refresh, for scenes that the caller's transaction has locked. */
  async refreshLocked(sql: Sql, scenes: readonly OpenScene[]): Promise<void> {
    const heads = await lockHeads(
      sql,
      scenes.map(({ sceneId }) => sceneId),
    );
    for (const scene of scenes) {
      const head = heads.find(({ sceneId }) => sceneId === scene.sceneId);
      if (head?.generation !== scene.live.head.generation) {
        this.lose(scene);
        throw fail(editorErrors.generationChanged);
      }
      if (head.version > scene.live.version) await this.#catchUp(scene, sql);
    }
  }

  /** Reads what a scene lacks from PostgreSQL. */
  async catchUp(scene: OpenScene): Promise<void> {
    const running =
      this.#catchingUp.get(scene) ??
      this.#catchUp(scene, this.#options.postgres.sql).finally(() => this.#catchingUp.delete(scene));
    this.#catchingUp.set(scene, running);
    await running;
  }

  /** Compares all scenes with PostgreSQL: whatever Redis has lost is found here. */
  async compare(): Promise<void> {
    const scenes = [...this.#scenes.values()];
    for (let begin = 0; begin < scenes.length; begin += HEADS_AT_ONCE) {
      const some = scenes.slice(begin, begin + HEADS_AT_ONCE);
      const heads = await readHeads(
        this.#options.postgres.sql,
        some.map(({ sceneId }) => sceneId),
      );
      const byScene = new Map(heads.map((head) => [head.sceneId, head]));
      for (const scene of some) {
        const head = byScene.get(scene.sceneId);
        if (this.#scenes.get(scene.sceneId) !== scene) continue;
        if (head?.generation !== scene.live.head.generation) this.lose(scene);
        else if (head.version > scene.live.version) await this.catchUp(scene);
      }
    }
  }

  /** A document that was dropped or started anew leaves the memory. */
  lose(scene: OpenScene): void {
    if (this.#scenes.get(scene.sceneId) !== scene) return;
    this.#options.log.warn(
      { sceneId: scene.sceneId, version: scene.live.version },
      'a live document was dropped or started anew',
    );
    this.#remove(scene);
    this.#options.lost(scene);
  }

  /** Announces what is due, and lets documents rest that nobody writes in. */
  async announceDue(): Promise<void> {
    const now = this.#options.now();
    for (const [scene, since] of this.#unannounced) {
      if (now - scene.changedAt < PAUSE_MS && now - since < ANNOUNCE_MS) continue;
      this.#unannounced.delete(scene);
      await this.#options.announcer.announce(scene.live).catch((error: unknown) => {
        if (!this.#unannounced.has(scene)) this.#unannounced.set(scene, since);
        throw error;
      });
    }
    for (const scene of this.#scenes.values())
      if (scene.live.isWritten && now - scene.changedAt > REST_MS) scene.live.rest();
  }

  /** Announces what somebody should have announced who has died since. */
  async announceOverdue(afterMs: number): Promise<void> {
    for (const sceneId of await this.#options.announcer.overdue(afterMs)) {
      const scene = this.#scenes.get(sceneId);
      if (scene?.live.isWritten) await this.#options.announcer.announce(scene.live);
      else await this.#options.announcer.announceStored(sceneId);
    }
  }

  /** Announces and compacts what is open, as far as there is time, and forgets everything. */
  async close(untilMs: number): Promise<void> {
    for (const timer of this.#lingering.values()) clearTimeout(timer);
    this.#lingering.clear();
    for (const scene of this.#scenes.values()) {
      if (this.#options.now() < untilMs) await this.#tidy(scene);
      this.#remove(scene);
    }
  }

  async #loadOnce(sceneId: SceneId): Promise<OpenScene> {
    const loading = this.#loading.get(sceneId) ?? this.#load(sceneId).finally(() => this.#loading.delete(sceneId));
    this.#loading.set(sceneId, loading);
    return await loading;
  }

  async #load(sceneId: SceneId): Promise<OpenScene> {
    const { postgres, queue, audience, relay, now, compactor, log } = this.#options;
    // first of all, so that nothing is committed unheard after the document was read
    const following = relay.follow(sceneId);
    try {
      const stored = (await readDocument(postgres.sql, sceneId)) ?? (await this.#seed(sceneId));
      const scene: OpenScene = new OpenScene(new LiveDocument(stored), {
        queue,
        audience,
        now,
        catchUp: async (open) => await this.catchUp(open),
        lost: (open) => this.lose(open),
        changed: (open) => void (this.#unannounced.has(open) || this.#unannounced.set(open, now())),
        grown: ({ live }) => {
          if (!compactor.isDue(live)) return;
          compactor.compact(live).catch((error: unknown) => log.warn({ err: error, sceneId }, 'not compacted yet'));
        },
      });
      scene.changedAt = now();
      this.#scenes.set(sceneId, scene);
      void following.then(() => relay.tellArrived(sceneId));
      this.#linger(scene);
      return scene;
    } catch (error) {
      relay.unfollow(sceneId);
      throw error;
    }
  }

  /** The first state of a scene's document. Two replicas may try at once; one row wins, and both read that. */
  async #seed(sceneId: SceneId): Promise<StoredDocument> {
    const { postgres, readSeed, threads, log } = this.#options;
    const seed = await readSeed(sceneId);
    if (!seed) throw fail(editorErrors.sceneNotFound);
    const { bookId, version } = seed;
    const bytes = await threads.seed(seed.manuscript);
    const document = { sceneId, bookId, generation: newId(), version, announcedVersion: version, ...bytes };
    if (await insertDocument(postgres.sql, document)) log.debug({ sceneId, version }, 'a live document was started');
    const stored = await readDocument(postgres.sql, sceneId);
    if (!stored) throw fail(editorErrors.sceneNotFound);
    return stored;
  }

  async #catchUp(scene: OpenScene, sql: Sql): Promise<void> {
    const tail = await readTail(sql, scene.live.head.documentId, scene.live.version);
    const [first] = tail;
    // versions that arrived while PostgreSQL answered do no harm: learning twice is learning once
    if (first && first.version <= scene.live.version + 1) {
      scene.learn(
        first.version,
        tail.map(({ data }) => data),
        false,
      );
      return;
    }
    const stored = await readDocument(sql, scene.sceneId);
    if (stored?.head.generation === scene.live.head.generation) scene.advanced(scene.live.jump(stored));
    else this.lose(scene);
  }

  #linger(scene: OpenScene): void {
    clearTimeout(this.#lingering.get(scene));
    this.#lingering.set(
      scene,
      setTimeout(() => void this.#unload(scene), this.#options.lingerMs),
    );
  }

  async #unload(scene: OpenScene): Promise<void> {
    this.#lingering.delete(scene);
    if (scene.holds > 0 || this.#scenes.get(scene.sceneId) !== scene) return;
    await this.#tidy(scene);
    if (scene.holds > 0 || this.#scenes.get(scene.sceneId) !== scene) return;
    // never while anything of it is on its way
    if (scene.live.hasUncommitted || scene.live.hasGap) this.#linger(scene);
    else this.#remove(scene);
  }

  async #tidy(scene: OpenScene): Promise<void> {
    try {
      await this.#options.compactor.compact(scene.live);
    } catch (error) {
      // its updates are all in the log, and the sweep announces them
      this.#options.log.info({ err: error, sceneId: scene.sceneId }, 'closed without compacting');
    }
  }

  #remove(scene: OpenScene): void {
    clearTimeout(this.#lingering.get(scene));
    this.#lingering.delete(scene);
    this.#unannounced.delete(scene);
    this.#scenes.delete(scene.sceneId);
    this.#options.relay.unfollow(scene.sceneId);
    scene.end(fail(editorErrors.generationChanged));
  }
}
