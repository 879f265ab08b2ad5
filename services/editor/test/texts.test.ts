import {
  type AccountId,
  createClient,
  editorApi,
  editorEvents,
  type EventEnvelope,
  type SceneId,
} from '@authorworks/contracts';
import { blocksOf } from '@authorworks/manuscript/blocks';
import { checkManuscript, type DocNode } from '@authorworks/manuscript/schema';
import { newId } from '@authorworks/platform';
import { eventually, TEST_SERVICE_KEY } from '@authorworks/platform/testing';
import { createIdentity } from '@authorworks/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditorHouse, startEditorHouse } from './editor-house.ts';
import { dice, manuscriptOf, plainManuscript, randomManuscript } from './prose.ts';

describe("what content asks of a scene's live text", () => {
  let house: EditorHouse;
  const accountId = newId<AccountId>();
  beforeAll(async () => {
    house = await startEditorHouse(2);
  });
  afterAll(async () => await house?.stop());

  const client = (replica = 0) => {
    const identity = createIdentity('content', TEST_SERVICE_KEY);
    return createClient(editorApi, {
      baseUrl: house.replicas[replica]?.url ?? '',
      headers: async () => ({ authorization: `Bearer ${await identity.tokenFor('editor')}` }),
    });
  };
  const docOf = (json: unknown): DocNode => {
    const checked = checkManuscript(json);
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    return checked.doc;
  };
  const linesOf = (json: unknown): string[] => docOf(json).children.map((block) => block.textContent);
  const jsonOf = (manuscript: DocNode) => manuscript.toJSON() as { type: 'doc' };
  const readOne = async (sceneId: SceneId, knownVersion = -1) => {
    const [text] = await client().readTexts({
      body: { scenes: [{ sceneId, knownVersion: Math.max(0, knownVersion) }] },
    });
    if (!text) throw new Error('no answer');
    return text;
  };
  /** Events that were published, newest last. */
  const announced = async (sceneId: SceneId) => {
    const rows = await house
      .context()
      .postgres.sql.query<{ envelope: EventEnvelope }>(
        `SELECT envelope FROM outbox WHERE type = $1 AND envelope->'data'->>'sceneId' = $2 ORDER BY seq`,
        [editorEvents.sceneChanged.type, sceneId],
      );
    return rows.map(({ envelope }) => editorEvents.sceneChanged.data.parse(envelope.data));
  };

  it('answers only other services', async () => {
    const stranger = createClient(editorApi, { baseUrl: house.replicas[0]?.url ?? '' });
    await expect(stranger.readTexts({ body: { scenes: [] } })).rejects.toMatchObject({ status: 401 });
  });

  describe('reading', () => {
    it('gives the texts that are news, and null for those that are known or were never opened', async () => {
      const never = house.content.addScene(manuscriptOf('Never opened.'));
      const opened = house.content.addScene(manuscriptOf('Opened.'));
      const mary = await house.write(opened);
      mary.type('Changed. ');
      await mary.scene.whenSaved();
      expect(await readOne(never)).toEqual({ sceneId: never, version: 0, doc: null });
      expect(await readOne(opened, 1)).toEqual({ sceneId: opened, version: 1, doc: null });
      const text = await readOne(opened, 0);
      expect(text.version).toBe(1);
      expect(linesOf(text.doc)).toEqual(['Changed. Opened.']);
    });

    it('gives 200 scenes at once without opening one of them', async () => {
      const manuscript = plainManuscript(dice(4), 600);
      const scenes = Array.from({ length: 200 }, () => house.content.addScene(manuscript));
      for (const sceneId of scenes) await house.context().shelf.with(sceneId, async () => await Promise.resolve());
      const openNow = (replica: number): SceneId[] =>
        scenes.filter((sceneId) => house.context(replica).shelf.scenes.has(sceneId));
      await eventually(() => expect(openNow(0)).toEqual([]));
      const texts = await client(1).readTexts({
        body: { scenes: scenes.map((sceneId) => ({ sceneId, knownVersion: 7 })) },
      });
      expect(openNow(1)).toEqual([]);
      expect(texts.map(({ sceneId }) => sceneId)).toEqual(scenes);
      for (const { doc } of texts) expect(docOf(doc).eq(manuscript)).toBe(true);
    });
  });

  describe('writing', () => {
    it('reaches open editors, keeps the ids of blocks, and counts the version on', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.', 'Then two of them went.', 'Three.'));
      const mary = await house.write(sceneId, { replica: 1 });
      const before = docOf(
        (
          await client().writeText({
            params: { sceneId },
            body: { doc: jsonOf(manuscriptOf('One.', 'Then two of them went.', 'Three.')), accountId },
          })
        ).doc,
      );
      expect(mary.scene.version).toBe(0);
      const written = await client().writeText({
        params: { sceneId },
        body: { doc: jsonOf(manuscriptOf('One.', 'Then two and a half of them went.', 'Three.', 'Four.')), accountId },
      });
      await eventually(() => expect(mary.says()).toBe('One.\nThen two and a half of them went.\nThree.\nFour.'));
      expect(written.version).toBe(1);
      const ids = blocksOf(docOf(written.doc)).map(({ id }) => id);
      expect(ids.slice(0, 3)).toEqual(blocksOf(before).map(({ id }) => id));
      await eventually(async () => {
        expect(await announced(sceneId)).toEqual([
          {
            sceneId,
            bookId: house.content.bookId,
            version: 1,
            changedBlockIds: expect.arrayContaining([ids[1], ids[3]]),
            removedBlockIds: [],
            accountIds: [accountId],
          },
        ]);
      });
    });

    it('goes well with somebody who types in the same moment', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.', 'Two.'));
      const mary = await house.write(sceneId, { replica: 1 });
      const typing = (async () => {
        for (let index = 0; index < 60; index += 1) {
          mary.type('x');
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
      for (let round = 1; round <= 5; round += 1) {
        const current = docOf(
          (await client().readTexts({ body: { scenes: [{ sceneId, knownVersion: 0 }] } }))[0]?.doc ??
            jsonOf(manuscriptOf('One.', 'Two.')),
        );
        const lines = current.children.map((block) => block.textContent);
        await client().writeText({
          params: { sceneId },
          body: { doc: jsonOf(manuscriptOf(lines[0] ?? '', `Two, round ${round}.`)), accountId },
        });
      }
      await typing;
      await mary.scene.whenSaved();
      await eventually(() => expect(mary.says()).toMatch(/^x+One\.\nTwo, round 5\.$/));
      const committed = linesOf((await readOne(sceneId)).doc).join('\n');
      expect(mary.says()).toBe(committed);
    });

    it('refuses a text that is not a manuscript, an unknown scene, and a version that has passed', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const doc = jsonOf(manuscriptOf('Two.'));
      const write = async (id: SceneId, body: object) =>
        await client().writeText({ params: { sceneId: id }, body: { doc, accountId, ...body } });
      await expect(write(sceneId, { doc: { type: 'doc', content: [{ type: 'script' }] } })).rejects.toMatchObject({
        code: 'EDITOR_UPDATE_INVALID',
        status: 400,
      });
      await expect(write(newId<SceneId>(), {})).rejects.toMatchObject({ code: 'EDITOR_SCENE_NOT_FOUND', status: 404 });
      await expect(write(sceneId, { ifVersion: 7 })).rejects.toMatchObject({
        code: 'EDITOR_VERSION_CONFLICT',
        status: 409,
      });
      expect(await write(sceneId, { ifVersion: 0 })).toMatchObject({ version: 1 });
      await expect(write(sceneId, { ifVersion: 0, doc: jsonOf(manuscriptOf('Three.')) })).rejects.toMatchObject({
        code: 'EDITOR_VERSION_CONFLICT',
      });
    });

    it('lets one of many win that expect the same version, over replicas', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const results = await Promise.allSettled(
        Array.from(
          { length: 8 },
          async (_, index) =>
            await client(index % 2).writeText({
              params: { sceneId },
              body: { doc: jsonOf(manuscriptOf(`Writer ${index}.`)), accountId, ifVersion: 0 },
            }),
        ),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'EDITOR_VERSION_CONFLICT' });
    });

    it('can be any manuscript, one over the other', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const mary = await house.write(sceneId, { replica: 1 });
      for (let seed = 1; seed <= 12; seed += 1) {
        const wanted = randomManuscript(dice(seed));
        const { doc, version } = await client().writeText({
          params: { sceneId },
          body: { doc: jsonOf(wanted), accountId },
        });
        expect(docOf(doc).textContent, `seed ${seed}`).toBe(wanted.textContent);
        await eventually(() => expect(mary.scene.version).toBe(version));
      }
    });
  });

  describe('splitting and merging', () => {
    it('moves a block and all behind it into a new scene, once', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.', 'Two.', 'Three.', 'Four.'));
      const newSceneId = newId<SceneId>();
      const mary = await house.write(sceneId, { replica: 1 });
      mary.type('Day ');
      await mary.scene.whenSaved();
      const blocks = blocksOf(docOf((await readOne(sceneId)).doc));
      const body = { blockId: blocks[2]?.id ?? '', newSceneId, accountId };
      const split = await client().splitText({ params: { sceneId }, body });
      expect(linesOf(split.first.doc)).toEqual(['Day One.', 'Two.']);
      expect(linesOf(split.second.doc)).toEqual(['Three.', 'Four.']);
      expect(blocksOf(docOf(split.second.doc)).map(({ id }) => id)).toEqual(blocks.slice(2).map(({ id }) => id));
      await eventually(() => expect(mary.says()).toBe('Day One.\nTwo.'));
      expect(await client(1).splitText({ params: { sceneId }, body })).toEqual(split);
      await eventually(async () =>
        expect(await announced(newSceneId)).toMatchObject([{ version: 1, accountIds: [accountId] }]),
      );
      house.content.addScene(manuscriptOf(''), { sceneId: newSceneId });
      const percy = await house.write(newSceneId);
      expect(percy.says()).toBe('Three.\nFour.');
    });

    it('knows no block that is not there, and nothing of half a split', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.', 'Two.'));
      const body = { blockId: 'nothingthere', newSceneId: newId<SceneId>(), accountId };
      await expect(client().splitText({ params: { sceneId }, body })).rejects.toMatchObject({
        code: 'EDITOR_BLOCK_NOT_FOUND',
        status: 404,
      });
      await expect(client().splitText({ params: { sceneId: newId<SceneId>() }, body })).rejects.toMatchObject({
        code: 'EDITOR_SCENE_NOT_FOUND',
      });
    });

    it('splits while somebody types, and loses no letter', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.', 'Two.', 'Three.'));
      const newSceneId = newId<SceneId>();
      const mary = await house.write(sceneId, { replica: 1 });
      const blockId =
        blocksOf(
          docOf(
            (
              await client().writeText({
                params: { sceneId },
                body: { doc: jsonOf(manuscriptOf('One.', 'Two.', 'Three.')), accountId },
              })
            ).doc,
          ),
        )[1]?.id ?? '';
      const typing = (async () => {
        for (let index = 0; index < 40; index += 1) {
          mary.type('x');
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
      await client().splitText({ params: { sceneId }, body: { blockId, newSceneId, accountId } });
      await typing;
      await mary.scene.whenSaved();
      expect(mary.says()).toBe(`${'x'.repeat(40)}One.`);
      expect(linesOf((await readOne(newSceneId)).doc)).toEqual(['Two.', 'Three.']);
    });

    it('appends one scene to another, once, and leaves the other as it is', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const otherSceneId = house.content.addScene(manuscriptOf('Two.', 'Three.'));
      const mary = await house.write(sceneId, { replica: 1 });
      const merged = await client().mergeTexts({ params: { sceneId }, body: { otherSceneId, accountId } });
      expect(linesOf(merged.doc)).toEqual(['One.', 'Two.', 'Three.']);
      expect(await client(1).mergeTexts({ params: { sceneId }, body: { otherSceneId, accountId } })).toEqual(merged);
      await eventually(() => expect(mary.says()).toBe('One.\nTwo.\nThree.'));
      const percy = await house.write(otherSceneId);
      expect(percy.says()).toBe('Two.\nThree.');
    });

    it('merges two pairs that cross each other without waiting for ever', async () => {
      const [a, b] = [house.content.addScene(manuscriptOf('A.')), house.content.addScene(manuscriptOf('B.'))];
      const results = await Promise.all([
        client().mergeTexts({ params: { sceneId: a }, body: { otherSceneId: b, accountId } }),
        client().mergeTexts({ params: { sceneId: b }, body: { otherSceneId: a, accountId } }),
      ]);
      expect(results.map(({ doc }) => linesOf(doc).toSorted())).toEqual([
        ['A.', 'B.'],
        ['A.', 'B.'],
      ]);
    });
  });

  describe('announcing', () => {
    it('tells once after a pause which blocks changed, and who changed them', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.', 'Two.', 'Three.'));
      const [mary, percy] = [await house.write(sceneId), await house.write(sceneId, { replica: 1 })];
      const ids = blocksOf(
        docOf(
          (
            await client().writeText({
              params: { sceneId },
              body: { doc: jsonOf(manuscriptOf('One.', 'Two.', 'Three.')), accountId },
            })
          ).doc,
        ),
      ).map(({ id }) => id);
      for (const letter of 'abc') mary.type(letter, 0);
      percy.type('x', 2);
      await Promise.all([mary.scene.whenSaved(), percy.scene.whenSaved()]);
      await eventually(async () => {
        const events = await announced(sceneId);
        const told = events.at(-1);
        expect(told?.version).toBe(Math.max(mary.scene.version, percy.scene.version));
        expect(new Set(events.flatMap(({ changedBlockIds }) => changedBlockIds))).toEqual(new Set([ids[0], ids[2]]));
        expect(new Set(events.flatMap(({ accountIds }) => accountIds))).toEqual(
          new Set([mary.accountId, percy.accountId]),
        );
        expect(events.length).toBeLessThanOrEqual(3);
      });
      const { length } = await announced(sceneId);
      percy.scene.doc.getXmlFragment('manuscript').delete(1, 1);
      await percy.scene.whenSaved();
      await eventually(async () => expect((await announced(sceneId)).length).toBe(length + 1));
      expect((await announced(sceneId)).at(-1)).toMatchObject({
        changedBlockIds: [],
        removedBlockIds: [ids[1]],
        accountIds: [percy.accountId],
      });
    });

    it('tells of changes whose replica died before it could', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.', 'Two.'));
      const { postgres } = house.context();
      const mary = await house.write(sceneId);
      mary.type('x', 1);
      await mary.scene.whenSaved();
      mary.leave();
      await eventually(async () => expect(await announced(sceneId)).toHaveLength(1));
      // as if the event had never been written
      await postgres.transaction(async (sql) => {
        await sql.query(`DELETE FROM outbox WHERE envelope->'data'->>'sceneId' = $1`, [sceneId]);
        await sql.query('UPDATE scene_document SET announced_version = 0 WHERE scene_id = $1', [sceneId]);
        await sql.query(
          `INSERT INTO scene_unannounced SELECT id, now() - interval '1 minute' FROM scene_document WHERE scene_id = $1`,
          [sceneId],
        );
      });
      await eventually(async () => expect(await announced(sceneId)).toMatchObject([{ version: 1 }]), 30_000);
      const rows = await postgres.sql.query(
        'SELECT 1 FROM scene_unannounced u JOIN scene_document d ON d.id = u.document_id WHERE d.scene_id = $1',
        [sceneId],
      );
      expect(rows).toEqual([]);
    });
  });

  it('deletes the documents of scenes that left the bin, and shows their writers out', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const [mary, percy] = [await house.write(sceneId), await house.write(sceneId, { replica: 1 })];
    mary.type('x');
    await mary.scene.whenSaved();
    await house.content.deleteScenes([sceneId]);
    for (const writer of [mary, percy]) await eventually(() => expect(writer.scene.status.get()).toBe('refused'));
    expect(await readOne(sceneId)).toEqual({ sceneId, version: 0, doc: null });
    const rows = await house
      .context()
      .postgres.sql.query(
        'SELECT count(*)::int AS rows FROM scene_update WHERE document_id NOT IN (SELECT id FROM scene_document)',
      );
    expect(rows).toEqual([{ rows: 0 }]);
  });
});
