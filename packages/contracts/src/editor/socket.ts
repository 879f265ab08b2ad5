import { z } from 'zod';
import type { BookRole } from '../content/book-access.ts';
import { SceneId } from '../ids.ts';
import { defineSocket, type HouseClientEvents, type HouseServerEvents, type SocketAnswer } from '../kit/socket.ts';
import { EDITOR_NAMESPACE, EDITOR_SOCKET_PATH } from './line.ts';

export * from './line.ts';

/** Limits that the server enforces; a client that stays below them is never refused. */
export const editorLimits = {
  /** One update, in bytes. A pasted chapter of 50,000 words is about 600 kB. */
  updateBytes: 4 * 1024 * 1024,
  /** The state of one scene, in bytes. */
  sceneBytes: 32 * 1024 * 1024,
  /** Updates in a second for one connection, as a mean; bursts may be ten times as many. */
  updatesPerSecond: 60,
  awarenessBytes: 16 * 1024,
  awarenessPerSecond: 60,
  /** Scenes that one connection may have open. */
  openScenes: 256,
} as const;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be bytes');
const Generation = z.string().min(1).max(64);

export const OpenScene = z.strictObject({
  sceneId: SceneId,
  /** What the client holds already: its generation, its state vector and the last version that it has heard of. */
  generation: Generation.nullish(),
  stateVector: bytes.nullish(),
  version: z.int().min(0).nullish(),
});
export const CloseScene = z.strictObject({ sceneId: SceneId });
export const UpdateScene = z.strictObject({ sceneId: SceneId, generation: Generation, update: bytes });
export const AwarenessMessage = z.strictObject({ sceneId: SceneId, update: bytes });

export interface OpenedScene {
  /**
   * Names the seeding of this document. A client that holds another generation must throw its copy away: the same text
   * was built anew, and merging both would double it.
   */
  readonly generation: string;
  readonly role: BookRole;
  readonly mayWrite: boolean;
  /** Number of the last update that is part of this answer. */
  readonly version: number;
  /**
   * What the client lacks, as it is stored, so that opening costs the server no work: first a Yjs update in v2 encoding
   * (null: the client has all that was compacted), then the updates after it in v1 encoding, packed by `packUpdates`.
   */
  readonly snapshot: Uint8Array | null;
  readonly updates: Uint8Array;
  /** State vector of the committed document: the client answers with what the server lacks. */
  readonly stateVector: Uint8Array;
}

/** Messages that a client sends; each is answered through its acknowledgement. */
export interface EditorClientEvents extends HouseClientEvents {
  open: (message: z.input<typeof OpenScene>, answer: (result: SocketAnswer<OpenedScene>) => void) => void;
  close: (message: z.input<typeof CloseScene>, answer?: (result: SocketAnswer<null>) => void) => void;
  /** Acknowledged only after the update is committed to PostgreSQL. */
  update: (
    message: z.input<typeof UpdateScene>,
    answer: (result: SocketAnswer<{ readonly version: number }>) => void,
  ) => void;
  awareness: (message: z.input<typeof AwarenessMessage>) => void;
}

/** Messages that the server sends. */
export interface EditorServerEvents extends HouseServerEvents {
  /** Committed changes of others, in the order of their versions; several that were committed at once come as one. */
  update: (message: {
    readonly sceneId: string;
    readonly generation: string;
    readonly update: Uint8Array;
    readonly version: number;
  }) => void;
  awareness: (message: { readonly sceneId: string; readonly update: Uint8Array }) => void;
  /** The caller's role changed while the scene was open; `role: null` means that it is closed now. */
  access: (message: { readonly sceneId: string; readonly role: BookRole | null; readonly mayWrite: boolean }) => void;
  /** The document was started anew, or may be; open it again. Its answer tells by its generation. */
  reset: (message: { readonly sceneId: string }) => void;
}

type OwnMessages = Exclude<keyof EditorClientEvents, keyof HouseClientEvents>;

export const editorSocket = defineSocket({
  path: EDITOR_SOCKET_PATH,
  namespace: EDITOR_NAMESPACE,
  messages: {
    open: OpenScene,
    close: CloseScene,
    update: UpdateScene,
    awareness: AwarenessMessage,
  } satisfies Record<OwnMessages, z.ZodType>,
});
