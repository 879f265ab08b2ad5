import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiOperation, callOperation, operationsOf, pathWith } from './operations.ts';
import { CANARY, makeWorld, openStreet, signInAgain, type World } from './world.ts';

// FAULTS 22. Generated from the OpenAPI document of the running house, so that a new endpoint is covered by itself, or
// fails here until it tells what it takes.

const CAPABILITIES_OF_BETA_READER = new Set(['book:read', 'book:comment', 'public', 'self']);
/** Beta readers read the book's files, but the pictures of somebody's account are not the book's. */
const NOT_ABOUT_THE_BOOK = new Set(['storage.readFile', 'storage.readFileContent']);

describe("other people's things", () => {
  let world: World;
  let door: string;
  let operations: ApiOperation[];
  const covered = new Set<string>();

  beforeAll(async () => {
    const house = await openStreet();
    world = await makeWorld(house);
    door = house.urlOf('gateway');
    operations = operationsOf(
      (await (await fetch(`${door}/api/openapi.json`)).json()) as { paths: Record<string, Record<string, unknown>> },
    );
  });
  afterAll(async () => {
    await world?.house.stop();
  });

  const takesAnId = (operation: ApiOperation): boolean => operation.parameters.some((name) => name.endsWith('Id'));
  const protectedOperations = (): ApiOperation[] =>
    operations.filter(({ audience, access }) => audience === 'account' && access !== 'public');
  const snapshot = async (): Promise<string> => {
    const { content, user } = world.mary;
    const params = { bookId: world.hers.bookId };
    const tree = await content.readTree({ params });
    const text = await content.readSceneText({
      params: { sceneId: world.hers.sceneId },
      query: { format: 'markdown' },
    });
    const { data: collaborators } = await content.listCollaborators({ params });
    const { data: penNames } = await user.listPenNames({});
    const { data: tokens } = await user.listApiTokens({});
    return JSON.stringify({
      book: await content.readBook({ params }),
      tree,
      text: text.text,
      collaborators,
      penNames,
      tokens: tokens.map(({ id }) => id),
    });
  };

  it('knows every kind of id and body that the API takes', () => {
    expect(operations.length).toBeGreaterThan(70);
    for (const operation of operations) expect(() => pathWith(operation, world.hers)).not.toThrow();
  });

  it('are closed to whoever is not signed in', async () => {
    const open: string[] = [];
    for (const operation of protectedOperations()) {
      const { status, text } = await callOperation(door, operation, pathWith(operation, world.hers), {
        fixtures: world.hers,
      });
      covered.add(operation.operationId);
      if (status !== 401 || text.includes(CANARY)) open.push(`${operation.operationId} ${status}`);
    }
    expect(open).toEqual([]);
  });

  it.each(['stranger', 'removed'] as const)('look like nothing at all to somebody who is %s', async (who) => {
    const before = await snapshot();
    const open: string[] = [];
    let token = world[who].accessToken;
    for (const operation of protectedOperations().filter(({ role }) => !role)) {
      const { status, text, code } = await callOperation(door, operation, pathWith(operation, world.hers), {
        token,
        fixtures: world.hers,
      });
      covered.add(operation.operationId);
      // what names somebody else's thing is not found; what does not (lists, one's own account) must not show any of it
      const refused = !takesAnId(operation) || status === 404;
      if (!refused || text.includes(CANARY)) open.push(`${operation.operationId} ${status} ${code}`);
      if (operation.operationId === 'user.endCurrentSession') token = await signInAgain(world, world[who]);
    }
    expect(open).toEqual([]);
    expect(await snapshot()).toBe(before);
  });

  it("are not reached by naming one's own thing and somebody else's in one request", async () => {
    const before = await snapshot();
    const open: string[] = [];
    for (const operation of protectedOperations().filter(({ parameters, role }) => !role && parameters.length > 1)) {
      const { status } = await callOperation(door, operation, pathWith(operation, world.strangers, world.hers), {
        token: await signInAgain(world, world.stranger),
        fixtures: world.strangers,
      });
      if (status !== 404) open.push(`${operation.operationId} ${status}`);
    }
    const merge = operations.find(({ operationId }) => operationId === 'content.mergeScenes');
    if (!merge) throw new Error('there is no content.mergeScenes');
    const merged = await callOperation(door, merge, pathWith(merge, world.strangers), {
      token: await signInAgain(world, world.stranger),
      fixtures: { ...world.strangers, otherSceneId: world.hers.otherSceneId },
    });
    if (merged.status !== 404) open.push(`content.mergeScenes with another's scene ${merged.status}`);
    expect(open).toEqual([]);
    expect(await snapshot()).toBe(before);
  });

  it('can be read, but not changed, by a beta reader', async () => {
    const before = await snapshot();
    const wrong: string[] = [];
    const aboutTheBook = protectedOperations().filter(
      ({ access, operationId }) => access?.startsWith('book:') && !NOT_ABOUT_THE_BOOK.has(operationId),
    );
    for (const operation of aboutTheBook) {
      const { status, code } = await callOperation(door, operation, pathWith(operation, world.hers), {
        token: world.betaReader.accessToken,
        fixtures: world.hers,
      });
      const allowed = CAPABILITIES_OF_BETA_READER.has(operation.access ?? '');
      if (allowed ? status >= 400 : status !== 403)
        wrong.push(`${operation.operationId} (${operation.access}) ${status} ${code}`);
    }
    expect(wrong).toEqual([]);
    expect(await snapshot()).toBe(before);
  });

  it('stay what the operator alone may touch', async () => {
    for (const operation of operations.filter(({ role }) => role)) {
      const { status } = await callOperation(door, operation, pathWith(operation, world.hers), {
        token: await signInAgain(world, world.stranger),
        fixtures: world.hers,
      });
      covered.add(operation.operationId);
      expect(`${operation.operationId} ${status}`).toBe(`${operation.operationId} 403`);
    }
  });

  it('are not shown by what anybody may call', async () => {
    const leaks: string[] = [];
    for (const operation of operations.filter(({ audience }) => audience !== 'account')) {
      const { text, status } = await callOperation(door, operation, pathWith(operation, world.hers), {
        fixtures: world.hers,
      });
      covered.add(operation.operationId);
      if (text.includes(CANARY) || status >= 500) leaks.push(`${operation.operationId} ${status}`);
    }
    expect(leaks).toEqual([]);
  });

  it('are not reached by links that were made for something else, or changed', async () => {
    const { strangers, hers } = world;
    const own = new URL(strangers.fileUrl, door);
    const swapped = new URL(own);
    swapped.pathname = swapped.pathname.replace(strangers.fileId, hers.fileId);
    const later = new URL(own);
    later.searchParams.set('expires', String(Number(later.searchParams.get('expires')) + 1));
    const bare = new URL(own.pathname.replace(strangers.fileId, hers.fileId), door);
    for (const url of [swapped, later, bare]) {
      const response = await fetch(url);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain(CANARY);
    }
    const part = new URL(strangers.partUrl, door);
    part.pathname = part.pathname.replace(strangers.uploadId, hers.uploadId);
    expect((await fetch(part, { method: 'PUT', body: 'bytes' })).status).toBe(403);
  });

  it('leave no operation of the API untried', () => {
    expect(operations.map(({ operationId }) => operationId).filter((id) => !covered.has(id))).toEqual([]);
    console.log(
      `strangers' ids: ${covered.size} of ${operations.length} operations covered (${Math.round((covered.size / operations.length) * 100)} %)`,
    );
  });
});
