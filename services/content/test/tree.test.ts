import { contentEvents, type TreeNode } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import { generateNKeysBetween } from 'fractional-indexing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recountBook } from '../src/book/book-store.ts';
import { NODE_LIMIT } from '../src/node/node-policy.ts';
import { insertNodes } from '../src/node/node-store.ts';
import { sweep } from '../src/sweep.ts';
import { eventsOf, NOBODY_ID, rejection } from './behind.ts';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

const titles = (node: TreeNode): unknown[] =>
  node.children.map((child) => (child.children.length > 0 ? [child.title, titles(child)] : child.title));

describe('the tree of a book', () => {
  let house: ContentHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startContentHouse();
    mary = await house.signUp('Mary');
  });
  afterAll(async () => await house?.close());

  const begin = async (): Promise<{ bookId: string }> => ({
    bookId: (await mary.content.createBook({ body: { title: 'The Tide Clerk' } })).id,
  });
  type Kind = 'part' | 'chapter' | 'scene';
  const add = async (
    params: { bookId: string },
    kind: Kind,
    title: string,
    place: { parentId?: string | null; afterId?: string | null } = {},
  ): Promise<string> => (await mary.content.createNode({ params, body: { kind, title, ...place } })).id;
  const tree = async (params: { bookId: string }): Promise<unknown[]> =>
    titles(await mary.content.readTree({ params }));

  it('begins with nothing but the book itself', async () => {
    const params = await begin();
    expect(await mary.content.readTree({ params })).toMatchObject({
      id: params.bookId,
      kind: 'book',
      title: 'The Tide Clerk',
      wordCount: 0,
      children: [],
    });
  });

  it('grows at the end, at the beginning, and behind whatever one names', async () => {
    const params = await begin();
    const two = await add(params, 'chapter', '2');
    await add(params, 'chapter', '4', { parentId: params.bookId });
    await add(params, 'chapter', '1', { parentId: null, afterId: null });
    await add(params, 'chapter', '3', { afterId: two });
    await add(params, 'scene', '2a', { parentId: two });
    expect(await tree(params)).toEqual(['1', ['2', ['2a']], '3', '4']);
  });

  it('says of a new node what it is', async () => {
    const params = await begin();
    const { content } = mary;
    const part = await content.createNode({ params, body: { kind: 'part', title: 'Notes', matter: 'back' } });
    expect(part).toMatchObject({
      bookId: params.bookId,
      parentId: null,
      kind: 'part',
      title: 'Notes',
      matter: 'back',
      synopsis: '',
      status: 'draft',
      wordCount: 0,
    });
    const chapter = await content.createNode({ params, body: { kind: 'chapter', parentId: part.id } });
    expect(chapter).toMatchObject({ parentId: part.id, title: '', matter: 'back' });
    expect(await content.readNode({ params: { nodeId: chapter.id } })).toEqual(chapter);
  });

  it('holds things only where they can stand', async () => {
    const params = await begin();
    const part = await add(params, 'part', 'P');
    const chapter = await add(params, 'chapter', 'C', { parentId: part });
    const scene = await add(params, 'scene', 'S', { parentId: chapter });
    const refused: [Kind, string][] = [
      ['part', part] as const,
      ['part', chapter] as const,
      ['chapter', chapter] as const,
      ['part', scene] as const,
      ['chapter', scene] as const,
      ['scene', scene] as const,
    ].map(([kind, parent]) => [kind, parent]);
    for (const [kind, parentId] of refused)
      expect(await rejection(add(params, kind, 'x', { parentId }))).toMatchObject({
        status: 400,
        code: 'CONTENT_TREE_INVALID',
      });
    for (const [nodeId, parentId] of [
      [part, part],
      [part, chapter],
      [chapter, scene],
      [chapter, chapter],
    ]) {
      const moved = mary.content.moveNode({
        params: { nodeId: nodeId ?? '' },
        body: { parentId: parentId ?? '', afterId: null },
      });
      expect(await rejection(moved)).toMatchObject({ code: 'CONTENT_TREE_INVALID' });
    }
    expect(await tree(params)).toEqual([['P', [['C', ['S']]]]]);
  });

  it('knows nothing of the nodes of other books, or of siblings elsewhere', async () => {
    const [params, other] = [await begin(), await begin()];
    const chapter = await add(params, 'chapter', 'C');
    const scene = await add(params, 'scene', 'S', { parentId: chapter });
    const foreign = await add(other, 'chapter', 'F');
    for (const place of [{ parentId: foreign }, { afterId: foreign }, { parentId: NOBODY_ID }, { afterId: scene }])
      expect(await rejection(add(params, 'scene', 'x', place))).toMatchObject({ code: 'CONTENT_NODE_NOT_FOUND' });
    for (const body of [
      { parentId: foreign, afterId: null },
      { parentId: other.bookId, afterId: null },
      { parentId: null, afterId: foreign },
      { parentId: null, afterId: scene },
    ])
      expect(await rejection(mary.content.moveNode({ params: { nodeId: scene }, body }))).toMatchObject({
        code: 'CONTENT_NODE_NOT_FOUND',
      });
  });

  it('is rearranged', async () => {
    const params = await begin();
    const [a, b] = [await add(params, 'chapter', 'A'), await add(params, 'chapter', 'B')];
    const part = await add(params, 'part', 'P');
    const scene = await add(params, 'scene', 's', { parentId: a });
    const move = async (nodeId: string, parentId: string | null, afterId: string | null) =>
      await mary.content.moveNode({ params: { nodeId }, body: { parentId, afterId } });
    expect(await move(scene, b, null)).toMatchObject({ parentId: b });
    expect(await move(b, part, null)).toMatchObject({ parentId: part, wordCount: 0 });
    await move(a, params.bookId, part);
    expect(await tree(params)).toEqual([['P', [['B', ['s']]]], 'A']);
    // the same again, and behind itself: it is where it is
    await move(a, null, part);
    await move(a, null, a);
    await move(scene, null, null);
    expect(await tree(params)).toEqual(['s', ['P', ['B']], 'A']);
  });

  it('keeps its order when hundreds of things are put at the very same place', async () => {
    const params = await begin();
    const first = await add(params, 'scene', 'first');
    await add(params, 'scene', 'last');
    for (let index = 0; index < 400; index += 1) await add(params, 'scene', String(index), { afterId: first });
    const expected = ['first', ...Array.from({ length: 400 }, (_, index) => String(399 - index)), 'last'];
    expect(await tree(params)).toEqual(expected);
    const { _max } = await house
      .context()
      .db.node.aggregate({ where: { bookId: params.bookId }, _max: { rank: true } });
    expect(_max.rank?.length).toBeLessThan(70);
  });

  it('keeps everything when many add at the same place at once', async () => {
    const params = await begin();
    const first = await add(params, 'chapter', 'first');
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => await add(params, 'chapter', String(index), { afterId: first })),
    );
    const order = await tree(params);
    expect(new Set(order).size).toBe(31);
    expect(await tree(params)).toEqual(order);
    const ranks = await house.context().db.node.findMany({ where: params, select: { rank: true } });
    expect(new Set(ranks.map(({ rank }) => rank)).size).toBe(31);
  });

  it('lets titles, synopses and states be changed', async () => {
    const params = await begin();
    const nodeId = await add(params, 'scene', 'Old');
    const body = { title: 'New', synopsis: 'Two lines.\nOf it.', status: 'final', matter: 'front' } as const;
    const changed = await mary.content.updateNode({ params: { nodeId }, body });
    expect(changed).toMatchObject(body);
    expect(await mary.content.updateNode({ params: { nodeId }, body: { title: '' } })).toMatchObject({
      ...body,
      title: '',
    });
    const wrong = mary.content.updateNode({ params: { nodeId }, body: { status: 'done' as 'final' } });
    expect(await rejection(wrong)).toMatchObject({ fields: [{ path: 'body.status' }] });
  });

  it('counts the words of all that a node holds', async () => {
    const params = await begin();
    const part = await add(params, 'part', 'P');
    const chapter = await add(params, 'chapter', 'C', { parentId: part });
    for (const text of ['One two three.', 'Four five.']) {
      const scene = await add(params, 'scene', '', { parentId: chapter });
      await mary.content.writeSceneText({ params: { sceneId: scene }, body: { text } });
    }
    expect((await mary.content.readNode({ params: { nodeId: part } })).wordCount).toBe(5);
    expect((await mary.content.readTree({ params })).children[0]).toMatchObject({
      wordCount: 5,
      children: [
        {
          wordCount: 5,
          children: [{ wordCount: 3 }, { wordCount: 2 }],
        },
      ],
    });
    expect(await mary.content.readBook({ params })).toMatchObject({ wordCount: 5, chapterCount: 1, sceneCount: 2 });
  });

  describe('and its bin', () => {
    const bin = async (nodeId: string): Promise<unknown> => await mary.content.deleteNode({ params: { nodeId } });
    const restore = async (nodeId: string) => await mary.content.restoreNode({ params: { nodeId } });

    it('takes a node with all below it, and gives it back to its place', async () => {
      const params = await begin();
      const [one, two] = [await add(params, 'chapter', '1'), await add(params, 'chapter', '2')];
      await add(params, 'chapter', '3');
      const scene = await add(params, 'scene', '2a', { parentId: two });
      await mary.content.writeSceneText({ params: { sceneId: scene }, body: { text: 'Some words here.' } });
      await bin(two);
      await bin(two);
      expect(await tree(params)).toEqual(['1', '3']);
      expect(await mary.content.readBook({ params })).toMatchObject({ wordCount: 0, chapterCount: 2, sceneCount: 0 });
      const { data } = await mary.content.listBinnedNodes({ params });
      expect(data).toMatchObject([{ id: two, title: '2', wordCount: 3 }]);
      for (const call of [
        async () => await mary.content.readNode({ params: { nodeId: two } }),
        async () => await mary.content.updateNode({ params: { nodeId: scene }, body: { title: 'x' } }),
        async () => await mary.content.moveNode({ params: { nodeId: two }, body: { parentId: null, afterId: null } }),
        async () => await add(params, 'scene', 'x', { parentId: two }),
        async () => await add(params, 'chapter', 'x', { afterId: two }),
      ])
        expect(await rejection(call())).toMatchObject({ status: 404, code: 'CONTENT_NODE_NOT_FOUND' });
      const text = mary.content.readSceneText({ params: { sceneId: scene } });
      expect(await rejection(text)).toMatchObject({ code: 'CONTENT_SCENE_NOT_FOUND' });
      // what comes to stand where it was stays around it
      await add(params, 'chapter', '1½', { afterId: one });
      expect(await restore(two)).toMatchObject({ id: two, wordCount: 3 });
      expect(await restore(two)).toMatchObject({ id: two });
      const order = await tree(params);
      expect(new Set(order.map(String))).toEqual(new Set(['1', '1½', '3', '2,2a']));
      expect([order[0], order[3]]).toEqual(['1', '3']);
      expect((await mary.content.listBinnedNodes({ params })).data).toEqual([]);
    });

    it('gives back what was put there alone, and not what had gone before', async () => {
      const params = await begin();
      const chapter = await add(params, 'chapter', 'C');
      const [a, b] = [
        await add(params, 'scene', 'a', { parentId: chapter }),
        await add(params, 'scene', 'b', { parentId: chapter }),
      ];
      await bin(a);
      await bin(chapter);
      expect((await mary.content.listBinnedNodes({ params })).data.map(({ id }) => id)).toEqual([chapter, a]);
      for (const nodeId of [a, b])
        expect(await rejection(restore(nodeId))).toMatchObject({ status: 409, code: 'CONTENT_BIN_CONFLICT' });
      await restore(chapter);
      expect(await tree(params)).toEqual([['C', ['b']]]);
      await restore(a);
      expect(await tree(params)).toEqual([['C', ['a', 'b']]]);
    });

    it('is emptied after 30 days, which the house hears of', async () => {
      const params = await begin();
      const chapter = await add(params, 'chapter', 'C');
      const scene = await add(params, 'scene', 'a', { parentId: chapter });
      const kept = await add(params, 'scene', 'kept');
      for (const sceneId of [scene, kept]) {
        await mary.content.writeSceneText({ params: { sceneId }, body: { text: 'The very same words.' } });
        await mary.content.createRevision({ params: { sceneId }, body: { name: 'R' } });
      }
      await mary.content.writeSceneText({ params: { sceneId: scene }, body: { text: 'Words of its own.' } });
      await mary.content.createRevision({ params: { sceneId: scene }, body: { name: 'R2' } });
      await bin(chapter);
      await sweep(house.later(29));
      expect((await mary.content.listBinnedNodes({ params })).data).toHaveLength(1);
      await sweep(house.later(31));
      await sweep(house.later(31));
      expect((await mary.content.listBinnedNodes({ params })).data).toEqual([]);
      expect(await rejection(restore(chapter))).toMatchObject({ status: 404 });
      expect(await tree(params)).toEqual(['kept']);
      const deleted = await eventsOf(house, contentEvents.scenesDeleted, params.bookId);
      expect(deleted).toEqual([{ bookId: params.bookId, sceneIds: [scene] }]);
      // texts that only the deleted scene had are gone, the one that both had is not
      const { data } = await mary.content.listRevisions({ params: { sceneId: kept } });
      expect(data).toHaveLength(1);
      expect(await house.context().db.document.count({ where: params })).toBe(1);
    });
  });

  it(`has at most ${NODE_LIMIT} nodes, which come in one answer`, async () => {
    const params = await begin();
    const { db } = house.context();
    const chapters = generateNKeysBetween(null, null, 100).map((rank) => ({
      id: newId(),
      parentId: null,
      kind: 'chapter',
      rank,
    }));
    const scenes = chapters.flatMap(({ id }) =>
      generateNKeysBetween(null, null, 49).map((rank) => ({ id: newId(), parentId: id, kind: 'scene', rank })),
    );
    const rows = [...chapters, ...scenes].map((row) => ({
      ...row,
      title: 'x',
      matter: 'body',
      wordCount: row.parentId ? 20 : 0,
    }));
    await insertNodes(db, rows, { bookId: params.bookId, now: new Date() });
    await recountBook(db, params.bookId, new Date());
    const whole = await mary.content.readTree({ params });
    expect(whole.wordCount).toBe(49 * 100 * 20);
    expect(whole.children.flatMap(({ children }) => children)).toHaveLength(4900);
    const refused = await rejection(add(params, 'chapter', 'one too many'));
    expect(refused).toMatchObject({ status: 409, code: 'CONTENT_TREE_TOO_LARGE' });
    const [first = '', second = ''] = chapters.map(({ id }) => id);
    await mary.content.deleteNode({ params: { nodeId: first } });
    await add(params, 'chapter', 'there is room now');
    expect(await rejection(mary.content.restoreNode({ params: { nodeId: first } }))).toMatchObject({
      code: 'CONTENT_TREE_TOO_LARGE',
    });
    await mary.content.deleteNode({ params: { nodeId: second } });
    await mary.content.restoreNode({ params: { nodeId: first } });
  });
});
