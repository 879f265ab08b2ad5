export { connectEditor, type ConnectionStatus, EditorConnection } from './connect-editor.ts';
export { LiveScene } from './live-scene.ts';
export type { Pending } from './outbox.ts';
export { FRAGMENT, type RescuedCopy } from './rescue.ts';
export type { SceneRole, SceneStatus } from './scene-line.ts';
export { type Signal, until } from './signal.ts';
export type { EditorOptions } from './socket-line.ts';
