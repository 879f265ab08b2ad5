import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SceneId } from '@authorworks/contracts';
import { type RedisServer, startRedis } from '@authorworks/servers';
import { findRedis } from '@authorworks/servers';
import { eventually, type TestService } from '@authorworks/platform/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readDocument } from '../src/document/document-store.ts';
import { buildLiveDoc } from '../src/ydoc/fragment.ts';
import { agreement, type EditorHouse, startEditorHouse, type Writer } from './editor-house.ts';
import { dice, manuscriptOf, plainManuscript } from './prose.ts';
import { contentOf, scribble } from './scribble.ts';
import { startWire, type Wire } from '@authorworks/platform/testing';

/** More rounds for the report: EDITOR_TEST_CONVERGENCE=50. Another beginning: EDITOR_TEST_SEED=7. */
const ROUNDS = Number(process.env['EDITOR_TEST_CONVERGENCE'] ?? 4);
const FIRST_SEED = Number(process.env['EDITOR_TEST_SEED'] ?? 1);

const connectionsOf = async ({ url }: TestService): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^socket_connections\S* (\d+)/m.exec(metrics)?.[1]);
};

const pause = async (milliseconds: number): Promise<void> =>
  await new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('several replicas', () => {
  let house: EditorHouse;
  const wires: Wire[] = [];
  const restarted: RedisServer[] = [];
  beforeAll(async () => {
    house = await startEditorHouse(3);
  });
  afterEach(async () => {
    for (const wire of wires.splice(0)) await wire.stop();
  });
  afterAll(async () => {
    await house?.stop();
    for (const redis of restarted) await redis.stop();
  });

  const committed = async (sceneId: SceneId): Promise<string> => {
    const stored = await readDocument(house.context().postgres.sql, sceneId);
    if (!stored) throw new Error('no document');
    return contentOf(
      buildLiveDoc(
        stored.snapshot.state,
        stored.tail.map(({ data }) => data),
      ),
    );
  };
  const converged = async (writers: readonly Writer[], sceneId: SceneId): Promise<void> => {
    await eventually(async () => {
      for (const { scene } of writers) expect(['synced', 'saved']).toContain(scene.status.get());
      const contents = new Set(writers.map(({ scene }) => contentOf(scene.doc)));
      contents.add(await committed(sceneId));
      expect(contents.size).toBe(1);
    }, 60_000);
    for (const { scene } of writers) {
      expect(scene.doc.store.pendingStructs).toBeNull();
      expect(scene.doc.store.pendingDs).toBeNull();
    }
  };

  it('show each other what is written, and say the same', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const writers = await Promise.all([0, 1, 2].map(async (replica) => await house.write(sceneId, { replica })));
    for (const [index, writer] of writers.entries()) writer.type(`Writer ${index}. `);
    await converged(writers, sceneId);
    for (const writer of writers) writer.leave();
  });

  it.each(Array.from({ length: ROUNDS }, (_, round) => FIRST_SEED + round))(
    'agree after random changes, broken lines and restarts (seed %i)',
    async (seed) => {
      const random = dice(seed);
      const sceneId = house.content.addScene(plainManuscript(random, 200));
      const mine = await Promise.all([0, 1, 2].map(async () => await house.startReplica()));
      const lines = await Promise.all(mine.map(async ({ url }) => await startWire(url)));
      wires.push(...lines);
      const writers = await Promise.all(
        Array.from({ length: 6 }, async (_, index) => await house.write(sceneId, { url: lines[index % 3]?.url ?? '' })),
      );
      for (let step = 0; step < 250; step += 1) {
        scribble(random.one(writers).scene.doc, random);
        const fate = random.pick(60);
        const line = random.pick(3);
        if (fate === 0) lines[line]?.cut();
        else if (fate === 1) {
          lines[line]?.down();
          setTimeout(() => lines[line]?.mend(), random.pick(400));
        } else if (fate === 2 && step % 3 === 0) {
          const next = await house.startReplica();
          const old = mine[line];
          mine[line] = next;
          lines[line]?.leadTo(next.url);
          await old?.close();
        }
        if (random.pick(4) === 0) await pause(random.pick(12));
      }
      for (const line of lines) line.mend();
      await converged(writers, sceneId);
      for (const writer of writers) writer.leave();
      for (const replica of mine) await replica.close();
    },
    240_000,
  );

  describe('in two houses', () => {
    /** A blue and a green house behind a door, and people who write in two scenes and go where the door leads. */
    const startHouses = async () => {
      const state = await mkdtemp(join(tmpdir(), 'authorworks-state-'));
      const say = async (open: string): Promise<void> => await writeFile(join(state, 'open'), open);
      await say('blue,green');
      const start = async (COLOUR: string, more: Record<string, string> = {}): Promise<TestService> =>
        await house.startReplica({ COLOUR, HOUSE_STATE_DIRECTORY: state, ...more });
      const toPostgres = await startWire(house.servers.databaseUrl.replace('postgres:', 'http:'));
      wires.push(toPostgres);
      const ownWay = new URL(house.servers.databaseUrl);
      ownWay.port = new URL(toPostgres.url).port;
      const houses = { blue: await start('blue'), green: await start('green', { DATABASE_URL: ownWay.href }) };
      const door = await startWire(houses.blue.url);
      wires.push(door);
      const sceneIds = ['One.', 'Two.'].map((text) => house.content.addScene(manuscriptOf(text)));
      const writers = await Promise.all(
        [...sceneIds, ...sceneIds, ...sceneIds].map(async (sceneId) => await house.write(sceneId, { url: door.url })),
      );
      const words: string[][] = writers.map(() => []);
      const typing = setInterval(() => {
        for (const [index, writer] of writers.entries()) {
          const word = `w${index}n${words[index]?.length}.`;
          words[index]?.push(word);
          writer.type(`${word} `);
        }
      }, 30);
      return {
        ...houses,
        door,
        sceneIds,
        /** Between the green house and PostgreSQL. */
        toPostgres,
        /** What connections and scenes have been from now on. */
        watch: () => {
          const seen = new Set<string>();
          for (const { connection, scene } of writers) {
            connection.status.subscribe((status) => seen.add(status));
            scene.status.subscribe((status) => seen.add(status));
          }
          return seen;
        },
        writers,
        /** From now on people reach only this house. */
        open: async (colour: 'blue' | 'green') => {
          door.leadTo(houses[colour].url, 'stay');
          await say(colour);
        },
        stopTyping: async () => {
          clearInterval(typing);
          for (const [index, sceneId] of sceneIds.entries())
            await converged(
              writers.filter((_, at) => at % 2 === index),
              sceneId,
            );
          for (const [index, writer] of writers.entries())
            for (const word of words[index] ?? []) expect(writer.says().split(word)).toHaveLength(2);
        },
        stop: async () => {
          for (const writer of writers) writer.leave();
          await Promise.all([houses.blue.close(), houses.green.close()]);
          await rm(state, { recursive: true });
        },
      };
    };

    // FAULTS 32
    it('send their writers from one to the other, who type on and are never offline', async () => {
      const { blue, green, writers, watch, open, stopTyping, stop } = await startHouses();
      const seen = watch();
      await open('green');
      await eventually(async () => {
        expect([await connectionsOf(blue), await connectionsOf(green)]).toEqual([0, writers.length]);
      }, 60_000);
      await stopTyping();
      expect([...seen].toSorted()).toEqual(['saved', 'saving']);
      await stop();
    }, 120_000);

    it('keep their writers in one for as long as the other cannot open what they write in', async () => {
      const { blue, green, writers, sceneIds, toPostgres, watch, open, stopTyping, stop } = await startHouses();
      const seen = watch();
      toPostgres.down();
      await open('green');
      await eventually(async () => expect(await connectionsOf(green)).toBe(writers.length), 60_000);
      expect(await connectionsOf(blue)).toBe(writers.length);
      const before = await Promise.all(sceneIds.map(committed));
      await eventually(async () => {
        for (const [index, sceneId] of sceneIds.entries())
          expect((await committed(sceneId)).length).toBeGreaterThan((before[index] ?? '').length + 100);
      });
      toPostgres.mend();
      await eventually(async () => expect(await connectionsOf(blue)).toBe(0), 60_000);
      await stopTyping();
      expect([...seen].toSorted()).toEqual(['saved', 'saving']);
      await stop();
    }, 180_000);

    it('lose nothing when lines break while people go there and back', async () => {
      const { door, open, stopTyping, stop } = await startHouses();
      const random = dice(FIRST_SEED);
      for (const colour of ['green', 'blue'] as const) {
        await open(colour);
        for (let step = 0; step < 60; step += 1) {
          await pause(200);
          if (random.pick(8) === 0) door.cut();
        }
      }
      await stopTyping();
      await stop();
    }, 180_000);
  });

  // FAULTS 5
  it('agree again after one of them could not reach Redis, and lost nothing', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const toRedis = await startWire(house.servers.redis.url);
    wires.push(toRedis);
    const url = new URL(house.servers.redis.url);
    url.port = new URL(toRedis.url).port;
    const apart = await house.startReplica({ REDIS_URL: url.href });
    const [mary, percy] = [await house.write(sceneId), await house.write(sceneId, { url: apart.url })];
    toRedis.down();
    for (let index = 0; index < 20; index += 1) {
      mary.type('m');
      percy.type('p');
      await pause(20);
    }
    await Promise.all([mary.scene.whenSaved(), percy.scene.whenSaved()]);
    // PostgreSQL tells them, a little later than Redis would
    const apartText = await agreement([mary, percy]);
    expect(apartText.match(/[mp]/g)).toHaveLength(40);
    toRedis.mend();
    mary.type('M');
    await agreement([mary, percy]);
    for (const writer of [mary, percy]) writer.leave();
    await apart.close();
  });

  it('agree again after one of them could not reach PostgreSQL: its words wait, and none is lost or doubled', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const toPostgres = await startWire(house.servers.databaseUrl.replace('postgres:', 'http:'));
    wires.push(toPostgres);
    const url = new URL(house.servers.databaseUrl);
    url.port = new URL(toPostgres.url).port;
    const apart = await house.startReplica({ DATABASE_URL: url.href });
    const [mary, percy] = [await house.write(sceneId), await house.write(sceneId, { url: apart.url })];
    toPostgres.down();
    percy.type('P');
    for (let index = 0; index < 10; index += 1) {
      mary.type('m');
      percy.type('p');
      await pause(20);
    }
    await mary.scene.whenSaved();
    expect(percy.scene.status.get()).toBe('saving');
    expect(mary.says()).not.toContain('p');
    toPostgres.mend();
    const text = await agreement([mary, percy], 60_000);
    expect(text.replaceAll(/[^mpP]/g, '')).toHaveLength(21);
    for (const writer of [mary, percy]) writer.leave();
    await apart.close();
  });

  // FAULTS 4
  it('lose nothing when Redis loses everything, or dies and comes back', async () => {
    const sceneId = house.content.addScene(manuscriptOf('One.'));
    const writers = [await house.write(sceneId), await house.write(sceneId, { replica: 1 })] as const;
    const [mary, percy] = writers;
    const typeBoth = async (): Promise<void> => {
      for (let index = 0; index < 10; index += 1) {
        mary.type('m');
        percy.type('p');
        await pause(10);
      }
    };
    await typeBoth();
    await house.context().bus.deadLetters();
    const { redis } = house.servers;
    const { Redis } = await import('ioredis');
    const flusher = new Redis(redis.url);
    await flusher.flushall();
    flusher.disconnect();
    await typeBoth();
    await agreement(writers);
    process.kill(redis.pid, 'SIGKILL');
    await redis.ended;
    await typeBoth();
    await Promise.all([mary.scene.whenSaved(), percy.scene.whenSaved()]);
    const binary = findRedis(process.env['PATH'] ?? '');
    restarted.push(
      await startRedis({ directory: `${house.servers.directory}/redis`, binary: binary ?? '', port: redis.port }),
    );
    const back = performance.now();
    await eventually(() => expect(house.context().relay.isUp() && house.context(1).relay.isUp()).toBe(true));
    await typeBoth();
    const text = await agreement(writers);
    process.stdout.write(`two replicas agree ${Math.round(performance.now() - back)} ms after Redis came back\n`);
    expect(text.replaceAll(/[^mp]/g, '')).toHaveLength(80);
    await converged(writers, sceneId);
    // roles are heard of again as well
    await house.content.setRole(percy.accountId, 'beta-reader');
    await eventually(() => expect(percy.scene.role.get().mayWrite).toBe(false));
  });
});
