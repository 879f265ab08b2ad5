import { type AccountId, type BookId, editorLimits, type OpenedScene, type SceneId } from '@authorworks/contracts';
import { until } from '@authorworks/editor-client';
import { newId } from '@authorworks/platform';
import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { buildLiveDoc } from '../src/ydoc/fragment.ts';
import { readDocument } from '../src/document/document-store.ts';
import { agreement, type EditorHouse, paragraphText, startEditorHouse, textOf } from './editor-house.ts';
import { hostileChanges } from './hostile-changes.ts';
import { manuscriptOf } from './prose.ts';
import { changeOf, presenceOf, rawClient, type RawClient } from './raw-client.ts';

/** Somebody who may write in a book, and means no good. FAULTS 7 and 22. */
describe('a writer who means no good', () => {
  let house: EditorHouse;
  const clients: RawClient[] = [];
  beforeAll(async () => {
    house = await startEditorHouse(2);
  });
  afterAll(async () => {
    for (const { socket } of clients) socket.disconnect();
    await house?.stop();
  });

  interface Mallory extends RawClient {
    readonly accountId: AccountId;
    readonly doc: Y.Doc;
    readonly generation: string;
  }
  const mallory = async (sceneId: SceneId, replica = 0): Promise<Mallory> => {
    const accountId = newId<AccountId>();
    await house.content.setRole(accountId, 'co-author', { tell: false });
    const client = await rawClient(house.replicas[replica]?.url ?? '', await house.issuer.tokenFor({ accountId }));
    clients.push(client);
    const { answer, doc } = await client.open(sceneId);
    return { ...client, accountId, doc, generation: (answer as { data: OpenedScene }).data.generation };
  };
  const stored = async (sceneId: SceneId): Promise<{ version: number; text: string; bytes: number }> => {
    const document = await readDocument(house.context().postgres.sql, sceneId);
    if (!document) throw new Error('there is no document');
    const { head, snapshot, tail } = document;
    const updates = tail.map(({ data }) => data);
    return {
      version: head.version,
      text: textOf(buildLiveDoc(snapshot.state, updates)),
      bytes: updates.reduce((sum, { length }) => sum + length, snapshot.state.length),
    };
  };
  const copyOf = (doc: Y.Doc): Y.Doc => {
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
    return copy;
  };

  it('is refused every change that no editor makes, and nothing of it is stored or reaches anybody', async () => {
    const sceneId = house.content.addScene(manuscriptOf('It was a dark and stormy night.', 'The rain fell.'));
    const mary = await house.write(sceneId, { replica: 1 });
    mary.type('x');
    await mary.scene.whenSaved();
    const before = await stored(sceneId);
    const heard: unknown[] = [];
    mary.scene.doc.on('update', (update: unknown) => heard.push(update));
    for (const [name, change] of Object.entries(hostileChanges)) {
      const { doc, generation, ask, socket } = await mallory(sceneId);
      const update = changeOf(copyOf(doc), change);
      expect(await ask('update', { sceneId, generation, update }), name).toMatchObject({
        ok: false,
        error: { code: 'EDITOR_UPDATE_INVALID' },
      });
      socket.disconnect();
    }
    expect(await stored(sceneId)).toEqual(before);
    expect(heard).toEqual([]);
  });

  it('is refused what is not an update at all, by its form or by its bytes', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const { ask, doc, generation, socket } = await mallory(sceneId);
    const update = changeOf(copyOf(doc), (copy) => paragraphText(copy, 0).insert(0, 'x'));
    const before = await stored(sceneId);
    const forms: unknown[] = [
      null,
      undefined,
      7,
      'update',
      [],
      {},
      { sceneId, generation },
      { sceneId, generation, update: null },
      { sceneId, generation, update: 'AQ==' },
      { sceneId, generation, update: [1, 2, 3] },
      { sceneId, generation, update: { 0: 1, length: 1 } },
      { sceneId, generation, update: { type: 'Buffer', data: [...update] } },
      { sceneId: [sceneId], generation, update },
      { sceneId: { toString: 'x' }, generation, update },
      { sceneId: `${sceneId}' OR '1'='1`, generation, update },
      { sceneId: '', generation, update },
      { sceneId, generation: 1, update },
      { sceneId, generation: 'x'.repeat(1000), update },
      { sceneId, update },
      { sceneId, generation, update, accountId: newId(), mayWrite: true },
      JSON.parse(`{"__proto__":{"sceneId":"${sceneId}","generation":"${generation}"}}`),
    ];
    for (const form of forms)
      expect(await ask('update', form), JSON.stringify(form)).toMatchObject({
        ok: false,
        error: { code: 'REQUEST_INVALID' },
      });
    for (const name of ['update ', 'Update', '__proto__', 'constructor', 'access', 'reset', 'ended'])
      expect(await ask(name, { sceneId, generation, update }), name).toMatchObject({
        ok: false,
        error: { code: 'SOCKET_MESSAGE_UNKNOWN' },
      });
    for (const bytes of [
      new Uint8Array(0),
      Uint8Array.from([255]),
      update.subarray(0, update.length - 1),
      Uint8Array.from([...update, 0]),
      Y.encodeStateAsUpdateV2(doc),
      Uint8Array.from([1, 0xff, 0xff, 0xff, 0x0e, 1, 0, 0]),
    ])
      expect(await ask('update', { sceneId, generation, update: bytes })).toMatchObject({
        ok: false,
        error: { code: 'EDITOR_UPDATE_INVALID' },
      });
    expect(await ask('update', { sceneId, generation: newId(), update })).toMatchObject({
      error: { code: 'EDITOR_GENERATION_CHANGED' },
    });
    expect(await stored(sceneId)).toEqual(before);
    expect(({} as { sceneId?: string }).sceneId).toBeUndefined();
    // and for all that, the connection of an honest client with a bug lives on
    expect(await ask('update', { sceneId, generation, update })).toMatchObject({ ok: true });
    expect(socket.connected).toBe(true);
  });

  it('is refused what is too large, and cut off if it never ends', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const { ask, doc, generation, socket } = await mallory(sceneId);
    const before = await stored(sceneId);
    const long = changeOf(copyOf(doc), (copy) =>
      paragraphText(copy, 0).insert(0, 'x'.repeat(editorLimits.updateBytes + 1)),
    );
    expect(await ask('update', { sceneId, generation, update: long })).toMatchObject({
      error: { code: 'EDITOR_UPDATE_TOO_LARGE' },
    });
    const parts = changeOf(copyOf(doc), (copy) => {
      for (let index = 0; index < 40_000; index += 1) paragraphText(copy, 0).insert(0, 'x');
      for (let index = 0; index < 40_000; index += 1)
        if (index % 2 === 0) copy.getXmlFragment('manuscript').insert(0, [new Y.XmlElement('paragraph')]);
    });
    expect(await ask('update', { sceneId, generation, update: parts })).toMatchObject({ ok: false });
    socket.emit('update', { sceneId, generation, update: new Uint8Array(editorLimits.updateBytes * 2) });
    await eventually(() => expect(socket.connected).toBe(false));
    expect(await stored(sceneId)).toEqual(before);
  });

  it('is cut off who goes on sending wrong changes', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const { ask, generation, socket, heard } = await mallory(sceneId);
    for (let index = 0; index < 30 && socket.connected; index += 1)
      await ask('update', { sceneId, generation, update: Uint8Array.from([255]) }).catch(() => undefined);
    await eventually(() => expect(socket.connected).toBe(false));
    expect(heard['ended']).toMatchObject([{ code: 'EDITOR_UPDATE_INVALID' }]);
  });

  it.each([
    ['on the same replica', 0],
    ['on another replica', 1],
  ])('cannot write as somebody else who is here, %s', async (_, replica) => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const mary = await house.write(sceneId);
    mary.type('x');
    await mary.scene.whenSaved();
    const { ask, doc, generation, heard } = await mallory(sceneId, replica);
    // Mary's cursor has reached Mallory, and with it the number under which she writes
    await eventually(() => expect(heard['awareness']).toBeDefined());
    const forged = copyOf(doc);
    forged.clientID = mary.scene.doc.clientID;
    const update = changeOf(forged, (copy) => paragraphText(copy, 0).insert(0, 'I resign. '));
    expect(await ask('update', { sceneId, generation, update })).toMatchObject({
      ok: false,
      error: { code: 'EDITOR_UPDATE_OUT_OF_ORDER' },
    });
    mary.type('Her own words. ');
    await mary.scene.whenSaved();
    expect((await stored(sceneId)).text).toBe('Her own words. xOne.');
    expect(mary.says()).toBe('Her own words. xOne.');
  });

  it('cannot take the name of somebody who was cut off for a moment', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const [mary, intruder] = [await mallory(sceneId), await mallory(sceneId)];
    const mine = copyOf(mary.doc);
    await mary.ask('awareness', { sceneId, update: presenceOf([mine.clientID, 1, { at: 'home' }]) });
    mary.socket.disconnect();
    await eventually(() => expect(house.context().documents.memberCount).toBeGreaterThan(0));
    await intruder.ask('awareness', { sceneId, update: presenceOf([mine.clientID, 9, { at: 'sea' }]) });
    const forged = copyOf(intruder.doc);
    forged.clientID = mine.clientID;
    const { generation } = intruder;
    const update = changeOf(forged, (copy) => paragraphText(copy, 0).insert(0, 'I resign. '));
    expect(await intruder.ask('update', { sceneId, generation, update })).toMatchObject({ ok: false });
    expect((await stored(sceneId)).text).toBe('One.');
  });

  it('brings nothing of one scene into another, nor of one book into another', async () => {
    const [mine, other] = [
      house.content.addScene(manuscriptOf('Mine.')),
      house.content.addScene(manuscriptOf('Other.')),
    ];
    const foreign = house.content.addScene(manuscriptOf('Foreign.'), { bookId: newId<BookId>() });
    const { ask, doc, generation, open } = await mallory(mine);
    const update = changeOf(copyOf(doc), (copy) => paragraphText(copy, 0).insert(0, 'x'));
    // a scene of the same book that is not open in this connection, and one of a book of others
    for (const sceneId of [other, foreign]) {
      expect(await ask('update', { sceneId, generation, update })).toMatchObject({
        error: { code: 'EDITOR_SCENE_NOT_OPEN' },
      });
      expect(await ask('awareness', { sceneId, update: presenceOf([1, 1, {}]) })).toMatchObject({
        error: { code: 'EDITOR_SCENE_NOT_OPEN' },
      });
    }
    expect((await open(foreign)).answer).toEqual((await open(newId<SceneId>())).answer);
    expect((await open(foreign)).answer).toMatchObject({ ok: false, error: { code: 'EDITOR_SCENE_NOT_FOUND' } });
    const { answer } = await open(other);
    const theirs = (answer as { data: OpenedScene }).data.generation;
    expect(await ask('update', { sceneId: other, generation, update })).toMatchObject({
      error: { code: 'EDITOR_GENERATION_CHANGED' },
    });
    expect(await ask('update', { sceneId: other, generation: theirs, update })).toMatchObject({ ok: false });
    expect((await stored(other)).text).toBe('Other.');
    expect(house.content.seeded.has(foreign)).toBe(false);
  });

  it('has a role in each book by itself', async () => {
    const theirs = newId<BookId>();
    const [here, there] = [
      house.content.addScene(manuscriptOf('Here.')),
      house.content.addScene(manuscriptOf('There.'), { bookId: theirs }),
    ];
    const { ask, accountId, doc, generation, open } = await mallory(here);
    await house.content.setRole(accountId, 'beta-reader', { bookId: theirs, tell: false });
    const { answer, doc: other } = await open(there);
    expect(answer).toMatchObject({ ok: true, data: { role: 'beta-reader', mayWrite: false } });
    const insertion = (text: Y.Doc): Uint8Array =>
      changeOf(copyOf(text), (copy) => paragraphText(copy, 0).insert(0, 'x'));
    const { generation: generationThere } = (answer as { data: OpenedScene }).data;
    expect(
      await ask('update', { sceneId: there, generation: generationThere, update: insertion(other) }),
    ).toMatchObject({ error: { code: 'EDITOR_READ_ONLY' } });
    expect(await ask('update', { sceneId: here, generation, update: insertion(doc) })).toMatchObject({ ok: true });
    expect((await stored(there)).version).toBe(0);
  });

  describe('with a token', () => {
    it('that has ended is cut off, and what is sent after that is not taken', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const accountId = newId<AccountId>();
      await house.content.setRole(accountId, 'co-author', { tell: false });
      // five seconds are forgiven, for clocks that differ
      const token = await house.issuer.tokenFor({ accountId, lifetimeSeconds: -4 });
      const client = await rawClient(house.replicas[0]?.url ?? '', token);
      clients.push(client);
      const { answer, doc } = await client.open(sceneId);
      expect(answer.ok).toBe(true);
      const { generation } = (answer as { data: OpenedScene }).data;
      await eventually(() => expect(client.heard['ended']).toMatchObject([{ code: 'AUTH_TOKEN_EXPIRED' }]));
      const { version } = await stored(sceneId);
      const update = changeOf(doc, (copy) => paragraphText(copy, 0).insert(0, 'x'));
      client.socket.emit('update', { sceneId, generation, update });
      await expect(
        rawClient(house.replicas[0]?.url ?? '', await house.issuer.tokenFor({ accountId, lifetimeSeconds: -60 })),
      ).rejects.toThrow();
      expect((await stored(sceneId)).version).toBe(version);
    });

    it('that is renewed with less in it may do less, from the next change on', async () => {
      const sceneId = house.content.addScene(manuscriptOf('One.'));
      const { ask, doc, generation, accountId } = await mallory(sceneId);
      const reading = await house.issuer.tokenFor({ accountId, scopes: ['books:read'] });
      expect(await ask('renew', { token: reading })).toMatchObject({ ok: true });
      const update = changeOf(doc, (copy) => paragraphText(copy, 0).insert(0, 'x'));
      expect(await ask('update', { sceneId, generation, update })).toMatchObject({
        error: { code: 'EDITOR_READ_ONLY' },
      });
      // nor does somebody else's token make a connection theirs
      expect(await ask('renew', { token: await house.issuer.tokenFor() })).toMatchObject({ ok: false });
      expect((await stored(sceneId)).version).toBe(0);
    });
  });

  it('does not keep the others from writing', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const writers = [await house.write(sceneId), await house.write(sceneId, { replica: 1 })];
    const { ask, generation } = await mallory(sceneId);
    const wrong = Array.from(
      { length: 15 },
      async () => await ask('update', { sceneId, generation, update: Uint8Array.from([255]) }),
    );
    for (const { type } of writers) for (const letter of 'words') type(letter);
    await Promise.all(wrong);
    const text = await agreement(writers);
    expect(text.replace('One.', '').length).toBe(10);
    for (const { scene } of writers) await until(scene.status, (status) => status === 'saved');
  });
});
