import { until } from '@authorworks/editor-client';
import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreement, type EditorHouse, startEditorHouse } from './editor-house.ts';
import { manuscriptOf } from './prose.ts';
import { startWire } from '@authorworks/platform/testing';

describe('writing in a scene', () => {
  let house: EditorHouse;
  beforeAll(async () => {
    house = await startEditorHouse();
  });
  afterAll(async () => await house?.stop());

  it('begins with the text that content has, and seeds it once', async () => {
    const sceneId = house.content.addScene(manuscriptOf('The lamp burned low.', 'She waited.'));
    const writers = await Promise.all(Array.from({ length: 5 }, async () => await house.write(sceneId)));
    for (const writer of writers) expect(writer.says()).toBe('The lamp burned low.\nShe waited.');
    expect(house.content.seeded.get(sceneId)).toBe(1);
    expect(writers[0]?.scene.status.get()).toBe('synced');
  });

  it('lets two people write at once, and says "saved" when every change is committed', async () => {
    const sceneId = house.content.addScene(manuscriptOf('The lamp burned low.'));
    const [mary, percy] = [await house.write(sceneId), await house.write(sceneId)];
    mary.type('At night ');
    percy.type('Later, ');
    expect(mary.scene.status.get()).toBe('saving');
    expect(mary.scene.pending.get()).toBeDefined();
    const text = await agreement([mary, percy]);
    expect(text).toContain('At night ');
    expect(text).toContain('Later, ');
    expect(mary.scene.status.get()).toBe('saved');
    expect(await until(mary.scene.pending, ({ updates }) => updates === 0)).toEqual({ updates: 0, words: 0 });
    const rows = await house
      .context()
      .postgres.sql.query(
        'SELECT u.version FROM scene_update u JOIN scene_document d ON d.id = u.document_id WHERE d.scene_id = $1 ORDER BY u.version',
        [sceneId],
      );
    expect(rows).toEqual([{ version: 1 }, { version: 2 }]);
  });

  it('keeps what was written while the scene was closed and the service restarted', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const mary = await house.write(sceneId);
    mary.type('Kept. ');
    await mary.scene.whenSaved();
    mary.leave();
    const second = await house.startReplica();
    const percy = await house.write(sceneId, { url: second.url });
    expect(percy.says()).toBe('Kept. One.');
    percy.leave();
  });

  it('shows who else is there, and when they have gone', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const mary = await house.write(sceneId, { name: 'Mary' });
    const percy = await house.write(sceneId, { name: 'Percy' });
    percy.scene.awareness.setLocalStateField('cursor', { anchor: 1, head: 1 });
    await eventually(() => {
      const state = mary.scene.awareness.getStates().get(percy.scene.doc.clientID) as Record<string, unknown>;
      expect(state).toMatchObject({
        cursor: { anchor: 1, head: 1 },
        user: { name: 'Percy', accountId: percy.accountId },
      });
    });
    const late = await house.write(sceneId, { name: 'Claire' });
    await eventually(() => expect(late.scene.awareness.getStates().has(percy.scene.doc.clientID)).toBe(true));
    percy.leave();
    await eventually(() => {
      expect(mary.scene.awareness.getStates().has(percy.scene.doc.clientID)).toBe(false);
      expect(late.scene.awareness.getStates().has(percy.scene.doc.clientID)).toBe(false);
    });
  });

  it('sends after a reconnect what was written without a connection, once', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const wire = await startWire(house.replicas[0]?.url ?? '');
    const mary = await house.write(sceneId, { url: wire.url });
    const percy = await house.write(sceneId);
    mary.type('Before. ');
    await agreement([mary, percy]);
    for (let round = 0; round < 3; round += 1) {
      wire.down();
      await until(mary.scene.status, (status) => status === 'offline');
      mary.type(`Round ${round}. `);
      await eventually(() => expect(mary.scene.pending.get()).toEqual({ updates: 1, words: 2 }));
      wire.mend();
      await until(mary.scene.status, (status) => status === 'saved');
    }
    const text = await agreement([mary, percy]);
    expect(text).toBe('Round 2. Round 1. Round 0. Before. One.');
    await wire.stop();
  });

  it('tells for how long the oldest change has waited, however much is written after it', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const wire = await startWire(house.replicas[0]?.url ?? '');
    const mary = await house.write(sceneId, { url: wire.url });
    expect(mary.scene.unsavedMs).toBe(0);
    wire.down();
    await until(mary.scene.status, (status) => status === 'offline');
    mary.type('First. ');
    await eventually(() => expect(mary.scene.unsavedMs).toBeGreaterThan(300));
    mary.type('Second. ');
    expect(mary.scene.unsavedMs).toBeGreaterThan(300);
    wire.mend();
    await until(mary.scene.status, (status) => status === 'saved');
    expect(mary.scene.unsavedMs).toBe(0);
    await wire.stop();
  });
});
