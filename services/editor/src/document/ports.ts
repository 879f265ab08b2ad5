import type { AccountId, BookId, BookRole, SceneId } from '@authorworks/contracts';

/** What the core needs of the world around it. It knows neither sockets nor HTTP nor Redis. */

/** The text that a live document starts from. */
export interface Seed {
  readonly bookId: BookId;
  /** ProseMirror JSON. What does not fit the schema is mended. */
  readonly manuscript: unknown;
  /** Live version that the text was read at, when the scene had a live document before; else 0. */
  readonly version: number;
}

/** @returns undefined when there is no such scene. */
export type ReadSeed = (sceneId: SceneId) => Promise<Seed | undefined>;

export interface Access {
  readonly bookId: BookId;
  /** null: a stranger. */
  readonly role: BookRole | null;
}

/** The role of an account in the book of a scene. @returns undefined when there is no such scene. */
export type ReadAccess = (accountId: AccountId, sceneId: SceneId) => Promise<Access | undefined>;

/** Somebody who writes or reads, as far as the core has to know. */
export interface Person {
  readonly accountId: AccountId;
  readonly name: string;
  /** Whether the token allows to write at all; a personal API token may be for reading only. */
  readonly tokenMayWrite: boolean;
}

/** A person who has a scene open in one connection. */
export interface Member {
  readonly connectionId: string;
  readonly person: Person;
  readonly sceneId: SceneId;
  readonly bookId: BookId;
  role: BookRole;
  mayWrite: boolean;
}

/** Those who have a scene open in this replica. */
export interface Audience {
  readonly updated: (
    sceneId: SceneId,
    message: { readonly generation: string; readonly update: Uint8Array; readonly version: number },
    exceptConnection?: string,
  ) => void;
  /** Awareness changed (y-protocols encoding). */
  readonly moved: (sceneId: SceneId, update: Uint8Array, exceptConnection?: string) => void;
  /** The member's role changed; null: the scene is closed for them. */
  readonly accessChanged: (member: Member, role: BookRole | null) => void;
  /** The document was started anew: everybody is out and has to open it again. */
  readonly reset: (sceneId: SceneId) => void;
}

/** Updates that one replica has committed together. */
export interface CommittedSpan {
  readonly generation: string;
  readonly firstVersion: number;
  readonly updates: readonly Uint8Array[];
}

/** The way to the other replicas. Nothing relies on it: what is lost is read from PostgreSQL a little later. */
export interface Relay {
  readonly isUp: () => boolean;
  /** Begins to hear of a scene; resolves when nothing more is missed. Does not fail: what is missed is found otherwise. */
  readonly follow: (sceneId: SceneId) => Promise<void>;
  readonly unfollow: (sceneId: SceneId) => void;
  readonly tellCommitted: (sceneId: SceneId, span: CommittedSpan) => void;
  readonly tellMoved: (sceneId: SceneId, update: Uint8Array) => void;
  /** Asks who is in a scene. */
  readonly tellArrived: (sceneId: SceneId) => void;
}

/** What the relay brings from other replicas. */
export interface RelayListener {
  readonly committed: (sceneId: SceneId, span: CommittedSpan) => void;
  readonly moved: (sceneId: SceneId, update: Uint8Array, replica: string) => void;
  /** Another replica has taken the scene into its memory, and does not know who is in it. */
  readonly arrived: (sceneId: SceneId) => void;
  readonly accessChanged: (change: AccessChange) => void;
  readonly removed: (sceneIds: readonly SceneId[]) => void;
  /** The way was interrupted and is open again: things may have been missed. */
  readonly restored: () => void;
}

export interface AccessChange {
  readonly bookId: BookId;
  /** null: everybody's. */
  readonly accountId: AccountId | null;
  readonly role: BookRole | null;
}
