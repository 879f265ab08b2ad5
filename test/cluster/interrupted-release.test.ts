import { otherColour } from '@authorworks/contracts';
import { describe, expect, inject, it } from 'vitest';
import { within } from './lib/cluster.ts';
import { startCrowd } from './lib/crowd.ts';
import { doors, podsOf, run, start, withPods } from './lib/releases.ts';

const CROWD = { writers: 10, readers: 5, uploaders: 1 };
/** One of each is enough, and quicker, where nobody dies. */
const options = { values: withPods(1) };

describe('a release that is interrupted', () => {
  it.each([
    'preparing: begins',
    'looking: begins',
    'handing over: begins',
    'opening: begins',
    'opening: 25 %',
    'closing: begins',
  ])(
    'by kill -9 at "%s" goes on when it is run again',
    async (words) => {
      const house = inject('house');
      const { live } = await doors();
      const crowd = await startCrowd(house, CROWD);
      const first = await start('deploy', house, options);
      await first.said(words);
      first.child.kill('SIGKILL');
      await first.finished;
      const { code, lines, seconds } = await run('deploy', house, options);
      const { lost, doubled, failures, waits, reconnects } = await crowd.stop();
      console.log(
        `killed at "${words}", then done in ${seconds.toFixed(0)} s; a word waited until it was saved: ${waits}; reconnected: ${reconnects}`,
      );
      expect(lines.join('\n')).toContain('which was interrupted while');
      expect(code).toBe(0);
      const other = otherColour(live);
      expect(await doors()).toMatchObject({ live: other, working: other, weights: { [live]: 0, [other]: 100 } });
      expect({ lost, doubled, failures }).toEqual({ lost: 0, doubled: 0, failures: [] });
    },
    600_000,
  );

  it.each(['handing over: begins', 'opening: 25 %'])(
    'by kill -9 at "%s" is taken back by a rollback',
    async (words) => {
      const house = inject('house');
      const { live } = await doors();
      const first = await start('deploy', house, options);
      await first.said(words);
      first.child.kill('SIGKILL');
      await first.finished;
      const { code } = await run('rollback', house);
      expect(code).toBe(1);
      expect(await doors()).toMatchObject({ live, working: live, weights: { [live]: 100, [otherColour(live)]: 0 } });
    },
    600_000,
  );

  it('by Ctrl-C stops in order, says how to go on, and can be gone on with at once', async () => {
    const house = inject('house');
    const first = await start('deploy', house, options);
    await first.said('opening: 25 %');
    first.child.kill('SIGINT');
    const stopped = await first.finished;
    expect(stopped.code).toBe(130);
    expect(stopped.lines.at(-1)).toContain('run it again to go on, or scripts/rollback to go back');
    expect((await run('deploy', house, options)).code).toBe(0);
  }, 600_000);

  it('is not joined by a second one', async () => {
    const house = inject('house');
    const first = await start('deploy', house, options);
    await first.said('preparing: begins');
    const second = await run('deploy', house, options);
    expect(second.code).toBe(2);
    expect(second.lines.at(-1)).toContain('is releasing at the moment');
    expect((await first.finished).code).toBe(0);
  }, 600_000);
});

describe('a release that was done', () => {
  it('is rolled back to what was there before, and what was left ends', async () => {
    const house = inject('house');
    const { live } = await doors();
    const other = otherColour(live);
    expect((await run('deploy', house, options)).code).toBe(0);
    const crowd = await startCrowd(house, CROWD);
    const { code, seconds } = await run('rollback', house);
    const { lost, doubled, failures } = await crowd.stop();
    console.log(`rolled back in ${seconds.toFixed(0)} s`);
    expect(code).toBe(0);
    expect(await doors()).toMatchObject({ live, working: live, weights: { [live]: 100, [other]: 0 } });
    expect({ lost, doubled, failures }).toEqual({ lost: 0, doubled: 0, failures: [] });
    // each after its last requests
    await within(120, 'no pod of it is left', async () => ((await podsOf(other)).length === 0 ? true : undefined));
  }, 900_000);
});
