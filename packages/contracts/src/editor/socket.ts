import { z } from 'zod';
import type { BookRole } from '../content/book-access.ts';
import { SceneId } from '../ids.ts';

/** Where the editor's socket.io server listens, and its namespace. */
export const EDITOR_SOCKET_PATH = '/api/editor/socket';
export const EDITOR_NAMESPACE = '/editor';

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
  /** What the client holds already: its generation and state vector. Absent: nothing. */
  generation: Generation.nullish(),
  stateVector: bytes.nullish(),
});
export const CloseScene = z.strictObject({ sceneId: SceneId });
export const UpdateScene = z.strictObject({ sceneId: SceneId, generation: Generation, update: bytes });
export const AwarenessMessage = z.strictObject({ sceneId: SceneId, update: bytes });

export interface SocketProblem {
  readonly code: string;
  readonly message: string;
  /** Milliseconds after which a repeat makes sense; absent: never. */
  readonly retryAfterMs?: number;
}
export type SocketAnswer<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly error: SocketProblem };

export interface OpenedScene {
  /**
   * Names the seeding of this document. A client that holds another generation must throw its copy away: the same text
   * was built anew, and merging both would double it.
   */
  readonly generation: string;
  readonly role: BookRole;
  readonly mayWrite: boolean;
  /** Number of the last update that is in `update`. */
  readonly version: number;
  /** Yjs update (v1) with all that the client lacks. */
  readonly update: Uint8Array;
  /** The server's state vector: the client answers with what the server lacks. */
  readonly stateVector: Uint8Array;
}

/** Messages that a client sends; each is answered through its acknowledgement. */
export interface EditorClientEvents {
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
export interface EditorServerEvents {
  update: (message: {
    readonly sceneId: string;
    readonly generation: string;
    readonly update: Uint8Array;
    readonly version: number;
  }) => void;
  awareness: (message: { readonly sceneId: string; readonly update: Uint8Array }) => void;
  /** The caller's role changed while the scene was open; `role: null` means that it is closed now. */
  access: (message: { readonly sceneId: string; readonly role: BookRole | null; readonly mayWrite: boolean }) => void;
  /** The document was started anew; open it again without the old copy. */
  reset: (message: { readonly sceneId: string; readonly generation: string }) => void;
  /** The server goes away (deployment); connect again after the delay. */
  draining: (message: { readonly reconnectAfterMs: number }) => void;
}

/** Names and schemas of the client's messages, for the server's validation and the generated tests. */
export const editorSocketMessages = {
  open: OpenScene,
  close: CloseScene,
  update: UpdateScene,
  awareness: AwarenessMessage,
} as const;
