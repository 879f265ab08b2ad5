import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RestartableHouse } from '../lib/house.ts';
import { comeIn, openScene, type Person, startBook, textOf, type } from '../lib/people.ts';
import { keepTyping, timesIn } from '../lib/typing.ts';

// FAULTS 1, at the level of the whole house: Node, and with it PostgreSQL and Redis, are killed while two people type.

describe('a house that is killed in the middle of a sentence', () => {
  let house: RestartableHouse;
  let mary: Person;
  let percy: Person;
  let sceneId: string;
  beforeAll(async () => {
    house = await RestartableHouse.open();
    mary = await comeIn(house.url, 'Mary');
    percy = await comeIn(house.url, 'Percy');
    const book = await startBook(mary, 'The Killed House');
    sceneId = book.sceneId;
    await mary.content.addCollaborator({
      params: { bookId: book.bookId },
      body: { email: percy.email, role: 'co-author' },
    });
  });
  afterAll(async () => await house?.close());

  it.each([
    { what: 'Node alone', servers: false },
    { what: 'Node, PostgreSQL and Redis', servers: true },
    { what: 'Node alone, once more', servers: false },
  ])('has every acknowledged letter when it is opened again: $what', async ({ servers }) => {
    const connections = [mary.connect(), percy.connect()];
    const scenes = await Promise.all(connections.map(async (connection) => await openScene(connection, sceneId)));
    const typing = scenes.map((scene, index) =>
      keepTyping(scene, `${index === 0 ? 'm' : 'p'}${Date.now().toString(36)}x`),
    );
    await Promise.all(typing.map(async (one) => await one.untilAcknowledged(40)));
    // both go away with the house, so that nobody can bring back what the server has forgotten
    const killed = house.kill({ servers });
    for (const one of typing) one.stop();
    for (const connection of connections) connection.close();
    await killed;
    const { startMs } = await house.start();
    const reader = mary.connect();
    const text = textOf((await openScene(reader, sceneId)).doc);
    reader.close();
    const acknowledged = typing.flatMap((one) => one.acknowledged);
    const lost = acknowledged.filter((token) => timesIn(text, token) === 0);
    console.log(
      `killed ${servers ? 'with its servers' : 'alone'}: ${acknowledged.length} acknowledged, ${lost.length} lost, open again after ${(startMs / 1000).toFixed(1)} s`,
    );
    expect(acknowledged.length).toBeGreaterThanOrEqual(80);
    expect(lost).toEqual([]);
    expect(acknowledged.filter((token) => timesIn(text, token) > 1)).toEqual([]);
  });

  it('takes up again what two people had not yet sent, when they stayed', async () => {
    const connections = [mary.connect(), percy.connect()];
    const scenes = await Promise.all(connections.map(async (connection) => await openScene(connection, sceneId)));
    await house.kill({ servers: true });
    for (const [index, scene] of scenes.entries()) type(scene, ` while-away-${index}`);
    await house.start();
    await Promise.all(scenes.map(async (scene) => await scene.whenSaved()));
    const { text } = await mary.content.readSceneText({ params: { sceneId }, query: { format: 'text' } });
    for (const connection of connections) connection.close();
    expect(text).toContain('while-away-0');
    expect(text).toContain('while-away-1');
  });
});
