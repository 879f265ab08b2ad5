import { defineApi } from '@authorworks/contracts';
import { z } from 'zod';
import { type Context, defineRoutes, defineService } from '../src/index.ts';

/** A service without stores, to try the ways in and out of HTTP with. */
export const hardApi = defineApi({
  keep: {
    method: 'POST',
    path: '/api/content/v1/keep',
    summary: 'Takes what the contract names',
    audience: 'anyone',
    body: z.strictObject({
      title: z.string().max(100),
      role: z.enum(['reader']).optional(),
      more: z.unknown().optional(),
    }),
    response: z.object({ title: z.string() }),
  },
  loose: {
    method: 'POST',
    path: '/api/content/v1/loose',
    summary: 'Takes any names',
    audience: 'anyone',
    body: z.looseObject({}),
    response: z.object({ keys: z.array(z.string()), polluted: z.boolean() }),
  },
  note: {
    method: 'POST',
    path: '/api/content/v1/note',
    summary: 'Takes text',
    audience: 'anyone',
    body: z.strictObject({ text: z.string().max(50) }),
    textBodies: { 'text/markdown': (text: string) => ({ text }) },
    response: z.object({ text: z.string() }),
  },
  form: {
    method: 'POST',
    path: '/api/content/v1/form',
    summary: 'Takes a file',
    audience: 'anyone',
    bodyKind: 'multipart',
    bodyLimitBytes: 200_000,
    response: z.object({ name: z.string(), bytes: z.int(), fields: z.record(z.string(), z.string()) }).nullable(),
  },
  lazy: {
    method: 'POST',
    path: '/api/content/v1/lazy',
    summary: 'Takes a file and does not look at it',
    audience: 'anyone',
    bodyKind: 'multipart',
    bodyLimitBytes: 200_000,
    response: z.object({ name: z.string() }),
  },
  find: {
    method: 'GET',
    path: '/api/content/v1/find',
    summary: 'Takes a query',
    audience: 'anyone',
    query: z.strictObject({
      q: z.string().max(50).optional(),
      email: z.email().optional(),
      page: z.coerce.number().int().max(9).optional(),
    }),
    response: z.object({ q: z.string() }),
  },
  flood: {
    method: 'GET',
    path: '/api/content/v1/flood',
    summary: 'Sends much',
    audience: 'anyone',
    respond: 'stream',
    contentType: 'application/octet-stream',
  },
  slow: {
    method: 'GET',
    path: '/api/content/v1/slow',
    summary: 'Answers when told',
    audience: 'anyone',
    response: z.object({ done: z.boolean() }),
  },
  upload: {
    method: 'PUT',
    path: '/api/content/v1/upload',
    summary: 'Takes bytes',
    audience: 'anyone',
    bodyKind: 'bytes',
    bodyLimitBytes: 50_000_000,
    response: z.object({ bytes: z.int() }),
  },
});

export interface HardContext extends Context {
  /** Lets `slow` answer. */
  readonly release: Promise<void>;
  readonly slowBegan: () => void;
}

export const hardToy = defineService({
  name: 'content',
  version: '0.0.1',
  config: {},
  context: (base): Promise<HardContext> =>
    Promise.resolve({ ...base, release: Promise.resolve(), slowBegan: () => undefined }),
  routes: [
    defineRoutes<HardContext>()(hardApi, {
      keep: (_context, { body }) => ({ title: body.title }),
      loose: (_context, { body }) => ({
        keys: Object.keys(body),
        polluted:
          ({} as Record<string, unknown>)['polluted'] !== undefined || Object.getPrototypeOf(body) !== Object.prototype,
      }),
      note: (_context, { body }) => body,
      form: async (_context, { body }) =>
        (await body.file(async ({ fileName, stream }, fields) => {
          let bytes = 0;
          for await (const chunk of stream) bytes += (chunk as Buffer).length;
          return { name: fileName, bytes, fields };
        })) ?? null,
      lazy: async (_context, { body }) => ({
        name: (await body.file(({ fileName }) => Promise.resolve(fileName))) ?? '',
      }),
      find: (_context, { query }) => ({ q: query.q ?? '' }),
      flood: () => ({
        headers: { 'content-type': 'application/octet-stream' },
        body: (async function* much() {
          for (let index = 0; index < 3_000; index += 1) yield await Promise.resolve(Buffer.alloc(65_536));
        })(),
      }),
      slow: async ({ release, slowBegan }) => {
        slowBegan();
        await release;
        return { done: true };
      },
      upload: async (_context, { body }) => {
        let bytes = 0;
        for await (const chunk of body) bytes += (chunk as Buffer).length;
        return { bytes };
      },
    }),
  ],
});
