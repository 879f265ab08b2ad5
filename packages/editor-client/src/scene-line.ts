import type { BookRole, SocketAnswer, SocketProblem } from '@authorworks/contracts';

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

/** Refusals that will not go away by themselves: the change stays here as a rescued copy. */
export const HOPELESS = new Set(['EDITOR_UPDATE_INVALID', 'EDITOR_UPDATE_TOO_LARGE', 'EDITOR_SCENE_TOO_LARGE']);
/** Refusals after which the scene has to be opened again. */
export const REOPEN = new Set(['EDITOR_SCENE_NOT_OPEN', 'EDITOR_GENERATION_CHANGED', 'EDITOR_UPDATE_OUT_OF_ORDER']);

const PASSING = new Set([
  'SERVICE_UNAVAILABLE',
  'SERVICE_TIMEOUT',
  'DATABASE_UNAVAILABLE',
  'STORAGE_FULL',
  'INTERNAL',
  'EDITOR_GENERATION_CHANGED',
  'SHUTTING_DOWN',
  'RATE_LIMITED',
]);

/** Refusals that end by themselves: it can be asked again. */
export const mayPass = ({ code, retryAfterMs }: SocketProblem): boolean =>
  retryAfterMs !== undefined || PASSING.has(code);
