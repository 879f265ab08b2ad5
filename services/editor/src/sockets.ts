import type { Server } from 'node:http';
import {
  AwarenessMessage,
  CloseScene,
  EDITOR_NAMESPACE,
  EDITOR_SOCKET_PATH,
  editorErrors,
  editorLimits,
  type EditorServerEvents,
  OpenScene,
  type OpenedScene,
  packUpdates,
  platformErrors,
  UpdateScene,
} from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { type Connection, openSockets } from '@authorworks/platform/sockets';
import type { EditorContext } from './context.ts';
import type { Person } from './document/ports.ts';
import { roomOf } from './stage.ts';

/** Scenes that a connection opens: a whole book at once after a reconnect, then one after the other. */
const OPENINGS = { perSecond: 20, burst: editorLimits.openScenes + 64 };
const UPDATES = { perSecond: editorLimits.updatesPerSecond, burst: editorLimits.updatesPerSecond * 10 };
const AWARENESS = { perSecond: editorLimits.awarenessPerSecond, burst: editorLimits.awarenessPerSecond * 4 };
/** A broken or hostile client sends wrong updates; each costs more than it seems to. Above this it is cut. */
const WRONG_UPDATES = 20;

/** Who speaks over a connection; asked anew each time, because tokens are renewed. */
const personOf = (connection: Connection<EditorServerEvents>): Person => ({
  get accountId() {
    return connection.auth.accountId;
  },
  get name() {
    return connection.auth.name;
  },
  get tokenMayWrite() {
    return connection.auth.scopes?.includes('books:write') ?? true;
  },
});

const demandScope = ({ auth }: Connection<EditorServerEvents>): void => {
  if (auth.scopes && !auth.scopes.includes('books:read') && !auth.scopes.includes('books:write'))
    throw fail(platformErrors.scopeMissing);
};

const openFor = (context: EditorContext, connection: Connection<EditorServerEvents>, person: Person): void =>
  connection.on(
    'open',
    OpenScene,
    async ({ sceneId, generation, version, stateVector }): Promise<OpenedScene> => {
      demandScope(connection);
      const known = {
        generation: generation ?? undefined,
        version: version ?? undefined,
        stateVector: stateVector ?? undefined,
      };
      const request = { connectionId: connection.id, person, sceneId, known };
      const { presence, updates, ...opened } = await context.documents.open(request, () =>
        connection.join(roomOf(sceneId)),
      );
      // the connection may have ended while the scene was loaded
      if (!connection.isOpen) context.documents.leave(connection.id);
      if (presence) connection.send('awareness', { sceneId, update: presence });
      return { ...opened, updates: packUpdates(updates) };
    },
    { rate: OPENINGS, tooFast: editorErrors.tooFast },
  );

const updateFor = (context: EditorContext, connection: Connection<EditorServerEvents>): void => {
  let wrong = 0;
  connection.on(
    'update',
    UpdateScene,
    async ({ sceneId, generation, update }) => {
      try {
        return { version: await context.documents.update(connection.id, sceneId, { generation, update }) };
      } catch (error) {
        const { code } = (error as { definition?: { code: string } }).definition ?? { code: 'unexpected' };
        context.editorMetrics.refused(code);
        if (code === editorErrors.updateInvalid.code) wrong += 1;
        if (wrong > WRONG_UPDATES)
          connection.end({ code, message: editorErrors.updateInvalid.message, retryAfterMs: 60_000 });
        throw error;
      }
    },
    { rate: UPDATES, tooFast: editorErrors.tooFast },
  );
};

/** Registers the messages of one client. */
const serve = (context: EditorContext, connection: Connection<EditorServerEvents>): void => {
  context.stage.enter(connection);
  openFor(context, connection, personOf(connection));
  updateFor(context, connection);
  connection.on('close', CloseScene, ({ sceneId }) => {
    connection.leave(roomOf(sceneId));
    context.documents.close(connection.id, sceneId);
  });
  connection.on(
    'awareness',
    AwarenessMessage,
    ({ sceneId, update }) => {
      if (update.length > editorLimits.awarenessBytes) throw fail(editorErrors.updateTooLarge);
      context.documents.hear(connection.id, sceneId, update);
    },
    { rate: AWARENESS, tooFast: editorErrors.tooFast },
  );
  connection.onClose(() => context.documents.leave(connection.id));
};

export const attachSockets = (context: EditorContext, server: Server): void => {
  const sockets = openSockets<EditorServerEvents>(context, server, {
    path: EDITOR_SOCKET_PATH,
    namespace: EDITOR_NAMESPACE,
    maxMessageBytes: editorLimits.updateBytes,
    revocations: context.revocations,
    limits: { connectionsPerAccount: context.config.connectionsPerAccount },
    connected: (connection) => serve(context, connection),
  });
  context.stage.open(sockets);
};
