import { editorApi, type EditorApi, storageApi, type StorageApi, userApi, type UserApi } from '@authorworks/contracts';
import type { Client } from '@authorworks/contracts/client';
import { type Base, type ConfigOf, type Context, serviceClient } from '@authorworks/platform';
import { type Blobs, openBlobs } from '@authorworks/platform/blobs';
import { type Bus, openBus } from '@authorworks/platform/bus';
import { openPostgres, type Postgres } from '@authorworks/platform/postgres';
import { type JobQueue, openQueue } from '@authorworks/platform/queue';
import { openRedis, type RedisConnections } from '@authorworks/platform/redis';
import type { PrismaClient } from '../prisma/client/client.ts';
import { type AccountNames, openAccountNames } from './account/account-names.ts';
import { type ManuscriptThreads, openManuscriptThreads } from './manuscript-threads.ts';
import type { config } from './config.ts';
import { openDatabase } from './database.ts';
import { openPages, type Pages } from './pages.ts';
import { type ChapterCache, openChapterCache } from './public/chapter-cache.ts';
import { openTextWork, type TextWork } from './scene/text-work.ts';

/** Everything that operations, listeners and workers of this service use; built once when it starts. */
export interface ContentContext extends Context {
  readonly config: Base<ConfigOf<typeof config>>['config'];
  readonly postgres: Postgres;
  readonly db: PrismaClient;
  readonly redis: RedisConnections;
  readonly bus: Bus;
  readonly queue: JobQueue;
  readonly blobs: Blobs;
  readonly user: Client<UserApi>;
  readonly editor: Client<EditorApi>;
  readonly storage: Client<StorageApi>;
  readonly accountNames: AccountNames;
  readonly pages: Pages;
  readonly threads: ManuscriptThreads;
  readonly texts: TextWork;
  readonly chapterCache: ChapterCache;
}

export const openContext = async (base: Base<ConfigOf<typeof config>>): Promise<ContentContext> => {
  const blobs = await openBlobs(base);
  const postgres = await openPostgres(base, new URL('../prisma/migrations/', import.meta.url));
  const redis = openRedis(base);
  const user = serviceClient(base, 'user', userApi);
  const threads = openManuscriptThreads(base);
  return {
    ...base,
    postgres,
    redis,
    blobs,
    user,
    db: openDatabase(base, postgres),
    bus: openBus(base, postgres, redis),
    queue: openQueue(base, postgres, redis),
    editor: serviceClient(base, 'editor', editorApi),
    storage: serviceClient(base, 'storage', storageApi),
    idempotency: postgres.idempotency,
    accountNames: openAccountNames(base, user),
    pages: openPages(base.config.serviceKey),
    threads,
    texts: openTextWork(threads.text),
    chapterCache: openChapterCache(base),
  };
};
