import {
  EDITOR_NAMESPACE,
  EDITOR_SOCKET_PATH,
  type OpenedScene,
  type SceneId,
  type SocketAnswer,
  unpackUpdates,
} from '@authorworks/contracts';
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding';
import { io, type Socket } from 'socket.io-client';
import * as Y from 'yjs';

/** A client that sends whatever it likes. */
export interface RawClient {
  readonly socket: Socket;
  readonly ask: <T>(name: string, message: unknown) => Promise<SocketAnswer<T>>;
  readonly open: (sceneId: SceneId) => Promise<{ answer: SocketAnswer<OpenedScene>; doc: Y.Doc }>;
  /** Messages that came, by name. */
  readonly heard: Record<string, unknown[]>;
}

export const rawClient = async (url: string, token: string): Promise<RawClient> => {
  const socket = io(url + EDITOR_NAMESPACE, {
    path: EDITOR_SOCKET_PATH,
    auth: { token },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  });
  const heard: Record<string, unknown[]> = {};
  socket.onAny((name: string, message: unknown) => {
    heard[name] = [...(heard[name] ?? []), message];
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', reject);
  });
  const ask = async <T>(name: string, message: unknown): Promise<SocketAnswer<T>> =>
    (await socket.timeout(30_000).emitWithAck(name, message)) as SocketAnswer<T>;
  return {
    socket,
    heard,
    ask,
    open: async (sceneId) => {
      const answer = await ask<OpenedScene>('open', { sceneId });
      const doc = new Y.Doc();
      doc.getXmlFragment('manuscript');
      if (answer.ok) {
        if (answer.data.snapshot) Y.applyUpdateV2(doc, answer.data.snapshot);
        for (const update of unpackUpdates(answer.data.updates)) Y.applyUpdate(doc, update);
      }
      return { answer, doc };
    },
  };
};

/** What a change to a document sends. */
export const changeOf = (doc: Y.Doc, change: (doc: Y.Doc) => void): Uint8Array => {
  const before = Y.encodeStateVector(doc);
  doc.transact(() => change(doc));
  return Y.encodeStateAsUpdate(doc, before);
};

/** An awareness update that says this of these clients. */
export const presenceOf = (...states: readonly [clientId: number, clock: number, state: unknown][]): Uint8Array => {
  const encoder = createEncoder();
  writeVarUint(encoder, states.length);
  for (const [clientId, clock, state] of states) {
    writeVarUint(encoder, clientId);
    writeVarUint(encoder, clock);
    writeVarString(encoder, JSON.stringify(state));
  }
  return toUint8Array(encoder);
};
