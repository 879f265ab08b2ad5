import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AccountId,
  type AnswerOf,
  type BookId,
  type BookRole,
  type contentApi,
  contentEvents,
  type EventData,
  type EventDefinition,
  type SceneId,
} from '@authorworks/contracts';
import type { DocNode } from '@authorworks/manuscript/schema';
import { newId } from '@authorworks/platform';
import type { TestServers } from '@authorworks/platform/testing';
import { Redis } from 'ioredis';

/** What the editor needs of content, until a test can have the real one: roles, first texts, and its events. */
export interface TestContent {
  readonly url: string;
  readonly bookId: BookId;
  /** Requests for seeds so far, by scene. */
  readonly seeded: Map<SceneId, number>;
  readonly addScene: (
    manuscript: DocNode,
    options?: { sceneId?: SceneId; version?: number; bookId?: BookId },
  ) => SceneId;
  /** Changes the first text of a scene, as content does when it has read the live one. */
  readonly setText: (sceneId: SceneId, manuscript: DocNode, version: number) => void;
  /** In the one book, unless another is named. Without `tell` the editor has to find out by itself. */
  readonly setRole: (
    accountId: AccountId,
    role: BookRole | null,
    options?: { tell?: boolean; bookId?: BookId },
  ) => Promise<void>;
  readonly deleteScenes: (sceneIds: readonly SceneId[]) => Promise<void>;
  /** While away, it does not answer. */
  isAway: boolean;
  readonly stop: () => Promise<void>;
}

const answer = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

export const startTestContent = async (servers: Pick<TestServers, 'redis'>): Promise<TestContent> => {
  const bookId = newId<BookId>();
  const scenes = new Map<SceneId, AnswerOf<typeof contentApi.readSceneSeed>>();
  /** By book and account. */
  const roles = new Map<string, BookRole>();
  const seeded = new Map<SceneId, number>();
  const redis = new Redis(servers.redis.url, { maxRetriesPerRequest: null, lazyConnect: true });
  redis.on('error', () => undefined);

  const server = createServer((request, response) => {
    if (content.isAway) {
      response.destroy();
      return;
    }
    const url = new URL(request.url ?? '/', 'http://content');
    if (url.pathname === '/internal/content/v1/access') {
      const scene = scenes.get(url.searchParams.get('sceneId') as SceneId);
      const role = roles.get(`${scene?.bookId} ${url.searchParams.get('accountId')}`) ?? null;
      const access: AnswerOf<typeof contentApi.readAccess> = {
        bookId: scene?.bookId ?? null,
        role: scene ? role : null,
      };
      answer(response, 200, { data: access });
      return;
    }
    const sceneId = /^\/internal\/content\/v1\/scenes\/([^/]+)\/seed$/.exec(url.pathname)?.[1] as SceneId;
    const scene = scenes.get(sceneId);
    seeded.set(sceneId, (seeded.get(sceneId) ?? 0) + 1);
    if (scene) answer(response, 200, { data: scene });
    else
      answer(response, 404, { error: { code: 'CONTENT_SCENE_NOT_FOUND', message: 'No such scene.', requestId: '' } });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));

  const publish = async <E extends EventDefinition>(event: E, data: EventData<E>): Promise<void> => {
    const id = newId();
    const meta = {
      id,
      type: event.type,
      version: event.version,
      timestamp: new Date().toISOString(),
      correlationId: id,
      source: 'content',
    };
    await redis.xadd('content:events', '*', 'envelope', JSON.stringify({ meta, data }));
  };

  const content: TestContent = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bookId,
    seeded,
    isAway: false,
    addScene: (manuscript, { sceneId = newId<SceneId>(), version = 0, bookId: book = bookId } = {}) => {
      scenes.set(sceneId, { sceneId, bookId: book, language: 'en', doc: manuscript.toJSON() as never, version });
      return sceneId;
    },
    setText: (sceneId, manuscript, version) => void content.addScene(manuscript, { sceneId, version }),
    setRole: async (accountId, role, { tell = true, bookId: book = bookId } = {}) => {
      if (role) roles.set(`${book} ${accountId}`, role);
      else roles.delete(`${book} ${accountId}`);
      if (tell) await publish(contentEvents.accessChanged, { bookId: book, accountId, role });
    },
    deleteScenes: async (sceneIds) => {
      for (const sceneId of sceneIds) scenes.delete(sceneId);
      await publish(contentEvents.scenesDeleted, { bookId, sceneIds: [...sceneIds] });
    },
    stop: async () => {
      redis.disconnect();
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  return content;
};
