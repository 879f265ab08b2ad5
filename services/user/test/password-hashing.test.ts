import { createMetrics } from '@authorworks/platform';
import { hash } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { openGate } from '../src/password/gate.ts';
import { openHashing } from '../src/password/hashing.ts';

describe('the gate before the hashing', () => {
  const held = (): { promise: Promise<void>; release: () => void } => {
    const { promise, resolve } = Promise.withResolvers<void>();
    return { promise, release: resolve };
  };

  it('lets two through, holds the others in line, and turns away who would wait too long', async () => {
    const gate = openGate(2, 3);
    const door = held();
    const inside: number[] = [];
    const enter = async (number: number): Promise<void> =>
      await gate.pass(async () => {
        inside.push(number);
        await door.promise;
      });
    const first = [1, 2, 3, 4, 5].map(enter);
    await expect(enter(6)).rejects.toMatchObject({
      definition: { code: 'SERVICE_UNAVAILABLE', status: 503 },
      retryAfterSeconds: 2,
    });
    expect([inside, gate.waiting()]).toEqual([[1, 2], 3]);
    door.release();
    await Promise.all(first);
    expect(inside).toEqual([1, 2, 3, 4, 5]);
    await gate.pass(async () => await Promise.resolve(inside.push(7)));
    expect(inside.at(-1)).toBe(7);
  });

  it('does no work for somebody who has gone meanwhile, and stays open after a failure', async () => {
    const gate = openGate(1, 10);
    const door = held();
    const gone = new AbortController();
    const first = gate.pass(async () => await door.promise);
    let worked = false;
    const second = gate.pass(async () => {
      worked = true;
      await Promise.resolve();
    }, gone.signal);
    const third = gate.pass(async () => await Promise.reject(new Error('broken')));
    gone.abort(new Error('gone'));
    door.release();
    await first;
    await expect(second).rejects.toThrow('gone');
    await expect(third).rejects.toThrow('broken');
    expect(worked).toBe(false);
    expect(await gate.pass(async () => await Promise.resolve('open'))).toBe('open');
  });
});

describe('a hashed password', () => {
  it('has the parameters of OWASP, and says when it has others', async () => {
    const hashing = await openHashing(1, createMetrics('user'));
    const kept = await hashing.hash('a lake in a wet summer');
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(hashing.isDated(kept)).toBe(false);
    expect(hashing.isDated(await hash('x', { memoryCost: 4_096, timeCost: 1, parallelism: 1 }))).toBe(true);
    expect(await hashing.verify(kept, 'a lake in a wet summer')).toBe(true);
    expect(await hashing.verify(kept, 'a lake in a dry summer')).toBe(false);
    expect(await hashing.verify(null, '')).toBe(false);
  });
});
