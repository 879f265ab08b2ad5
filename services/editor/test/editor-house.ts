import type { AccountId, BookRole, SceneId, SessionId } from '@authorworks/contracts';
import { connectEditor, type EditorConnection, FRAGMENT, type LiveScene } from '@authorworks/editor-client';
import { newId } from '@authorworks/platform';
import {
  eventually,
  startTestIssuer,
  startTestServers,
  startTestService,
  type TestIssuer,
  type TestServers,
  type TestService,
} from '@authorworks/platform/testing';
import * as Y from 'yjs';
import type { EditorContext } from '../src/context.ts';
import { editor } from '../src/index.ts';
import { startTestContent, type TestContent } from './test-content.ts';

/** Somebody who writes in a scene, through the real client. */
export interface Writer {
  readonly accountId: AccountId;
  readonly connection: EditorConnection;
  readonly scene: LiveScene;
  /** Types at the beginning of a paragraph. */
  readonly type: (text: string, paragraph?: number) => void;
  readonly says: () => string;
  readonly leave: () => void;
}

export interface EditorHouse {
  readonly servers: TestServers;
  readonly content: TestContent;
  readonly issuer: TestIssuer;
  readonly replicas: TestService[];
  readonly context: (replica?: number) => EditorContext;
  readonly startReplica: (variables?: Record<string, string>) => Promise<TestService>;
  readonly connect: (options?: WriterOptions) => Promise<{ accountId: AccountId; connection: EditorConnection }>;
  /** Connects somebody, opens a scene and waits until it is there. */
  readonly write: (sceneId: SceneId, options?: WriterOptions) => Promise<Writer>;
  readonly stop: () => Promise<void>;
}

export interface WriterOptions {
  readonly role?: BookRole | null;
  readonly accountId?: AccountId;
  readonly sessionId?: SessionId;
  readonly name?: string;
  readonly replica?: number;
  readonly url?: string;
  readonly scopes?: Parameters<TestIssuer['tokenFor']>[0] extends { scopes?: infer S } | undefined ? S : never;
}

/** The plain text of a live document, one line for each block. */
export const textOf = (doc: Y.Doc): string =>
  doc
    .getXmlFragment(FRAGMENT)
    .toArray()
    .map((block) => linesOf(block))
    .join('\n');

const linesOf = (node: unknown): string => {
  if (node instanceof Y.XmlText)
    return (node.toDelta() as { insert: unknown }[])
      .map(({ insert }) => (typeof insert === 'string' ? insert : ''))
      .join('');
  return node instanceof Y.XmlElement ? node.toArray().map(linesOf).join('') : '';
};

/** The text of a paragraph, made if there is none. */
export const paragraphText = (doc: Y.Doc, paragraph: number): Y.XmlText => {
  const fragment = doc.getXmlFragment(FRAGMENT);
  const block = fragment.get(Math.min(paragraph, fragment.length - 1)) as Y.XmlElement;
  const [first] = block.toArray();
  if (first instanceof Y.XmlText) return first;
  const text = new Y.XmlText();
  block.insert(0, [text]);
  return text;
};

export const startEditorHouse = async (
  replicaCount = 1,
  variables: Record<string, string> = {},
): Promise<EditorHouse> => {
  const servers = await startTestServers();
  const issuer = await startTestIssuer();
  const content = await startTestContent(servers);
  const replicas: TestService[] = [];
  const connections: EditorConnection[] = [];
  const startReplica = async (more: Record<string, string> = {}): Promise<TestService> => {
    const replica = await startTestService(editor, servers, {
      neighbours: { user: issuer.url, content: content.url },
      variables: { LINGER_SECONDS: '1', ...variables, ...more },
    });
    replicas.push(replica);
    return replica;
  };
  for (let index = 0; index < replicaCount; index += 1) await startReplica();

  const connect: EditorHouse['connect'] = async ({
    role = 'co-author',
    accountId = newId<AccountId>(),
    sessionId = newId<SessionId>(),
    name = 'Mary',
    replica = 0,
    url,
    scopes,
  } = {}) => {
    if (role) await content.setRole(accountId, role, { tell: false });
    const connection = connectEditor({
      url: url ?? replicas[replica]?.url ?? '',
      token: async () => await issuer.tokenFor({ accountId, sessionId, name, ...(scopes ? { scopes } : {}) }),
    });
    connections.push(connection);
    return { accountId, connection };
  };

  return {
    servers,
    content,
    issuer,
    replicas,
    context: (replica = 0) => replicas[replica]?.context as EditorContext,
    startReplica,
    connect,
    write: async (sceneId, options) => {
      const { accountId, connection } = await connect(options);
      const scene = connection.openScene(sceneId);
      await scene.whenSynced();
      return {
        accountId,
        connection,
        scene,
        type: (text, paragraph = 0) => paragraphText(scene.doc, paragraph).insert(0, text),
        says: () => textOf(scene.doc),
        leave: () => connection.close(),
      };
    },
    stop: async () => {
      for (const connection of connections) connection.close();
      for (const replica of replicas) await replica.close();
      await content.stop();
      await issuer.stop();
      await servers.stop();
    },
  };
};

/** Waits until all of them say the same, and returns it. */
export const agreement = async (writers: readonly Writer[], withinMs?: number): Promise<string> =>
  await eventually(() => {
    const texts = new Set(writers.map((writer) => writer.says()));
    if (texts.size !== 1) throw new Error(`they say ${texts.size} different things`);
    for (const { scene } of writers)
      if (scene.status.get() === 'saving' || scene.status.get() === 'offline')
        throw new Error(`still ${scene.status.get()}`);
    return [...texts][0] ?? '';
  }, withinMs);
