import type { Server } from 'node:http';
import {
  editorErrors,
  editorLimits,
  type EditorServerEvents,
  editorSocket,
  type OpenedScene,
  packUpdates,
  platformErrors,
} from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { type Connection, openSockets } from '@authorworks/platform/sockets';
import type { EditorContext } from './context.ts';
import type { Person } from './document/ports.ts';
import { roomOf } from './stage.ts';
import { Turns } from './turns.ts';

/** Scenes that a connection opens: a whole book at once after a reconnect, then one after the other. */
const OPENINGS = { perSecond: 20, burst: editorLimits.openScenes + 64 };
/** Scenes of one connection that are loaded at the same time. */
const OPENINGS_AT_ONCE = 4;
const UPDATES = { perSecond: editorLimits.updatesPerSecond, burst: editorLimits.updatesPerSecond * 10 };
const AWARENESS = { perSecond: editorLimits.awarenessPerSecond, burst: editorLimits.awarenessPerSecond * 4 };
/** A broken or hostile client sends wrong updates; each costs more than it seems to. Above this it is cut. */
const WRONG_UPDATES = 20;

type EditorSocket = Connection<EditorServerEvents, typeof editorSocket.messages>;

/** Who speaks over a connection; asked anew each time, because tokens are renewed. */
const personOf = (connection: EditorSocket): Person => ({
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

const demandScope = ({ auth }: EditorSocket): void => {
  if (auth.scopes && !auth.scopes.includes('books:read') && !auth.scopes.includes('books:write'))
    throw fail(platformErrors.scopeMissing);
};

const openFor = (context: EditorContext, connection: EditorSocket, person: Person): void => {
  const turns = new Turns(OPENINGS_AT_ONCE);
  connection.on(
    'open',
    async ({ sceneId, generation, version, stateVector }): Promise<OpenedScene> => {
      demandScope(connection);
      const known = {
        generation: generation ?? undefined,
        version: version ?? undefined,
        stateVector: stateVector ?? undefined,
      };
      const request = { connectionId: connection.id, person, sceneId, known };
      const { presence, updates, ...opened } = await turns.take(
        async () => await context.documents.open(request, () => connection.join(roomOf(sceneId))),
      );
      // the connection may have ended while the scene was loaded
      if (!connection.isOpen) context.documents.leave(connection.id);
      if (presence) connection.send('awareness', { sceneId, update: presence });
      return { ...opened, updates: packUpdates(updates) };
    },
    { rate: OPENINGS, tooFast: editorErrors.tooFast },
  );
};

const updateFor = (context: EditorContext, connection: EditorSocket): void => {
  let wrong = 0;
  connection.on(
    'update',
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
const serve = (context: EditorContext, connection: EditorSocket): void => {
  context.stage.enter(connection);
  openFor(context, connection, personOf(connection));
  updateFor(context, connection);
  connection.on('close', ({ sceneId }) => {
    connection.leave(roomOf(sceneId));
    context.documents.close(connection.id, sceneId);
  });
  connection.on(
    'awareness',
    ({ sceneId, update }) => {
      if (update.length > editorLimits.awarenessBytes) throw fail(editorErrors.updateTooLarge);
      context.documents.hear(connection.id, sceneId, update);
    },
    { rate: AWARENESS, tooFast: editorErrors.tooFast },
  );
  connection.onClose(() => context.documents.leave(connection.id));
};

export const attachSockets = (context: EditorContext, server: Server): void => {
  const sockets = openSockets<EditorServerEvents, typeof editorSocket.messages>(context, server, {
    contract: editorSocket,
    maxMessageBytes: editorLimits.updateBytes,
    revocations: context.revocations,
    limits: { connectionsPerAccount: context.config.connectionsPerAccount },
    connected: (connection) => serve(context, connection),
  });
  context.stage.open(sockets);
};
