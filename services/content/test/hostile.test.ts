import { contentApi, type EndpointDefinition } from '@authorworks/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

/**
 * What tools send to find a string that becomes SQL (FAULTS 24; Ghost CVE-2026-26980 came in by a slug). All SQL of this
 * service has parameters, and the lint rule forbids the other kind; this shows it from outside.
 */
const INJECTIONS = [
  "'",
  '"',
  "' OR '1'='1",
  "' OR 1=1 --",
  '1; SELECT pg_sleep(20) --',
  "'; DROP TABLE book; --",
  "') UNION SELECT id::text, owner_id::text FROM book --",
  "' AND (SELECT count(*) FROM pg_user) > 0 --",
  '%27%20OR%201=1',
  "\\'; SELECT 1 --",
  '$$; SELECT 1; $$',
  '${7*7}',
  '{{7*7}}',
  "a' || pg_sleep(20) || '",
  'id desc, (select 1)',
  "slug:'x'+(id:>0)",
  '\u0000',
  '\u2019 OR 1=1 --',
  'null',
  '-1',
  '1e999',
  '../../etc/passwd',
  '%',
  '_',
  'a'.repeat(2_000),
];

describe('hostile requests', () => {
  let house: ContentHouse;
  let mary: Person;
  let things: Record<string, string>;
  beforeAll(async () => {
    house = await startContentHouse();
    mary = await house.signUp('Mary');
    const { content } = mary;
    const series = await content.createSeries({ body: { title: 'S' } });
    const book = await content.createBook({ body: { title: 'B', seriesId: series.id } });
    const params = { bookId: book.id };
    const chapter = await content.createNode({ params, body: { kind: 'chapter', title: 'C' } });
    const scene = await content.createNode({ params, body: { kind: 'scene', parentId: chapter.id } });
    await content.writeSceneText({ params: { sceneId: scene.id }, body: { text: 'Words.' } });
    const edition = await content.createEdition({ params, body: {} });
    things = {
      seriesId: series.id,
      bookId: book.id,
      nodeId: chapter.id,
      sceneId: scene.id,
      chapterId: chapter.id,
      editionId: edition.id,
      slug: edition.slug,
    };
  });
  afterAll(async () => await house?.close());

  const endpoints = (Object.entries(contentApi) as [string, EndpointDefinition][]).filter(
    ([, { audience, bodyKind }]) => audience !== 'service' && bodyKind !== 'multipart',
  );
  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> => {
    const response = await fetch(house.urlOf('content') + path, {
      method,
      headers: {
        authorization: `Bearer ${mary.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  /** Answered, refused, but never broken: no 5xx, no word of the database. */
  const expectCalm = ({ status, text }: { status: number; text: string }, what: unknown): void => {
    expect([what, status < 500]).toEqual([what, true]);
    expect([
      what,
      /syntax error|SQLSTATE|prisma|pg_|relation "/i.test(text.replaceAll(/pg_sleep|pg_user/g, '')),
    ]).toEqual([what, false]);
  };
  const census = async (): Promise<unknown> => {
    const { db } = house.context();
    return [await db.book.count(), await db.node.count(), await db.collaborator.count()];
  };

  it('in the path find nothing', async () => {
    const before = await census();
    for (const [name, { method, path }] of endpoints.filter(([, endpoint]) => endpoint.path.includes(':'))) {
      const names = [...path.matchAll(/:(\w+)/g)].map(([, found]) => found ?? '');
      for (const target of names)
        for (const injection of INJECTIONS) {
          const filled = path.replaceAll(/:(\w+)/g, (_, found: string) =>
            encodeURIComponent(
              found === target ? injection : (things[found] ?? '0193a6b4-0000-7000-8000-000000000001'),
            ),
          );
          const answer = await call(method, filled, method === 'GET' || method === 'DELETE' ? undefined : {});
          expectCalm(answer, [name, target, injection]);
          // an address may look like one and lead nowhere: that is no place in a book, and no error
          const nowhere = name === 'readReadingPlace' ? [200, 400] : [400, 404];
          expect([name, injection, nowhere.includes(answer.status)]).toEqual([name, injection, true]);
        }
    }
    expect(await census()).toEqual(before);
  });

  it('in the query find nothing', async () => {
    for (const [name, { method, path }] of endpoints.filter(([, { query }]) => query))
      for (const parameter of ['cursor', 'limit', 'seriesId', 'binned', 'format', 'order', 'sort', 'filter'])
        for (const injection of INJECTIONS) {
          const filled = path.replaceAll(/:(\w+)/g, (_, found: string) => things[found] ?? '');
          const answer = await call(method, `${filled}?${parameter}=${encodeURIComponent(injection)}`);
          expectCalm(answer, [name, parameter, injection]);
          expect([name, parameter, injection, answer.status]).toEqual([name, parameter, injection, 400]);
        }
  });

  it('in the body are kept as the letters that they are, or refused', async () => {
    const { content } = mary;
    const before = await census();
    for (const injection of INJECTIONS) {
      const title = injection.slice(0, 300);
      const params = { bookId: things['bookId'] ?? '' };
      const attempts: [string, string, unknown][] = [
        [
          'PATCH',
          `/api/content/v1/books/${params.bookId}`,
          { title, subtitle: title, authorName: title.slice(0, 200), description: injection },
        ],
        ['PATCH', `/api/content/v1/nodes/${things['nodeId']}`, { title, synopsis: injection }],
        ['PATCH', `/api/content/v1/series/${things['seriesId']}`, { title, description: injection }],
        ['POST', `/api/content/v1/books/${params.bookId}/editions`, { slug: injection }],
        ['POST', `/api/content/v1/scenes/${things['sceneId']}/split`, { blockId: injection }],
        ['POST', `/api/content/v1/scenes/${things['sceneId']}/revisions`, { name: title.slice(0, 200) }],
        ['POST', `/api/content/v1/books/${params.bookId}/collaborators`, { email: injection, role: 'editor' }],
        ['POST', `/api/content/v1/books/${params.bookId}/nodes`, { kind: injection }],
        [
          'PUT',
          `/api/content/v1/reading/${things['slug']}`,
          { chapterId: injection, blockId: injection, fraction: injection },
        ],
      ];
      for (const [method, path, body] of attempts) expectCalm(await call(method, path, body), [path, injection]);
      const written = await call('PUT', `/api/content/v1/scenes/${things['sceneId']}/text`, {
        text: injection,
        format: 'text',
      });
      expectCalm(written, ['text', injection]);
      const kept = await content.readNode({ params: { nodeId: things['nodeId'] ?? '' } });
      if (!injection.includes('\u0000')) expect(kept.title).toBe(title.trim());
    }
    expect(await census()).toEqual(before);
  });

  it('cannot set what is not theirs to set', async () => {
    const book = `/api/content/v1/books/${things['bookId']}`;
    const fields = [
      'id',
      'ownerId',
      'wordCount',
      'slug',
      'publishedEditionId',
      'binnedAt',
      'role',
      '__proto__',
      'constructor',
    ];
    for (const field of fields) {
      const body = JSON.parse(`{"${field}": "x"}`) as unknown;
      const { status, text } = await call('PATCH', book, body);
      expect([field, status, /REQUEST_INVALID|REQUEST_BODY_MALFORMED/.test(text)]).toEqual([field, 400, true]);
    }
  });
});
