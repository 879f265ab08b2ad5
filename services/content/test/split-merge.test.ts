import { contentErrors, type EditorApi, type Client, platformErrors } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { newId } from '@authorworks/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishAbandonedMoves } from '../src/sweep.ts';
import { rejection } from './behind.ts';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

describe('scenes that are split and merged', () => {
  let house: ContentHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startContentHouse();
    mary = await house.signUp('Mary');
  });
  afterAll(async () => await house?.close());

  interface Scene {
    readonly bookId: string;
    readonly chapterId: string;
    readonly sceneId: string;
  }
  const begin = async (text = 'One.\n\nTwo.\n\nThree.'): Promise<Scene> => {
    const { id: bookId } = await mary.content.createBook({ body: { title: 'The Tide Clerk' } });
    const params = { bookId };
    const chapter = await mary.content.createNode({ params, body: { kind: 'chapter' } });
    const scene = await mary.content.createNode({
      params,
      body: { kind: 'scene', title: 'First', parentId: chapter.id },
    });
    await mary.content.createNode({ params, body: { kind: 'scene', title: 'Last', parentId: chapter.id } });
    await mary.content.writeSceneText({ params: { sceneId: scene.id }, body: { text } });
    return { bookId, chapterId: chapter.id, sceneId: scene.id };
  };
  const blockOf = async (sceneId: string, index: number): Promise<string> => {
    const { doc } = await mary.content.readSceneText({ params: { sceneId } });
    const attrs = doc?.content?.[index]?.['attrs'] as { id: string } | undefined;
    return attrs?.id ?? '';
  };
  const textOf = async (sceneId: string): Promise<string> =>
    (await mary.content.readSceneText({ params: { sceneId }, query: { format: 'markdown' } })).text ?? '';
  const scenesOf = async ({ bookId }: Scene): Promise<{ id: string; title: string }[]> =>
    (await mary.content.readTree({ params: { bookId } })).children[0]?.children ?? [];
  const textsOf = async (scene: Scene): Promise<string[]> =>
    await Promise.all((await scenesOf(scene)).map(async ({ id }) => (await textOf(id)).trim().replaceAll('\n\n', ' ')));
  const split = async (sceneId: string, blockId: string) =>
    await mary.content.splitScene({ params: { sceneId }, body: { blockId, title: 'Second' } });
  const merge = async (sceneId: string, otherSceneId: string) =>
    await mary.content.mergeScenes({ params: { sceneId }, body: { otherSceneId } });

  /** The editor as it is just before, or just after, the network loses the connection to it. */
  const broken = (when: 'before' | 'after'): Client<EditorApi> => {
    const { editor } = house.context();
    const lost = (): never => {
      throw new ApiError(0, { code: 'NETWORK_UNREACHABLE', message: 'The connection was lost.', requestId: '' });
    };
    const lose =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (when === 'after') await call(...args);
        return lost();
      };
    return { ...editor, splitText: lose(editor.splitText), mergeTexts: lose(editor.mergeTexts) };
  };

  it('come apart at a paragraph, which begins the new scene right behind', async () => {
    const scene = await begin();
    const blockId = await blockOf(scene.sceneId, 1);
    const { first, second } = await split(scene.sceneId, blockId);
    expect([first, second]).toMatchObject([
      { id: scene.sceneId, title: 'First', wordCount: 1 },
      { title: 'Second', kind: 'scene', parentId: scene.chapterId, wordCount: 2 },
    ]);
    expect(await textsOf(scene)).toEqual(['One.', 'Two. Three.', '']);
    expect((await scenesOf(scene)).map(({ title }) => title)).toEqual(['First', 'Second', 'Last']);
    expect(await blockOf(second.id, 0)).toBe(blockId);
    expect(await mary.content.readBook({ params: scene })).toMatchObject({ wordCount: 3, sceneCount: 3 });
  });

  it('come together again, and the other one goes to the bin with its text', async () => {
    const scene = await begin();
    const { second } = await split(scene.sceneId, await blockOf(scene.sceneId, 2));
    const merged = await merge(scene.sceneId, second.id);
    expect(merged).toMatchObject({ id: scene.sceneId, wordCount: 3 });
    expect(await textsOf(scene)).toEqual(['One. Two. Three.', '']);
    const { data } = await mary.content.listBinnedNodes({ params: scene });
    expect(data).toMatchObject([{ id: second.id, wordCount: 1 }]);
    expect(await mary.content.readBook({ params: scene })).toMatchObject({ wordCount: 3, sceneCount: 2 });
  });

  it('are split before anybody has opened them, from what was imported', async () => {
    const form = new FormData();
    form.append('file', new Blob(['# One\n\nAlpha.\n\nBeta.']), 'greek.md');
    const { id } = await mary.content.createImport({ body: form });
    const { eventually } = await import('@authorworks/platform/testing');
    const bookId = await eventually(async () => {
      const { bookId: made } = await mary.content.readImport({ params: { importId: id } });
      expect(made).not.toBeNull();
      return made ?? '';
    });
    const [scene] = (await mary.content.readTree({ params: { bookId } })).children[0]?.children ?? [];
    const sceneId = scene?.id ?? '';
    const { second } = await split(sceneId, await blockOf(sceneId, 1));
    expect([await textOf(sceneId), await textOf(second.id)]).toEqual(['Alpha.\n', 'Beta.\n']);
  });

  it('are split once however often the same request arrives', async () => {
    const scene = await begin();
    const call = { params: { sceneId: scene.sceneId }, body: { blockId: await blockOf(scene.sceneId, 1) } };
    const options = { idempotencyKey: newId() };
    const first = await mary.content.splitScene(call, options);
    expect((await mary.content.splitScene(call, options)).second.id).toBe(first.second.id);
    expect(await rejection(mary.content.splitScene(call))).toMatchObject({ code: 'CONTENT_BLOCK_NOT_FOUND' });
    expect(await textsOf(scene)).toEqual(['One.', 'Two. Three.', '']);
  });

  it('are left as they are by what cannot be done', async () => {
    const [scene, other] = [await begin(), await begin()];
    expect(await rejection(split(scene.sceneId, 'abcdefghijkl'))).toMatchObject({
      status: 404,
      code: contentErrors.blockNotFound.code,
    });
    expect(await rejection(merge(scene.sceneId, scene.sceneId))).toMatchObject({ code: 'CONTENT_TREE_INVALID' });
    for (const otherSceneId of [other.sceneId, scene.chapterId, newId()])
      expect(await rejection(merge(scene.sceneId, otherSceneId))).toMatchObject({ code: 'CONTENT_SCENE_NOT_FOUND' });
    expect(await textsOf(scene)).toEqual(['One. Two. Three.', '']);
    expect(await house.context().db.textMove.count({ where: { bookId: scene.bookId } })).toBe(0);
  });

  describe.each(['before', 'after'] as const)(
    'when the connection to the editor is lost %s it has done its half',
    (when) => {
      it('are finished by the same request, sent again', async () => {
        const scene = await begin();
        const blockId = await blockOf(scene.sceneId, 1);
        const failed = await house.withParts(
          { editor: broken(when) },
          async () => await rejection(split(scene.sceneId, blockId)),
        );
        expect(failed).toMatchObject({ status: 503, code: platformErrors.neighbourFailed.code });
        const { second } = await split(scene.sceneId, blockId);
        expect(await textsOf(scene)).toEqual(['One.', 'Two. Three.', '']);
        await house.withParts({ editor: broken(when) }, async () => await rejection(merge(scene.sceneId, second.id)));
        await merge(scene.sceneId, second.id);
        expect(await textsOf(scene)).toEqual(['One. Two. Three.', '']);
      });

      it('are not given up because the editor cannot be reached the second time', async () => {
        const scene = await begin();
        const blockId = await blockOf(scene.sceneId, 1);
        await house.withParts({ editor: broken(when) }, async () => await rejection(split(scene.sceneId, blockId)));
        await house.stop('editor');
        try {
          expect(await rejection(split(scene.sceneId, blockId))).toMatchObject({ status: 503 });
        } finally {
          await house.start('editor');
        }
        await finishAbandonedMoves(house.later(1));
        expect(await textsOf(scene)).toEqual(['One.', 'Two. Three.', '']);
      });

      it('are finished by the sweeper when nobody comes back', async () => {
        const scene = await begin();
        const blockId = await blockOf(scene.sceneId, 1);
        await house.withParts({ editor: broken(when) }, async () => await rejection(split(scene.sceneId, blockId)));
        await finishAbandonedMoves(house.context());
        // those who began it may still be at it
        expect(await scenesOf(scene)).toHaveLength(2);
        await finishAbandonedMoves(house.later(1));
        await finishAbandonedMoves(house.later(1));
        expect(await textsOf(scene)).toEqual(['One.', 'Two. Three.', '']);
        expect((await scenesOf(scene)).map(({ title }) => title)).toEqual(['First', 'Second', 'Last']);
      });

      it('are whole in what is published meanwhile', async () => {
        const scene = await begin();
        const blockId = await blockOf(scene.sceneId, 1);
        await house.withParts({ editor: broken(when) }, async () => await rejection(split(scene.sceneId, blockId)));
        const { slug, wordCount } = await mary.content.createEdition({ params: scene, body: {} });
        expect(wordCount).toBe(3);
        const { html } = await mary.content.readPublicChapter({ params: { slug, chapterId: scene.chapterId } });
        expect(html.match(/One|Two|Three/g)).toEqual(['One', 'Two', 'Three']);
        await house.withParts({ editor: broken(when) }, async () => {
          const [, second] = await scenesOf(scene);
          await rejection(merge(scene.sceneId, second?.id ?? ''));
          // nobody can say whether the text is here or there: rather no edition than one with a gap, or with a passage twice
          expect(await rejection(mary.content.createEdition({ params: scene, body: {} }))).toMatchObject({
            status: 503,
          });
        });
        expect((await mary.content.createEdition({ params: scene, body: {} })).wordCount).toBe(3);
      });
    },
  );

  it('are not begun while the editor is certainly away', async () => {
    const scene = await begin();
    const blockId = await blockOf(scene.sceneId, 1);
    await house.stop('editor');
    try {
      expect(await rejection(split(scene.sceneId, blockId))).toMatchObject({ status: 503 });
    } finally {
      await house.start('editor');
    }
    expect(await house.context().db.textMove.count({ where: { bookId: scene.bookId } })).toBe(0);
    expect(await textsOf(scene)).toEqual(['One. Two. Three.', '']);
  });

  it('are not pulled about by two people at once', async () => {
    const scene = await begin();
    const blockId = await blockOf(scene.sceneId, 1);
    await house.withParts({ editor: broken('after') }, async () => await rejection(split(scene.sceneId, blockId)));
    const last = (await scenesOf(scene)).at(-1)?.id ?? '';
    expect(await rejection(merge(last, scene.sceneId))).toMatchObject({ status: 409, code: 'CONTENT_TEXT_CONFLICT' });
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, async () => await split(scene.sceneId, blockId)),
    );
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await textsOf(scene)).toEqual(['One.', 'Two. Three.', '']);
  });
});
