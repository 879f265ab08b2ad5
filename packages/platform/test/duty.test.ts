import { type Colour, defineJob } from '@authorworks/contracts';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  eventually,
  startTestServers,
  startTestService,
  type TestServers,
  type TestService,
} from '../src/testing/index.ts';
import { countJob, poemWritten, toy, type ToyContext } from './toy.ts';

const slowJob = defineJob({ ...countJob, type: 'content.slow' });

describe('two houses that share the data', () => {
  let servers: TestServers;
  let state: string;
  const running: TestService[] = [];
  beforeAll(async () => {
    servers = await startTestServers();
  });
  afterAll(async () => await servers?.stop());
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'authorworks-state-'));
  });
  afterEach(async () => {
    const [first] = running;
    if (first) await contextOf(first).postgres.sql.query('TRUNCATE job, outbox, inbox');
    await Promise.all(running.splice(0).map(async (service) => await service.close()));
    await rm(state, { recursive: true });
  });

  const contextOf = (service: TestService): ToyContext => service.context as ToyContext;
  const say = async (working: string): Promise<void> => await writeFile(join(state, 'working'), `${working}\n`);

  interface House {
    readonly service: TestService;
    readonly counted: string[];
    readonly heard: string[];
    readonly shifts: string[];
    readonly gauge: (name: string) => Promise<number>;
    /** Lets jobs of the type slow end. */
    readonly release: () => void;
  }

  const open = async (colour: Colour): Promise<House> => {
    const service = await startTestService(toy, servers, {
      variables: { COLOUR: colour, HOUSE_STATE_DIRECTORY: state },
    });
    running.push(service);
    const { bus, queue, duty } = contextOf(service);
    const [counted, heard, shifts]: string[][] = [[], [], []];
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    queue.work(countJob, 2, async ({ input }) => {
      counted?.push(input.title);
      return await Promise.resolve({ syllables: 1 });
    });
    queue.work(slowJob, 1, async ({ input }) => {
      counted?.push(input.title);
      await released;
      return { syllables: 2 };
    });
    queue.start();
    bus.listen(poemWritten, 'note', async ({ title }) => {
      heard?.push(title);
      await Promise.resolve();
    });
    bus.start();
    duty.whileWorking({
      start: () => void shifts?.push('begins'),
      stop: async () => void (await Promise.resolve(shifts?.push('ends'))),
    });
    const gauge = async (name: string): Promise<number> => {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      return Number(new RegExp(`^${name}\\{[^}]*\\} (\\d+)$`, 'm').exec(text)?.[1]);
    };
    return { service, counted: counted ?? [], heard: heard ?? [], shifts: shifts ?? [], gauge, release };
  };

  const enqueue = async (house: House, title: string, job = countJob): Promise<string> => {
    const { queue, postgres } = contextOf(house.service);
    return await queue.enqueue(postgres.sql, job, { title });
  };
  const publish = async (house: House, title: string): Promise<void> => {
    const { bus, postgres } = contextOf(house.service);
    await bus.publish(postgres.sql, poemWritten, { title });
  };
  const done = async (house: House, id: string): Promise<void> =>
    await eventually(async () =>
      expect(await contextOf(house.service).queue.read(id)).toMatchObject({ status: 'succeeded' }),
    );

  it('only the one whose turn it is works and listens, whoever asks for it', async () => {
    await say('blue');
    const [blue, green] = [await open('blue'), await open('green')];
    const ids = [await enqueue(blue, 'of blue'), await enqueue(green, 'of green')];
    await publish(blue, 'told by blue');
    for (const id of ids) await done(green, id);
    await eventually(() => expect(blue.heard).toEqual(['told by blue']));
    expect(blue.counted.toSorted()).toEqual(['of blue', 'of green']);
    expect(green).toMatchObject({ counted: [], heard: [], shifts: [] });
    expect(blue.shifts).toEqual(['begins']);
    expect([await blue.gauge('house_working'), await green.gauge('house_working')]).toEqual([1, 0]);
  });

  it('the turn passes over a moment in which nobody works, and nothing is left lying', async () => {
    await say('blue');
    const [blue, green] = [await open('blue'), await open('green')];
    await done(blue, await enqueue(blue, 'first'));
    await say('none');
    await eventually(async () => expect(await blue.gauge('house_working')).toBe(0));
    const waiting = await enqueue(blue, 'while nobody works');
    // listening goes on: a gap would keep the news that somebody was shown out
    await publish(green, 'while nobody works');
    await eventually(() => expect(blue.heard).toEqual(['while nobody works']));
    expect(await contextOf(blue.service).queue.read(waiting)).toMatchObject({ status: 'queued' });
    await say('green');
    await done(green, waiting);
    expect(green.counted).toEqual(['while nobody works']);
    expect([blue.shifts, green.shifts]).toEqual([['begins', 'ends'], ['begins']]);
    await eventually(async () => expect(await blue.gauge('house_listening')).toBe(0));
    await publish(blue, 'after');
    await eventually(() => expect(green.heard).toContain('after'));
    expect(blue.heard).toEqual(['while nobody works']);
  });

  it('and back again, as after a version that was taken back', async () => {
    await say('green');
    const [blue, green] = [await open('blue'), await open('green')];
    await done(green, await enqueue(blue, 'one'));
    for (const [working, title] of [
      ['blue', 'two'],
      ['green', 'three'],
      ['blue', 'four'],
    ] as const) {
      await say('none');
      await eventually(async () =>
        expect((await blue.gauge('house_working')) + (await green.gauge('house_working'))).toBe(0),
      );
      await say(working);
      await done(green, await enqueue(green, title));
    }
    expect([green.counted, blue.counted]).toEqual([
      ['one', 'three'],
      ['two', 'four'],
    ]);
  });

  it('a job that is under way when the turn passes on is finished where it was begun, and done once', async () => {
    await say('blue');
    const [blue, green] = [await open('blue'), await open('green')];
    const id = await enqueue(blue, 'an epic', slowJob);
    await eventually(() => expect(blue.counted).toEqual(['an epic']));
    await say('none');
    await eventually(async () => expect(await blue.gauge('house_working')).toBe(0));
    expect(await blue.gauge('queue_jobs_running')).toBe(1);
    await say('green');
    await done(green, await enqueue(green, 'a haiku'));
    blue.release();
    await done(green, id);
    expect(await contextOf(green.service).queue.read(id)).toMatchObject({ attempts: 1, output: { syllables: 2 } });
    expect([blue.counted, green.counted]).toEqual([['an epic'], ['a haiku']]);
  });

  it('a house alone works: without a colour, and with a folder in which nothing stands', async () => {
    const blue = await open('blue');
    await done(blue, await enqueue(blue, 'alone'));
    expect(blue.counted).toEqual(['alone']);
  });

  it('what nobody understands changes nothing, and is said', async () => {
    await say('blue');
    const blue = await open('blue');
    await say('purple');
    await eventually(() =>
      expect(JSON.stringify(blue.service.logged)).toContain('says \\"purple\\", which is no house'),
    );
    await done(blue, await enqueue(blue, 'still here'));
  });

  it('who cannot read whose turn it is when it starts waits until it can', async () => {
    await mkdir(join(state, 'working'));
    const blue = await open('blue');
    const id = await enqueue(blue, 'later');
    expect(await blue.gauge('house_working')).toBe(0);
    await rm(join(state, 'working'), { recursive: true });
    await say('blue');
    await done(blue, id);
  });
});
