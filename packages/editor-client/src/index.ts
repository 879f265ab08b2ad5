export { connectEditor, type ConnectionStatus, EditorConnection, type EditorOptions } from './connect-editor.ts';
export { LiveScene, type SceneRole, type SceneStatus } from './live-scene.ts';
export type { Pending } from './outbox.ts';
export { FRAGMENT, type RescuedCopy } from './rescue.ts';
export { type Signal, until } from './signal.ts';
