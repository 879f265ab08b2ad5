import { type EditorServerEvents, type editorSocket, mayOnBook } from '@authorworks/contracts';
import type { Connection, Sockets } from '@authorworks/platform/sockets';
import type { Audience, Member } from './document/ports.ts';

export const roomOf = (sceneId: string): string => `scene:${sceneId}`;

type Messages = typeof editorSocket.messages;

/** The audience of the documents, over sockets. Before they are open, nobody is there to hear. */
export class Stage implements Audience {
  #sockets: Sockets<EditorServerEvents, Messages> | undefined;
  readonly #connections = new Map<string, Connection<EditorServerEvents, Messages>>();

  open(sockets: Sockets<EditorServerEvents, Messages>): void {
    this.#sockets = sockets;
  }

  enter(connection: Connection<EditorServerEvents, Messages>): void {
    this.#connections.set(connection.id, connection);
    connection.onClose(() => this.#connections.delete(connection.id));
  }

  updated(...[sceneId, message, except]: Parameters<Audience['updated']>): void {
    this.#sockets?.send(roomOf(sceneId), 'update', { sceneId, ...message }, exceptOf(except));
  }

  moved(...[sceneId, update, except]: Parameters<Audience['moved']>): void {
    this.#sockets?.send(roomOf(sceneId), 'awareness', { sceneId, update }, exceptOf(except));
  }

  accessChanged(...[member, role]: Parameters<Audience['accessChanged']>): void {
    const { connectionId, sceneId, mayWrite } = member satisfies Member;
    const connection = this.#connections.get(connectionId);
    if (role === null) connection?.leave(roomOf(sceneId));
    connection?.send('access', { sceneId, role, mayWrite: mayWrite && mayOnBook(role, 'write') });
  }

  reset(...[sceneId]: Parameters<Audience['reset']>): void {
    this.#sockets?.send(roomOf(sceneId), 'reset', { sceneId });
    this.#sockets?.empty(roomOf(sceneId));
  }
}

const exceptOf = (connection: string | undefined): { exceptConnection?: string } =>
  connection === undefined ? {} : { exceptConnection: connection };
