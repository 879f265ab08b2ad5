import { defineApi, defineErrors, defineEvent, defineJob } from '@authorworks/contracts';
import { z } from 'zod';
import { type Bus, openBus } from '../src/bus/index.ts';
import { type Context, defineRoutes, defineService, fail, postgresSettings, redisSettings } from '../src/index.ts';
import { openPostgres, type Postgres } from '../src/postgres/index.ts';
import { type JobQueue, openQueue } from '../src/queue/index.ts';
import { openRedis, type RedisConnections } from '../src/redis.ts';

/** A small service under the name of content, to try the platform with. */
export const toyErrors = defineErrors({
  noPoem: { code: 'TOY_POEM_NOT_FOUND', status: 404, message: 'There is no such poem.' },
});

export const toyApi = defineApi({
  writePoem: {
    method: 'POST',
    path: '/api/content/v1/poems',
    summary: 'Write a poem',
    audience: 'account',
    scope: 'books:write',
    body: z.strictObject({ title: z.string().min(1), lines: z.array(z.string()).max(100) }),
    response: z.object({ id: z.string(), title: z.string(), by: z.string() }),
    status: 201,
    idempotent: true,
  },
  readPoem: {
    method: 'GET',
    path: '/api/content/v1/poems/:poemId',
    summary: 'Read a poem',
    audience: 'anyone',
    params: z.strictObject({ poemId: z.string() }),
    response: z.object({ id: z.string(), title: z.string() }),
    errors: [toyErrors.noPoem],
  },
  countBytes: {
    method: 'PUT',
    path: '/api/content/v1/bytes',
    summary: 'Count bytes',
    audience: 'anyone',
    bodyKind: 'bytes',
    bodyLimitBytes: 1_000_000,
    response: z.object({ bytes: z.int() }),
  },
  burnPoems: {
    method: 'DELETE',
    path: '/api/content/v1/poems',
    summary: 'Burn all',
    audience: 'account',
    role: 'operator',
    respond: 'empty',
  },
  breakDown: {
    method: 'GET',
    path: '/api/content/v1/broken',
    summary: 'Always breaks',
    audience: 'anyone',
    response: z.object({}),
  },
  tell: {
    method: 'GET',
    path: '/internal/content/v1/tell',
    summary: 'For services',
    audience: 'service',
    response: z.object({ caller: z.string() }),
  },
  longLine: {
    method: 'GET',
    path: '/api/content/v1/long',
    summary: 'A stream',
    audience: 'anyone',
    respond: 'stream',
    contentType: 'text/plain',
  },
});

export const poemWritten = defineEvent({
  type: 'content.poem.written',
  version: 1,
  summary: 'A poem was written.',
  data: z.object({ title: z.string() }),
});
export const countJob = defineJob({
  type: 'content.count-syllables',
  summary: 'Counts.',
  input: z.object({ title: z.string() }),
  output: z.object({ syllables: z.int() }),
  attempts: 3,
  timeoutMs: 60_000,
});

export interface ToyContext extends Context {
  readonly postgres: Postgres;
  readonly redis: RedisConnections;
  readonly bus: Bus;
  readonly queue: JobQueue;
}

const poems = new Map<string, string>();

export const toy = defineService({
  name: 'content',
  version: '0.0.1',
  config: { ...postgresSettings, ...redisSettings },
  context: async (base): Promise<ToyContext> => {
    const postgres = await openPostgres(base);
    const redis = openRedis(base);
    return {
      ...base,
      postgres,
      redis,
      bus: openBus(base, postgres, redis),
      queue: openQueue(base, postgres, redis),
      idempotency: postgres.idempotency,
    };
  },
  routes: [
    defineRoutes<ToyContext>()(toyApi, {
      writePoem: async (context, { auth, body }) => {
        const id = `poem-${poems.size}`;
        poems.set(id, body.title);
        await context.bus.publish(context.postgres.sql, poemWritten, { title: body.title });
        return { id, title: body.title, by: auth.name };
      },
      readPoem: (_context, { params }) => {
        const title = poems.get(params.poemId);
        if (!title) throw fail(toyErrors.noPoem);
        return { id: params.poemId, title };
      },
      countBytes: async (_context, { body }) => {
        let bytes = 0;
        for await (const chunk of body) bytes += (chunk as Buffer).length;
        return { bytes };
      },
      burnPoems: () => poems.clear(),
      breakDown: () => {
        throw new TypeError('the secret password is 12345');
      },
      tell: (_context, { auth }) => ({ caller: auth.service }),
      longLine: () => ({
        headers: { 'content-type': 'text/plain' },
        body: (async function* lines() {
          for (let index = 0; index < 1000; index += 1) yield Buffer.from(`${index}\n`);
        })(),
      }),
    }),
  ],
});
