import type { OpenedScene, SceneId } from '@authorworks/contracts';
import type { LiveScene } from '@authorworks/editor-client';
import { until } from '@authorworks/editor-client';
import { newId } from '@authorworks/platform';
import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EditorHouse, paragraphText, startEditorHouse, textOf } from './editor-house.ts';
import { manuscriptOf } from './prose.ts';
import { changeOf, rawClient } from './raw-client.ts';

/** FAULTS 6. Ten thousand for the report: EDITOR_TEST_GENERATIONS=10000. */
const DOCUMENTS = Number(process.env['EDITOR_TEST_GENERATIONS'] ?? 300);
const PER_CONNECTION = 250;
/** A wave of documents that are started anew at the same moment; ten thousand are many waves. */
const AT_ONCE = 1_000;
const WAVES = Array.from({ length: Math.ceil(DOCUMENTS / AT_ONCE) }, (_, wave) => ({
  wave: wave + 1,
  count: Math.min(AT_ONCE, DOCUMENTS - wave * AT_ONCE),
}));

describe('a document that is started anew', () => {
  let house: EditorHouse;
  beforeAll(async () => {
    house = await startEditorHouse(2);
  });
  afterAll(async () => await house?.stop());

  const drop = async (sceneIds: readonly SceneId[]): Promise<void> => {
    await house.context().postgres.sql.query('DELETE FROM scene_document WHERE scene_id = ANY($1::uuid[])', [sceneIds]);
  };

  it('is seeded by one of two replicas that try at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const sceneId = house.content.addScene(manuscriptOf('Once.', 'Only once.'));
      const writers = await Promise.all([0, 1, 0, 1].map(async (replica) => await house.write(sceneId, { replica })));
      for (const writer of writers) expect(writer.says()).toBe('Once.\nOnly once.');
      const rows = await house
        .context()
        .postgres.sql.query('SELECT generation FROM scene_document WHERE scene_id = $1', [sceneId]);
      expect(rows).toHaveLength(1);
      for (const writer of writers) writer.leave();
    }
  });

  // nextcloud/text PR 5470: a document that was seeded twice held everything twice
  it.each(WAVES)(
    'doubles nothing, in $count documents at once, with and without changes under way (wave $wave)',
    async ({ count }) => {
      const open: { readonly scene: LiveScene; readonly sceneId: SceneId; readonly typed: string }[] = [];
      const connections = await Promise.all(
        Array.from(
          { length: Math.ceil(count / PER_CONNECTION) },
          async (_, index) => await house.connect({ replica: index % 2 }),
        ),
      );
      for (let index = 0; index < count; index += 1) {
        const sceneId = house.content.addScene(manuscriptOf(`Scene ${index}.`, 'Its end.'));
        const scene = connections[Math.floor(index / PER_CONNECTION)]?.connection.openScene(sceneId);
        if (scene) open.push({ scene, sceneId, typed: `Typed ${index}. ` });
      }
      await Promise.all(open.map(async ({ scene }) => await scene.whenSynced()));
      for (const { scene, typed } of open) paragraphText(scene.doc, 0).insert(0, typed);
      await Promise.all(open.map(async ({ scene }) => await scene.whenSaved()));
      // content has read every second one; the others it knows as they were at first
      for (const [index, { sceneId, typed }] of open.entries())
        if (index % 2 === 0) house.content.setText(sceneId, manuscriptOf(`${typed}Scene ${index}.`, 'Its end.'), 1);
      const before = open.map(({ scene }) => scene.doc);
      await drop(open.map(({ sceneId }) => sceneId));
      for (const [index, { scene }] of open.entries())
        if (index % 3 === 0) paragraphText(scene.doc, 1).insert(0, 'Unsaved. ');
      await eventually(() => {
        for (const [index, { scene }] of open.entries()) {
          expect(scene.doc, `scene ${index}`).not.toBe(before[index]);
          expect(['synced', 'saved']).toContain(scene.status.get());
        }
      }, 120_000);
      let doubled = 0;
      for (const [index, { scene, typed }] of open.entries()) {
        const text = textOf(scene.doc);
        if (text !== `${index % 2 === 0 ? typed : ''}Scene ${index}.\nIts end.`) doubled += 1;
        const copies = scene.rescued.get();
        if (index % 3 === 0)
          expect(copies, `scene ${index}`).toMatchObject([{ reason: 'EDITOR_GENERATION_CHANGED', words: 1 }]);
        else if (index % 2 === 1) await until(scene.rescued, (kept) => kept.length === 1);
        else expect(copies, `scene ${index}`).toEqual([]);
      }
      expect(doubled).toBe(0);
      for (const { connection } of connections) connection.close();
    },
    300_000,
  );

  it('takes nothing of a copy from before, and gives the whole text instead', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const accountId = newId<never>();
    await house.content.setRole(accountId, 'owner', { tell: false });
    const client = await rawClient(house.replicas[0]?.url ?? '', await house.issuer.tokenFor({ accountId }));
    const { answer, doc } = await client.open(sceneId);
    const { generation, version, stateVector } = (answer as { data: OpenedScene }).data;
    await drop([sceneId]);
    const update = changeOf(doc, (copy) => paragraphText(copy, 0).insert(0, 'x'));
    expect(await client.ask('update', { sceneId, generation, update })).toMatchObject({
      ok: false,
      error: { code: 'EDITOR_GENERATION_CHANGED' },
    });
    await eventually(() => expect(client.heard['reset']).toEqual([{ sceneId }]));
    const again = (await client.ask<OpenedScene>('open', { sceneId, generation, version, stateVector })) as {
      data: OpenedScene;
    };
    expect(again.data.generation).not.toBe(generation);
    expect(again.data.snapshot?.length).toBeGreaterThan(50);
    expect(await client.ask('update', { sceneId, generation, update })).toMatchObject({
      error: { code: 'EDITOR_GENERATION_CHANGED' },
    });
    client.socket.disconnect();
  });

  it('counts its versions on from where content had read it', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'), { version: 41 });
    const mary = await house.write(sceneId);
    expect(mary.scene.version).toBe(41);
    mary.type('x');
    await mary.scene.whenSaved();
    expect(mary.scene.version).toBe(42);
  });
});
