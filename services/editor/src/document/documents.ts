import { type BookRole, editorErrors, editorLimits, mayOnBook, type SceneId } from '@authorworks/contracts';
import { fail, type Logger } from '@authorworks/platform';
import * as Y from 'yjs';
import type { Lacking } from './live-document.ts';
import type { OpenScene } from './open-scene.ts';
import { concerns, mayWrite, type Permissions } from './permissions.ts';
import type { AccessChange, Audience, CommittedSpan, Member, Person, Relay } from './ports.ts';
import type { Shelf } from './shelf.ts';

/** State vectors name a clock for each author of a scene; more than these bytes are no state vector. */
const MAX_STATE_VECTOR_BYTES = 64 * 1024;

export interface OpenRequest {
  readonly connectionId: string;
  readonly person: Person;
  readonly sceneId: SceneId;
  /** What the client has already. */
  readonly known: {
    readonly generation: string | undefined;
    readonly version: number | undefined;
    readonly stateVector: Uint8Array | undefined;
  };
}

export interface Opened extends Lacking {
  readonly generation: string;
  readonly role: BookRole;
  readonly mayWrite: boolean;
  /** Everybody's cursors (y-protocols). */
  readonly presence: Uint8Array | undefined;
}

interface Seat {
  readonly scene: OpenScene;
  readonly member: Member;
}

export interface DocumentsOptions {
  readonly shelf: Shelf;
  readonly permissions: Permissions;
  readonly audience: Audience;
  readonly relay: Relay;
  readonly log: Logger;
  readonly refused: (reason: string) => void;
}

/**
 * The live documents and those who have them open. A change passes the moments authenticate → load → apply → store, and a
 * document ends with unload; sockets and HTTP only call these.
 */
export class Documents {
  readonly #options: DocumentsOptions;
  /** Open scenes by connection. */
  readonly #seats = new Map<string, Map<SceneId, Seat>>();

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  get memberCount(): number {
    let count = 0;
    for (const seats of this.#seats.values()) count += seats.size;
    return count;
  }

  /**
   * Opens a scene for a connection: who may read it gets what they lack and hears of every change from then on.
   * @param arrived Called in the moment in which the answer is true, before anything else happens to the document.
   */
  async open({ connectionId, person, sceneId, known }: OpenRequest, arrived: () => void): Promise<Opened> {
    const { permissions, shelf } = this.#options;
    const seats = this.#seats.get(connectionId);
    if (seats && seats.size >= editorLimits.openScenes && !seats.has(sceneId)) throw fail(editorErrors.tooManyOpen);
    const stateVector = checkedStateVector(known.stateVector);
    const asked = permissions.changes;
    const { role, bookId } = await permissions.demandRole(person.accountId, sceneId);
    const scene = await this.#holdCurrent(sceneId);
    try {
      const member: Member = { connectionId, person, sceneId, bookId, role, mayWrite: mayWrite(role, person) };
      // the answer about the role may be older than a change of it
      if (permissions.changes !== asked) await this.#reconsider(member);
      if (scene.isLost) throw fail(editorErrors.notSaved, { retryAfterSeconds: 0.2 });
      const { live } = scene;
      const isSame = known.generation === live.head.generation;
      const lacking = live.lacking({
        ...(isSame && known.version !== undefined ? { version: known.version } : {}),
        ...(isSame && stateVector ? { stateVector } : {}),
      });
      this.#seat(scene, member);
      arrived();
      const { role: now, mayWrite: writes } = member;
      return {
        ...lacking,
        generation: live.head.generation,
        role: now,
        mayWrite: writes,
        presence: scene.presence.all(),
      };
    } catch (error) {
      shelf.release(scene);
      throw error;
    }
  }

  close(connectionId: string, sceneId: SceneId): void {
    const seat = this.#seats.get(connectionId)?.get(sceneId);
    if (seat) this.#unseat(seat);
  }

  /** A connection has ended. */
  leave(connectionId: string): void {
    for (const seat of this.#seats.get(connectionId)?.values() ?? []) this.#unseat(seat);
  }

  /**
   * A change by a client. The role is looked at for every one.
   * @returns the version by which it is committed to PostgreSQL.
   */
  async update(
    connectionId: string,
    sceneId: SceneId,
    { generation, update }: { readonly generation: string; readonly update: Uint8Array },
  ): Promise<number> {
    const { scene, member } = this.#demandSeat(connectionId, sceneId);
    const check = (): void => {
      if (!this.#seats.get(connectionId)?.has(sceneId)) throw fail(editorErrors.notOpen);
      if (!member.mayWrite || !member.person.tokenMayWrite) throw fail(editorErrors.readOnly);
    };
    check();
    if (generation !== scene.live.head.generation) throw fail(editorErrors.generationChanged);
    if (update.length > editorLimits.updateBytes) throw fail(editorErrors.updateTooLarge);
    return await scene.update(update, { accountId: member.person.accountId, connectionId }, check);
  }

  /** Cursor and name of a client; only its own. */
  hear(connectionId: string, sceneId: SceneId, update: Uint8Array): void {
    const { scene, member } = this.#demandSeat(connectionId, sceneId);
    const { accountId, name } = member.person;
    let strange: number;
    try {
      strange = scene.presence.hear(update, { connectionId, accountId, name });
    } catch {
      throw fail(editorErrors.updateInvalid);
    }
    if (strange > 0) this.#options.refused('presence-of-others');
  }

  /** Sends all changed cursors out, once for each scene. */
  flushPresence(): void {
    const { shelf, audience, relay } = this.#options;
    for (const [sceneId, scene] of shelf.scenes) {
      if (!scene.presence.isChanged) continue;
      const change = scene.presence.take((owner) => this.#seats.has(owner));
      if (!change) continue;
      audience.moved(sceneId, change.update, change.onlyFrom);
      if (change.forReplicas) relay.tellMoved(sceneId, change.forReplicas);
    }
  }

  sweepPresence(): void {
    for (const scene of this.#options.shelf.scenes.values()) scene.presence.sweep((owner) => this.#seats.has(owner));
  }

  /** Another replica has committed updates. */
  committedElsewhere(sceneId: SceneId, { generation, firstVersion, updates }: CommittedSpan): void {
    const scene = this.#options.shelf.scenes.get(sceneId);
    if (scene?.live.head.generation === generation) scene.learn(firstVersion, updates, false);
  }

  movedElsewhere(sceneId: SceneId, update: Uint8Array, replica: string): void {
    try {
      this.#options.shelf.scenes.get(sceneId)?.presence.hearReplica(update, replica);
    } catch (error) {
      this.#options.log.warn({ err: error, replica }, 'a replica sent cursors that cannot be read');
    }
  }

  /** Tells the other replicas who is in a scene here. */
  introduce(sceneId: SceneId): void {
    const here = this.#options.shelf.scenes.get(sceneId)?.presence.all((owner) => this.#seats.has(owner));
    if (here) this.#options.relay.tellMoved(sceneId, here);
  }

  /** What somebody may do in a book has changed: it holds for the next update already. */
  async accessChanged(change: AccessChange): Promise<void> {
    const { permissions } = this.#options;
    permissions.forget(change);
    const members = this.#members().filter((member) => concerns(change, member));
    // what the event takes away is gone at once; what it gives is asked for
    for (const member of members) if (!mayOnBook(change.role, 'write')) member.mayWrite = false;
    await Promise.all(members.map(async (member) => await this.#recheck(member, change.role)));
  }

  /** Asks for all roles again. */
  async recheckAll(): Promise<void> {
    await Promise.all(this.#members().map(async (member) => await this.#recheck(member, member.role)));
  }

  /** Scenes left the bin for good. */
  removed(sceneIds: readonly SceneId[]): void {
    for (const sceneId of sceneIds) {
      const scene = this.#options.shelf.scenes.get(sceneId);
      for (const member of scene?.members.values() ?? []) this.#dismiss(member);
      if (scene) this.#options.shelf.lose(scene);
    }
  }

  /** A document was started anew: everybody in it has to open it again. */
  lost(scene: OpenScene): void {
    for (const member of scene.members.values()) this.#forgetSeat(member);
    scene.members.clear();
    this.#options.audience.reset(scene.sceneId);
  }

  /** Takes a scene into memory as it is committed now. One that was dropped meanwhile is started anew. */
  async #holdCurrent(sceneId: SceneId): Promise<OpenScene> {
    const { shelf } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const scene = await shelf.hold(sceneId);
      try {
        await shelf.refresh(scene);
        return scene;
      } catch (error) {
        shelf.release(scene);
        if (!scene.isLost || attempt > 1) throw error;
      }
    }
  }

  #members(): Member[] {
    return [...this.#seats.values()].flatMap((seats) => [...seats.values()].map(({ member }) => member));
  }

  #demandSeat(connectionId: string, sceneId: SceneId): Seat {
    const seat = this.#seats.get(connectionId)?.get(sceneId);
    if (!seat) throw fail(editorErrors.notOpen);
    return seat;
  }

  #seat(scene: OpenScene, member: Member): void {
    const { connectionId, sceneId } = member;
    const seats = this.#seats.get(connectionId) ?? new Map<SceneId, Seat>();
    this.#seats.set(connectionId, seats);
    // opening twice is opening once: the second answer brings what the first has missed
    if (seats.has(sceneId)) this.#options.shelf.release(scene);
    seats.set(sceneId, { scene, member });
    scene.members.set(connectionId, member);
  }

  #unseat({ scene, member }: Seat): void {
    this.#forgetSeat(member);
    scene.members.delete(member.connectionId);
    scene.presence.leave(member.connectionId);
    this.#options.shelf.release(scene);
  }

  #forgetSeat({ connectionId, sceneId }: Member): void {
    const seats = this.#seats.get(connectionId);
    seats?.delete(sceneId);
    if (seats?.size === 0) this.#seats.delete(connectionId);
  }

  async #reconsider(member: Member): Promise<void> {
    const { role } = await this.#options.permissions.demandRole(member.person.accountId, member.sceneId);
    member.role = role;
    member.mayWrite = mayWrite(role, member.person);
  }

  /** @param fallback What is believed when content cannot be asked. */
  async #recheck(member: Member, fallback: BookRole | null): Promise<void> {
    const before = { role: member.role, mayWrite: member.mayWrite };
    let role: BookRole | null;
    try {
      role = (await this.#options.permissions.ask(member.person.accountId, member.sceneId))?.role ?? null;
    } catch (error) {
      this.#options.log.debug({ err: error }, 'a role could not be asked for');
      role = fallback;
    }
    if (!this.#seats.get(member.connectionId)?.has(member.sceneId)) return;
    if (role === null) {
      this.#dismiss(member);
      return;
    }
    member.role = role;
    member.mayWrite = mayWrite(role, member.person);
    if (before.role !== role || before.mayWrite !== member.mayWrite) this.#options.audience.accessChanged(member, role);
  }

  /** Shows somebody out. */
  #dismiss(member: Member): void {
    this.close(member.connectionId, member.sceneId);
    this.#options.audience.accessChanged(member, null);
  }
}

const checkedStateVector = (stateVector: Uint8Array | undefined): Uint8Array | undefined => {
  if (!stateVector) return undefined;
  try {
    if (stateVector.length > MAX_STATE_VECTOR_BYTES) throw new RangeError('too long');
    Y.decodeStateVector(stateVector);
    return stateVector;
  } catch {
    throw fail(editorErrors.updateInvalid);
  }
};
