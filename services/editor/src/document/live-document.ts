import { editorErrors, editorLimits } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import * as Y from 'yjs';
import { checkUpdate } from '../ydoc/check-update.ts';
import { buildLiveDoc } from '../ydoc/fragment.ts';
import { UpdateRefused } from '../ydoc/scan-update.ts';
import { touchedBlocks } from '../ydoc/touched-blocks.ts';
import type { CommittedUpdate, DocumentHead, Snapshot, StoredDocument } from './document-store.ts';

/** A change that was applied here and is not committed yet. */
export interface Change {
  /** Only what was new in it, in Yjs v1 encoding. */
  readonly data: Uint8Array;
  readonly touched: ReadonlySet<string>;
}

/** What became part of the committed document in one step, for those who have it open. */
export interface Advance {
  readonly version: number;
  /** Own and others' updates together, in v1 encoding. */
  readonly updates: readonly Uint8Array[];
}

/** Blocks that were touched by the versions after `from`, up to `to`. */
export interface Touched {
  /** With the last version that touched each. */
  readonly ids: ReadonlyMap<string, number>;
  readonly from: number;
  readonly to: number;
}

/** What somebody who opens the document lacks. */
export interface Lacking {
  readonly version: number;
  readonly snapshot: Uint8Array | null;
  readonly updates: readonly Uint8Array[];
  readonly stateVector: Uint8Array;
}

const versionsOf = (stateVector: Uint8Array): Map<number, number> => Y.decodeStateVector(stateVector);

/**
 * One live document in this process: its committed state as bytes, and, once somebody writes, a Y.Doc with all that is
 * committed and all that is on its way to be. It knows nothing of storage; versions reach it in any order and take effect
 * in theirs.
 */
export class LiveDocument {
  readonly head: Omit<DocumentHead, 'version' | 'announcedVersion'>;
  #version: number;
  #snapshot: Snapshot;
  #tail: CommittedUpdate[];
  #tailBytes = 0;
  readonly #stateVector: Map<number, number>;
  /** Committed updates that wait for those before them. */
  readonly #ahead = new Map<number, Uint8Array>();
  /** Changes made here, until they are part of the committed document; by their bytes. */
  readonly #uncommitted = new Map<Uint8Array, Change>();
  #working: Y.Doc | undefined;
  /** Blocks that were touched after `#touchedFrom`, up to `#trackedTo`. */
  #touched = new Map<string, number>();
  #touchedFrom: number;
  #trackedTo: number;

  constructor(stored: StoredDocument) {
    const { version, announcedVersion, ...head } = stored.head;
    this.head = head;
    this.#version = version;
    this.#snapshot = stored.snapshot;
    this.#tail = [...stored.tail];
    this.#tailBytes = sizeOf(this.#tail);
    this.#touchedFrom = Math.max(announcedVersion, stored.snapshot.version);
    this.#trackedTo = this.#touchedFrom;
    this.#stateVector = versionsOf(stored.snapshot.stateVector);
    for (const { data } of this.#tail) this.#raiseStateVector(data);
  }

  get version(): number {
    return this.#version;
  }

  get snapshotVersion(): number {
    return this.#snapshot.version;
  }

  get tailLength(): number {
    return this.#tail.length;
  }

  /** Bytes that the document takes as stored; at most what it will take compacted. */
  get sizeBytes(): number {
    return this.#snapshot.state.length + this.#tailBytes;
  }

  get tailBytes(): number {
    return this.#tailBytes;
  }

  get hasUncommitted(): boolean {
    return this.#uncommitted.size > 0;
  }

  /** Whether committed updates are known whose predecessors are not. */
  get hasGap(): boolean {
    return this.#ahead.size > 0;
  }

  get isWritten(): boolean {
    return this.#working !== undefined;
  }

  /** The committed document as bytes. */
  get stored(): { readonly snapshot: Snapshot; readonly tail: readonly CommittedUpdate[] } {
    return { snapshot: this.#snapshot, tail: this.#tail };
  }

  /** The Y.Doc with all committed and uncommitted changes; built when it is first needed. Not to be changed from outside. */
  get working(): Y.Doc {
    this.#working ??= this.#build();
    return this.#working;
  }

  /** Takes the Y.Doc out of memory; it is built again when somebody writes. Not while anything is uncommitted. */
  rest(): void {
    if (this.hasUncommitted) return;
    this.#working?.destroy();
    this.#working = undefined;
  }

  /**
   * Checks a client's update and applies it to the working document.
   * @param mayWriteAs Asked for each Yjs client id under which the update holds something new.
   * @returns what is new in it; undefined when nothing is.
   * @throws AppError EDITOR_UPDATE_INVALID, EDITOR_UPDATE_OUT_OF_ORDER, EDITOR_SCENE_TOO_LARGE
   */
  apply(update: Uint8Array, mayWriteAs: (clientId: number) => boolean): Change | undefined {
    if (this.sizeBytes + update.length > editorLimits.sceneBytes) throw fail(editorErrors.sceneTooLarge);
    try {
      checkUpdate(this.working, update);
    } catch (error) {
      if (!(error instanceof UpdateRefused)) throw error;
      const definition = error.kind === 'invalid' ? editorErrors.updateInvalid : editorErrors.outOfOrder;
      throw fail(definition, { message: `${definition.message} (${error.message})` });
    }
    for (const [clientId, clock] of Y.parseUpdateMeta(update).to)
      if (clock > Y.getState(this.working.store, clientId) && !mayWriteAs(clientId))
        throw fail(editorErrors.outOfOrder, {
          message: `${editorErrors.outOfOrder.message} (somebody else who is here has to send it)`,
        });
    return this.propose((working) => Y.applyUpdate(working, update));
  }

  /**
   * Changes the working document by our own hand or by an update that was checked.
   * @returns what is new in it; undefined when nothing is.
   */
  propose(change: (working: Y.Doc) => void): Change | undefined {
    const { working } = this;
    const touched = new Set<string>();
    let data: Uint8Array | undefined;
    const collect = (transaction: Y.Transaction): void => {
      for (const id of touchedBlocks(transaction)) touched.add(id);
    };
    const keep = (update: Uint8Array): void => {
      data = data ? Y.mergeUpdates([data, update]) : update;
    };
    working.on('afterTransaction', collect);
    working.on('update', keep);
    try {
      working.transact(() => change(working));
      if (working.store.pendingStructs ?? working.store.pendingDs) throw fail(editorErrors.outOfOrder);
    } catch (error) {
      this.rebuild();
      throw error;
    } finally {
      working.off('afterTransaction', collect);
      working.off('update', keep);
    }
    if (!data) return undefined;
    const made = { data, touched };
    this.#uncommitted.set(data, made);
    return made;
  }

  /** A change that will not be committed after all. */
  forget(change: Change): void {
    if (this.#uncommitted.delete(change.data)) this.rebuild();
  }

  /** The working document is built anew, of what is committed and what is on its way, when it is needed next. */
  rebuild(): void {
    this.#working?.destroy();
    this.#working = undefined;
  }

  /**
   * Learns of committed updates, its own or others', in any order and any number of times.
   * @returns how far the committed document got by them.
   */
  learn(firstVersion: number, updates: readonly Uint8Array[]): Advance | undefined {
    for (const [index, data] of updates.entries()) {
      if (firstVersion + index > this.#version) this.#ahead.set(firstVersion + index, data);
      else this.#settle(data, firstVersion + index);
    }
    const passed: Uint8Array[] = [];
    for (let data = this.#ahead.get(this.#version + 1); data; data = this.#ahead.get(this.#version + 1)) {
      this.#ahead.delete(this.#version + 1);
      this.#advance(data);
      passed.push(data);
    }
    return passed.length > 0 ? { version: this.#version, updates: passed } : undefined;
  }

  /**
   * Takes over a newer state that another replica has compacted, when the updates before it cannot be had any more.
   * @returns what those lack who had the old one.
   */
  jump({ head, snapshot, tail }: StoredDocument): Advance | undefined {
    if (head.version <= this.#version) return undefined;
    const before = this.#encodedStateVector();
    const missing = Y.convertUpdateFormatV2ToV1(Y.diffUpdateV2(snapshot.state, before));
    this.#version = head.version;
    this.#snapshot = snapshot;
    this.#tail = [...tail];
    this.#tailBytes = sizeOf(this.#tail);
    for (const [client, clock] of versionsOf(snapshot.stateVector)) this.#raise(client, clock);
    for (const { data } of tail) this.#raiseStateVector(data);
    for (const version of this.#ahead.keys()) if (version <= head.version) this.#ahead.delete(version);
    // what is compacted was announced before, by whoever compacted it
    this.#touchedFrom = Math.max(this.#touchedFrom, snapshot.version);
    this.#trackedTo = Math.max(this.#trackedTo, snapshot.version);
    this.rebuild();
    return { version: head.version, updates: [missing, ...tail.map(({ data }) => data)] };
  }

  /** Takes over a compacted state that is stored now. */
  compacted(snapshot: Snapshot): void {
    if (snapshot.version <= this.#snapshot.version || snapshot.version > this.#version) return;
    this.#snapshot = snapshot;
    this.#tail = this.#tail.filter(({ version }) => version > snapshot.version);
    this.#tailBytes = sizeOf(this.#tail);
  }

  /** What somebody lacks who has nothing, or who has this document up to a version or a state. */
  lacking(known: { readonly version?: number; readonly stateVector?: Uint8Array }): Lacking {
    const { version, stateVector } = known;
    const hasSnapshot = version !== undefined && version >= this.#snapshot.version && version <= this.#version;
    const after = hasSnapshot ? version : this.#snapshot.version;
    const { state } = this.#snapshot;
    return {
      version: this.#version,
      snapshot: hasSnapshot ? null : stateVector ? Y.diffUpdateV2(state, stateVector) : state,
      updates: this.#tail.filter((update) => update.version > after).map(({ data }) => data),
      stateVector: this.#encodedStateVector(),
    };
  }

  /** Blocks that were touched up to the current version, and from where on; they are given away. */
  takeTouched(): Touched {
    if (this.#trackedTo < this.#version) this.#working ??= this.#build();
    const taken = { ids: this.#touched, from: this.#touchedFrom, to: this.#version };
    this.#touched = new Map();
    this.#touchedFrom = this.#version;
    return taken;
  }

  /** Takes back what could not be announced. */
  returnTouched({ ids, from }: Touched): void {
    for (const [id, version] of ids) this.#touch(id, version);
    this.#touchedFrom = Math.min(this.#touchedFrom, from);
  }

  destroy(): void {
    this.#working?.destroy();
    this.#working = undefined;
  }

  #advance(data: Uint8Array): void {
    this.#version += 1;
    this.#tail.push({ version: this.#version, data });
    this.#tailBytes += data.length;
    this.#raiseStateVector(data);
    const isOwn = this.#settle(data, this.#version);
    if (this.#working && !isOwn) this.#applyFromLog(this.#working, { version: this.#version, data });
    if ((isOwn || this.#working) && this.#trackedTo === this.#version - 1) this.#trackedTo = this.#version;
  }

  /** @returns whether this was a change of our own, which is part of the working document already. */
  #settle(data: Uint8Array, version: number): boolean {
    const own = this.#uncommitted.get(data);
    if (!own) return false;
    this.#uncommitted.delete(data);
    for (const id of own.touched) this.#touch(id, version);
    return true;
  }

  #touch(id: string, version: number): void {
    this.#touched.set(id, Math.max(version, this.#touched.get(id) ?? 0));
  }

  #applyFromLog(working: Y.Doc, { version, data }: CommittedUpdate): void {
    const collect = (transaction: Y.Transaction): void => {
      for (const id of touchedBlocks(transaction)) this.#touch(id, version);
    };
    working.on('afterTransaction', collect);
    Y.applyUpdate(working, data);
    working.off('afterTransaction', collect);
  }

  #build(): Y.Doc {
    const tracked = this.#tail.filter(({ version }) => version <= this.#trackedTo);
    const working = buildLiveDoc(
      this.#snapshot.state,
      tracked.map(({ data }) => data),
    );
    for (const update of this.#tail) if (update.version > this.#trackedTo) this.#applyFromLog(working, update);
    this.#trackedTo = this.#version;
    for (const { data } of this.#uncommitted.values()) Y.applyUpdate(working, data);
    return working;
  }

  #raiseStateVector(data: Uint8Array): void {
    for (const [client, clock] of Y.parseUpdateMeta(data).to) this.#raise(client, clock);
  }

  #raise(client: number, clock: number): void {
    if (clock > (this.#stateVector.get(client) ?? 0)) this.#stateVector.set(client, clock);
  }

  #encodedStateVector(): Uint8Array {
    return Y.encodeStateVector(this.#stateVector);
  }
}

const sizeOf = (updates: readonly CommittedUpdate[]): number => updates.reduce((sum, { data }) => sum + data.length, 0);
