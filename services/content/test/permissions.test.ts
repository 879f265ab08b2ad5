import { contentApi, type EndpointDefinition, mayOnBook, type BookCapability } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

/** Ids of everything in one author's book, by the name of the path parameter that takes it. */
type Things = Readonly<Record<string, string>>;

const makeThings = async ({ content }: Person, helper: Person): Promise<Things> => {
  const series = await content.createSeries({ body: { title: 'Sea Stories' } });
  const book = await content.createBook({ body: { title: 'The Tide Clerk', seriesId: series.id } });
  const params = { bookId: book.id };
  const chapter = await content.createNode({ params, body: { kind: 'chapter', title: 'One' } });
  const scene = await content.createNode({ params, body: { kind: 'scene', parentId: chapter.id } });
  const text = { params: { sceneId: scene.id } };
  await content.writeSceneText({ ...text, body: { text: 'It was a dark night.' } });
  const revision = await content.createRevision({ ...text, body: { name: 'First' } });
  const { id: collaboratorId } = await content.addCollaborator({
    params,
    body: { email: helper.email, role: 'editor' },
  });
  const compilation = await content.createCompilation({ params, body: { format: 'markdown' } });
  const form = new FormData();
  form.append('file', new Blob(['# One\n\nText.']), 'other.md');
  const imported = await content.createImport({ body: form });
  await eventually(async () => {
    expect((await content.readImport({ params: { importId: imported.id } })).status).toBe('succeeded');
    expect((await content.readCompilation({ params: { compilationId: compilation.id } })).status).toBe('succeeded');
  });
  const edition = await content.createEdition({ params, body: {} });
  await content.withdrawBook({ params });
  return {
    seriesId: series.id,
    bookId: book.id,
    nodeId: chapter.id,
    sceneId: scene.id,
    revisionId: revision.id,
    collaboratorId,
    compilationId: compilation.id,
    importId: imported.id,
    editionId: edition.id,
    slug: edition.slug,
    chapterId: chapter.id,
  };
};

const bodies: Readonly<Record<string, unknown>> = {
  createSeries: { title: 'S' },
  updateSeries: { title: 'Taken over' },
  createBook: { title: 'B' },
  updateBook: { title: 'Taken over' },
  createNode: { kind: 'chapter' },
  updateNode: { title: 'Taken over' },
  moveNode: { parentId: null, afterId: null },
  splitScene: { blockId: 'abcdefghijkl' },
  mergeScenes: { otherSceneId: newId() },
  writeSceneText: { text: 'Taken over' },
  createRevision: { name: 'R' },
  addCollaborator: { email: 'nobody@example.org', role: 'editor' },
  updateCollaborator: { role: 'co-author' },
  createCompilation: { format: 'markdown' },
  createEdition: {},
  writeReadingPlace: { chapterId: newId(), blockId: null, fraction: 0.5 },
};

describe('every endpoint', () => {
  let house: ContentHouse;
  let mary: Person;
  let stranger: Person;
  let betaReader: Person;
  let hers: Things;
  let strangers: Things;

  beforeAll(async () => {
    house = await startContentHouse();
    [mary, stranger, betaReader] = [await house.signUp('Mary'), await house.signUp('Eve'), await house.signUp('Ben')];
    const helper = await house.signUp('Hal');
    hers = await makeThings(mary, helper);
    strangers = await makeThings(stranger, helper);
    await mary.content.addCollaborator({
      params: { bookId: hers['bookId'] ?? '' },
      body: { email: betaReader.email, role: 'beta-reader' },
    });
  });
  afterAll(async () => await house?.close());

  const endpoints = Object.entries(contentApi) as [string, EndpointDefinition][];
  const signedIn = endpoints.filter(([, { audience }]) => audience === 'account');
  const takesAnId = ([, { path }]: [string, EndpointDefinition]): boolean => /:\w+Id/.test(path);

  /** The path with ids in place: the first of one set of things, the others of another. */
  const pathWith = (endpoint: EndpointDefinition, first: Things, others = first): string => {
    let things = first;
    return endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => {
      const value = things[name];
      if (value === undefined) throw new Error(`there is no example of ${name}`);
      things = others;
      return value;
    });
  };
  const call = async (
    [name, endpoint]: [string, EndpointDefinition],
    path: string,
    token?: string,
  ): Promise<{ status: number; code: string }> => {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    let body: BodyInit | undefined;
    if (endpoint.bodyKind === 'multipart') {
      body = new FormData();
      body.append('bookId', hers['bookId'] ?? '');
      body.append('file', new Blob(['Text.']), 'a.md');
    } else if (endpoint.body) {
      body = JSON.stringify(bodies[name]);
      headers['content-type'] = 'application/json';
    }
    const response = await fetch(house.urlOf('content') + path, {
      method: endpoint.method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const answer = text.startsWith('{') ? (JSON.parse(text) as { error?: { code: string } }) : {};
    return { status: response.status, code: answer.error?.code ?? '' };
  };

  it('is closed to whoever is not signed in', async () => {
    for (const entry of signedIn)
      expect([entry[0], await call(entry, pathWith(entry[1], hers))]).toEqual([
        entry[0],
        { status: 401, code: 'AUTH_REQUIRED' },
      ]);
  });

  it('answers strangers as if there were nothing', async () => {
    for (const entry of signedIn.filter((one) => takesAnId(one) || one[0] === 'createImport')) {
      const { status, code } = await call(entry, pathWith(entry[1], hers), stranger.token);
      expect([entry[0], status, code.endsWith('_NOT_FOUND')]).toEqual([entry[0], 404, true]);
    }
  });

  it("is not opened by naming one's own thing before somebody else's", async () => {
    const withTwo = signedIn.filter(([, { path }]) => (path.match(/:/g)?.length ?? 0) > 1);
    expect(withTwo.map(([name]) => name)).toEqual(['updateCollaborator', 'removeCollaborator']);
    for (const entry of withTwo)
      expect((await call(entry, pathWith(entry[1], strangers, hers), stranger.token)).status).toBe(404);
    const merge = await stranger.content
      .mergeScenes({ params: { sceneId: strangers['sceneId'] ?? '' }, body: { otherSceneId: hers['sceneId'] ?? '' } })
      .catch((error: unknown) => error);
    expect(merge).toMatchObject({ status: 404, code: 'CONTENT_SCENE_NOT_FOUND' });
    const params = { bookId: strangers['bookId'] ?? '' };
    const compiled = await stranger.content
      .createCompilation({ params, body: { format: 'markdown', editionId: hers['editionId'] ?? '' } })
      .catch((error: unknown) => error);
    expect(compiled).toMatchObject({ status: 404, code: 'CONTENT_EDITION_NOT_FOUND' });
    for (const place of [{ parentId: hers['nodeId'] }, { afterId: hers['nodeId'] }]) {
      const created = stranger.content.createNode({ params, body: { kind: 'scene', ...place } });
      await expect(created).rejects.toMatchObject({ status: 404, code: 'CONTENT_NODE_NOT_FOUND' });
    }
    const updated = stranger.content.updateBook({ params, body: { seriesId: hers['seriesId'] } });
    await expect(updated).rejects.toMatchObject({ status: 404, code: 'CONTENT_SERIES_NOT_FOUND' });
  });

  it('tells a beta reader what their role forbids, and changes nothing', async () => {
    const before = await mary.content.readTree({ params: { bookId: hers['bookId'] ?? '' } });
    for (const entry of signedIn.filter(([, { access }]) => access?.startsWith('book:'))) {
      const [name, { access, path }] = entry;
      const capability = access?.slice('book:'.length) as BookCapability;
      const { status, code } = await call(
        entry,
        path.includes(':') ? pathWith(entry[1], hers) : path,
        betaReader.token,
      );
      if (mayOnBook('beta-reader', capability)) expect([name, status < 400]).toEqual([name, true]);
      else expect([name, status, code]).toEqual([name, 403, 'CONTENT_ROLE_FORBIDS']);
    }
    expect(await mary.content.readTree({ params: { bookId: hers['bookId'] ?? '' } })).toEqual(before);
  });

  it('of the house itself is closed to people', async () => {
    for (const entry of endpoints.filter(([, { audience }]) => audience === 'service')) {
      const path = pathWith(entry[1], hers);
      expect((await call(entry, path)).status).toBe(401);
      expect((await call(entry, path, mary.token)).status).toBe(401);
    }
  });

  it('refuses ids that are none, and fields that it does not know', async () => {
    const { content } = mary;
    await expect(content.readBook({ params: { bookId: "1' OR '1'='1" } })).rejects.toMatchObject({
      status: 400,
      code: 'REQUEST_INVALID',
      fields: [{ path: 'params.bookId' }],
    });
    const body = { title: 'B', ownerId: stranger.accountId } as { title: string };
    await expect(content.createBook({ body })).rejects.toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });
});
