import { type AccountId, type BookRole, type OpenedScene, type SceneId } from '@authorworks/contracts';
import { until } from '@authorworks/editor-client';
import { newId } from '@authorworks/platform';
import { eventually } from '@authorworks/platform/testing';
import { applyAwarenessUpdate, Awareness } from 'y-protocols/awareness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { agreement, type EditorHouse, paragraphText, startEditorHouse } from './editor-house.ts';
import { manuscriptOf } from './prose.ts';
import { changeOf, presenceOf, rawClient, type RawClient } from './raw-client.ts';

describe('who may do what in a scene', () => {
  let house: EditorHouse;
  const clients: RawClient[] = [];
  beforeAll(async () => {
    house = await startEditorHouse(2);
  });
  afterAll(async () => {
    for (const { socket } of clients) socket.disconnect();
    await house?.stop();
  });

  const raw = async (role: BookRole | null, accountId = newId<AccountId>(), replica = 0): Promise<RawClient> => {
    await house.content.setRole(accountId, role, { tell: false });
    const client = await rawClient(
      house.replicas[replica]?.url ?? '',
      await house.issuer.tokenFor({ accountId, name: 'Mallory' }),
    );
    clients.push(client);
    return client;
  };
  const committedVersion = async (sceneId: SceneId): Promise<number | undefined> => {
    const [row] = await house
      .context()
      .postgres.sql.query<{ version: number }>('SELECT version FROM scene_document WHERE scene_id = $1', [sceneId]);
    return row?.version;
  };
  const insertion = (doc: Y.Doc): Uint8Array =>
    changeOf(doc, (copy) => paragraphText(copy, 0).insert(0, 'Mallory was here. '));

  it('looks the same to a stranger, for a scene of others and for one that is not there', async () => {
    const sceneId = house.content.addScene(manuscriptOf('Secret.'));
    const stranger = await raw(null);
    const [theirs, nowhere] = [await stranger.open(sceneId), await stranger.open(newId<SceneId>())];
    expect(theirs.answer).toMatchObject({ ok: false, error: { code: 'EDITOR_SCENE_NOT_FOUND' } });
    expect(theirs.answer).toEqual(nowhere.answer);
    expect(await stranger.ask('update', { sceneId, generation: 'x', update: new Uint8Array([0, 0]) })).toMatchObject({
      error: { code: 'EDITOR_SCENE_NOT_OPEN' },
    });
    expect(await stranger.ask('awareness', { sceneId, update: presenceOf([1, 1, {}]) })).toMatchObject({
      error: { code: 'EDITOR_SCENE_NOT_OPEN' },
    });
    expect(await committedVersion(sceneId)).toBeUndefined();
  });

  // Open WebUI CVE-2026-44564: being in the room was enough to write
  it.each(['beta-reader'] as const)('lets a %s read, and takes no update of theirs in any form', async (role) => {
    const sceneId = house.content.addScene(manuscriptOf('One.', 'Two.'));
    const mary = await house.write(sceneId, { replica: 1 });
    const reader = await raw(role);
    const { answer, doc } = await reader.open(sceneId);
    expect(answer).toMatchObject({ ok: true, data: { role, mayWrite: false } });
    const { generation } = (answer as { data: OpenedScene }).data;
    const attempts = [
      insertion(doc),
      changeOf(doc, (copy) => copy.getXmlFragment('manuscript').delete(0, 1)),
      Y.encodeStateAsUpdate(doc),
      new Uint8Array([0, 0]),
    ];
    for (const update of attempts)
      expect(await reader.ask('update', { sceneId, generation, update })).toMatchObject({
        ok: false,
        error: { code: 'EDITOR_READ_ONLY' },
      });
    reader.socket.emit('update', { sceneId, generation, update: attempts[0] });
    await Promise.all(
      Array.from({ length: 50 }, async () => await reader.ask('update', { sceneId, generation, update: attempts[0] })),
    );
    expect(await committedVersion(sceneId)).toBe(0);
    mary.type('x');
    await mary.scene.whenSaved();
    expect(mary.says()).toBe('xOne.\nTwo.');
    expect(await committedVersion(sceneId)).toBe(1);
  });

  it('lets owner, co-author and editor write, and a token for reading only read', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    for (const role of ['owner', 'co-author', 'editor'] as const) {
      const writer = await house.write(sceneId, { role });
      writer.type(`${role} `);
      await writer.scene.whenSaved();
      expect(writer.scene.role.get()).toEqual({ role, mayWrite: true });
      writer.leave();
    }
    const reading = await house.write(sceneId, { role: 'owner', scopes: ['books:read'] });
    expect(reading.scene.status.get()).toBe('read-only');
    const other = await house.connect({ role: 'owner', scopes: ['files:read'] });
    const scene = other.connection.openScene(sceneId);
    await until(scene.status, (status) => status === 'refused');
    expect(scene.problem.get()?.code).toBe('AUTH_SCOPE_MISSING');
    expect(await committedVersion(sceneId)).toBe(3);
  });

  describe('presence', () => {
    const stateOf = (client: RawClient, clientId: number): Record<string, unknown> | undefined => {
      const awareness = new Awareness(new Y.Doc());
      for (const message of client.heard['awareness'] ?? [])
        applyAwarenessUpdate(awareness, (message as { update: Uint8Array }).update, 'test');
      const state = awareness.getStates().get(clientId);
      awareness.destroy();
      return state;
    };

    it('carries the name of the account, whatever the client says, and no style', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const [mallory, witness] = [await raw('beta-reader'), await raw('co-author', undefined, 1)];
      await Promise.all([mallory.open(sceneId), witness.open(sceneId)]);
      const user = {
        name: 'Mary Shelley',
        accountId: newId(),
        color: 'red;background:url(https://evil.example)',
        isAdmin: true,
      };
      expect(
        await mallory.ask('awareness', { sceneId, update: presenceOf([77, 1, { user, cursor: { anchor: 1 } }]) }),
      ).toMatchObject({ ok: true });
      await eventually(() => {
        const state = stateOf(witness, 77);
        expect(state).toMatchObject({ cursor: { anchor: 1 }, user: { name: 'Mallory' } });
        const shown = state?.['user'] as { color: string } | undefined;
        expect(Object.keys(shown ?? {}).toSorted()).toEqual(['accountId', 'color', 'name']);
        expect(shown?.color).toMatch(/^#[0-9a-f]{6}$/);
      });
    });

    it('says nothing about others: not in their name, not their end, not a hundred ghosts', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const [mary, mallory, witness] = [
        await raw('owner'),
        await raw('co-author', undefined, 1),
        await raw('co-author'),
      ];
      await Promise.all([mary.open(sceneId), mallory.open(sceneId), witness.open(sceneId)]);
      await mary.ask('awareness', { sceneId, update: presenceOf([11, 1, { at: 'home' }]) });
      for (const client of [witness, mallory])
        await eventually(() => expect(stateOf(client, 11)).toMatchObject({ at: 'home' }));
      await mallory.ask('awareness', { sceneId, update: presenceOf([22, 1, {}]) });
      await mallory.ask('awareness', { sceneId, update: presenceOf([11, 99, { at: 'sea' }], [11, 100, null]) });
      await mallory.ask('awareness', {
        sceneId,
        update: presenceOf(
          ...Array.from({ length: 100 }, (_, index): [number, number, object] => [1000 + index, 1, {}]),
        ),
      });
      await mary.ask('awareness', { sceneId, update: presenceOf([11, 2, { at: 'the lake' }]) });
      await eventually(() => expect(stateOf(witness, 11)).toMatchObject({ at: 'the lake' }));
      for (const ghost of [1000, 1050, 1099]) expect(stateOf(witness, ghost)).toBeUndefined();
    });

    it('refuses what cannot be read, and what is too long', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const mallory = await raw('co-author');
      await mallory.open(sceneId);
      for (const update of [
        new Uint8Array([255, 255, 255]),
        new Uint8Array(0),
        presenceOf([1, 1, 'text']),
        presenceOf([1, 1, [1]]),
      ])
        expect(await mallory.ask('awareness', { sceneId, update })).toMatchObject({
          ok: false,
          error: { code: 'EDITOR_UPDATE_INVALID' },
        });
      expect(
        await mallory.ask('awareness', { sceneId, update: presenceOf([1, 1, { long: 'x'.repeat(20_000) }]) }),
      ).toMatchObject({ error: { code: 'EDITOR_UPDATE_TOO_LARGE' } });
    });
  });

  describe('when a role changes', () => {
    it('takes no update after a writer became a reader, on any replica, and keeps what was not saved as a copy', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const percy = await house.write(sceneId, { replica: 1 });
      const witness = await house.write(sceneId);
      percy.type('Mine. ');
      await agreement([percy, witness]);
      await house.content.setRole(percy.accountId, 'beta-reader');
      await until(percy.scene.role, ({ mayWrite }) => !mayWrite);
      const version = await committedVersion(sceneId);
      percy.type('Too late. ');
      await until(percy.scene.rescued, (copies) => copies.length > 0);
      await until(percy.scene.status, (status) => status === 'read-only');
      expect(percy.scene.rescued.get()[0]).toMatchObject({ reason: 'EDITOR_READ_ONLY', words: 2 });
      expect(percy.says()).toBe('Mine. One.');
      expect(witness.says()).toBe('Mine. One.');
      expect(await committedVersion(sceneId)).toBe(version);
      await house.content.setRole(percy.accountId, 'co-author');
      await until(percy.scene.role, ({ mayWrite }) => mayWrite);
      percy.type('Again. ');
      await agreement([percy, witness]);
      expect(witness.says()).toBe('Again. Mine. One.');
    });

    it('shows somebody out who was removed from the book: nothing more reaches them, and nothing of them is taken', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const accountId = newId<AccountId>();
      const mary = await house.write(sceneId);
      const mallory = await raw('co-author', accountId, 1);
      const { answer, doc } = await mallory.open(sceneId);
      const { generation } = (answer as { data: OpenedScene }).data;
      await house.content.setRole(accountId, null);
      await eventually(() => expect(mallory.heard['access']).toEqual([{ sceneId, role: null, mayWrite: false }]));
      expect(await mallory.ask('update', { sceneId, generation, update: insertion(doc) })).toMatchObject({
        ok: false,
        error: { code: 'EDITOR_SCENE_NOT_OPEN' },
      });
      const before = (mallory.heard['update'] ?? []).length;
      mary.type('A secret. ');
      await mary.scene.whenSaved();
      const third = await raw('owner', undefined, 1);
      await third.open(sceneId);
      expect((mallory.heard['update'] ?? []).length).toBe(before);
      expect((await mallory.open(sceneId)).answer).toMatchObject({
        ok: false,
        error: { code: 'EDITOR_SCENE_NOT_FOUND' },
      });
    });

    it('takes no update from the moment of the event on, however many are under way', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const accountId = newId<AccountId>();
      const mallory = await raw('co-author', accountId);
      const { answer, doc } = await mallory.open(sceneId);
      const { generation } = (answer as { data: OpenedScene }).data;
      const results: boolean[] = [];
      const stop = new AbortController();
      const flood = (async () => {
        while (!stop.signal.aborted) {
          const update = changeOf(doc, (copy) => paragraphText(copy, 0).insert(0, 'x'));
          results.push((await mallory.ask('update', { sceneId, generation, update })).ok);
        }
      })();
      await eventually(() => expect(results.length).toBeGreaterThan(20));
      await house.content.setRole(accountId, null);
      await eventually(() => expect(mallory.heard['access']).toBeDefined());
      const version = await committedVersion(sceneId);
      await eventually(() => expect(results.at(-1)).toBe(false));
      stop.abort();
      await flood;
      expect(results.lastIndexOf(true)).toBeLessThan(results.indexOf(false));
      expect(await committedVersion(sceneId)).toBe(version);
    });

    it('is found out within a minute without any event, and at every reconnect', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const percy = await house.write(sceneId);
      await house.content.setRole(percy.accountId, 'beta-reader', { tell: false });
      // the loop does this every 45 seconds
      await house.context().documents.recheckAll();
      await until(percy.scene.role, ({ mayWrite }) => !mayWrite);
      await house.content.setRole(percy.accountId, null, { tell: false });
      const again = await house.connect({ role: null, accountId: percy.accountId });
      const scene = again.connection.openScene(sceneId);
      await until(scene.status, (status) => status === 'refused');
    });

    it('lets people go on with what they had while content is away, and knows better when it is back', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const percy = await house.write(sceneId);
      house.content.isAway = true;
      await house.context().documents.recheckAll();
      percy.type('Alone. ');
      await percy.scene.whenSaved();
      const back = await house.write(sceneId, { accountId: percy.accountId });
      expect(back.says()).toBe('Alone. One.');
      const { connection } = await house.connect();
      const scene = connection.openScene(sceneId);
      await until(scene.problem, (problem) => problem?.code === 'SERVICE_UNAVAILABLE');
      house.content.isAway = false;
      await scene.whenSynced();
    });
  });

  it('cuts the connections of a session that has ended', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const [accountId, sessionId] = [newId<AccountId>(), newId<never>()];
    const percy = await house.write(sceneId, { accountId, sessionId, replica: 1 });
    await house.context().postgres.sql.query('INSERT INTO revoked_session (session_id) VALUES ($1)', [sessionId]);
    await until(percy.connection.status, (status) => status === 'refused');
    expect(percy.scene.status.get()).toBe('refused');
    expect(percy.connection.problem.get()?.code).toBe('AUTH_SESSION_ENDED');
    // a letter on its way from the keyboard when that is heard is neither forgotten nor called saved
    percy.type('Late. ');
    expect(percy.scene.hasUnsaved).toBe(true);
    await eventually(() => expect(percy.scene.pending.get()).toEqual({ updates: 1, words: 1 }));
    expect(percy.scene.close()?.unacknowledged).toBeDefined();
  });
});
