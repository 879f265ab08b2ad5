import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { sightingOf } from '../src/runner/kubernetes/sighting-of.ts';
import { LineBuffer } from '../src/runner/process/line-buffer.ts';
import { judge } from '../src/run/run-policy.ts';
import type { Ending } from '../src/runner/task-runner.ts';
import { lookAtSchedule, nextOccurrence, readSchedule } from '../src/task/schedule-policy.ts';
import { readOutput, writeResult, writeTelling } from '../src/tasks/protocol.ts';
import { bytesOf, millisOf } from '../src/house/quantities.ts';

const HOURLY = readSchedule('0 * * * *', 'Etc/UTC');
const at = (time: string): Date => new Date(`2026-11-23T${time}:00Z`);

describe('a schedule', () => {
  it.each([
    { what: 'nothing is due before its time', seen: '11:00', now: '11:59', due: undefined, after: '11:00' },
    { what: 'it is due at its time', seen: '11:00', now: '12:00', due: '12:00', after: '12:00' },
    { what: 'and once', seen: '12:00', now: '12:30', due: undefined, after: '12:00' },
    {
      what: 'of many that were missed the last is made up for',
      seen: '02:00',
      now: '12:30',
      due: '12:00',
      after: '12:00',
    },
    { what: 'a clock that steps back finds nothing due', seen: '12:00', now: '11:15', due: undefined, after: '12:00' },
    {
      what: 'a clock that was far ahead is believed again',
      seen: '18:00',
      now: '12:30',
      due: undefined,
      after: '12:30',
    },
  ])('$what', ({ seen, now, due, after }) => {
    const look = lookAtSchedule(HOURLY, at(seen), at(now));
    expect(look).toEqual({ due: due === undefined ? undefined : at(due), seenUntil: at(after) });
  });

  it('counts a time that clocks repeat in autumn once, and makes up for one that they skip in spring', () => {
    const nightly = readSchedule('30 2 * * *', 'Europe/Berlin');
    const days = (from: string, hours: number): string[] => {
      const found: string[] = [];
      let seenUntil = new Date(from);
      for (let hour = 0; hour <= hours * 4; hour += 1) {
        const look = lookAtSchedule(nightly, seenUntil, new Date(Date.parse(from) + hour * 900_000));
        if (look.due) found.push(look.due.toISOString());
        seenUntil = look.seenUntil;
      }
      return found;
    };
    expect(days('2026-10-24T12:00:00Z', 36)).toEqual(['2026-10-25T00:30:00.000Z']);
    expect(days('2026-03-28T12:00:00Z', 36)).toEqual(['2026-03-29T01:00:00.000Z']);
  });

  it('refuses what is none', () => {
    expect(() => readSchedule('every day', 'Etc/UTC')).toThrow(/pattern/i);
    expect(() => readSchedule('0 0 0 * * *', 'Etc/UTC')).toThrow(/5/);
    expect(() => nextOccurrence('0 * * * *', 'Europe/Nowhere', at('12:00'))).toThrow();
  });
});

describe('an attempt on a machine that died', () => {
  const conditions = (...types: readonly string[]) => types.map((type) => ({ type, status: 'True' }));
  const job = (...types: readonly string[]): V1Job => ({ status: { conditions: conditions(...types) } });
  const pod: V1Pod = {
    metadata: { deletionTimestamp: at('12:00') },
    spec: { nodeName: 'pi-1', containers: [] },
    status: { phase: 'Running', conditions: conditions('DisruptionTarget') },
  };
  const see = (seen: V1Job, now: string) => sightingOf('a', seen, [pod], at(now)).ending;

  it('has been cut off when its pod should have ended by now, though its Job cannot say so', () => {
    expect(see(job('FailureTarget'), '11:59')).toBeUndefined();
    expect(see(job('FailureTarget'), '12:00')).toBeUndefined();
    expect(see(job('FailureTarget'), '12:01')).toMatchObject({ kind: 'evicted' });
    expect(see(job('FailureTarget', 'Failed'), '12:00')).toMatchObject({ kind: 'evicted' });
  });

  it('has not, as long as Kubernetes does not give it up', () => {
    expect(see(job(), '13:00')).toBeUndefined();
  });
});

const first = { number: 1, attempts: 0, maxAttempts: 3, cancelWanted: false };
const good = writeResult({ output: { counted: 3 } });
const takesAll = (): boolean => true;

describe('what becomes of a run', () => {
  it.each<[string, Ending, Partial<typeof first>, object]>([
    ['done with a result', { kind: 'done', result: good }, {}, { run: 'succeeded', output: { counted: 3 } }],
    ['failed for the first time', { kind: 'failed' }, {}, { run: 'queued', counts: true, delaySeconds: 10 }],
    ['failed for the second time', { kind: 'failed' }, { attempts: 1 }, { run: 'queued', delaySeconds: 60 }],
    ['failed for the last time', { kind: 'failed' }, { attempts: 2 }, { run: 'failed', attempt: 'failed' }],
    [
      'refused by the task',
      { kind: 'failed', result: writeResult({ error: { code: 'A', message: 'b', final: true } }) },
      {},
      { run: 'failed', error: { code: 'A', message: 'b' } },
    ],
    [
      'refused by the cluster',
      { kind: 'refused', note: 'no quota' },
      {},
      { run: 'failed', error: { message: 'no quota' } },
    ],
    ['out of memory', { kind: 'memory' }, {}, { run: 'queued', error: { code: 'JOBS_OUT_OF_MEMORY' } }],
    ['out of time', { kind: 'deadline' }, {}, { run: 'queued', error: { code: 'JOBS_TOOK_TOO_LONG' } }],
    ['evicted', { kind: 'evicted' }, {}, { run: 'queued', attempt: 'interrupted', counts: false, delaySeconds: 0 }],
    ['evicted again and again', { kind: 'evicted' }, { number: 12 }, { run: 'failed', counts: true }],
    ['lost', { kind: 'lost' }, {}, { run: 'queued', attempt: 'interrupted', counts: true }],
    ['stopped', { kind: 'failed' }, { cancelWanted: true }, { run: 'cancelled', error: null }],
    [
      'done although it was to be stopped',
      { kind: 'done', result: good },
      { cancelWanted: true },
      { run: 'succeeded' },
    ],
    ['done with words that are no result', { kind: 'done', result: '{"out' }, { attempts: 2 }, { run: 'failed' }],
  ])('that is %s', (_, ending, changed, expected) => {
    const accepts = ending.result === good ? takesAll : (): boolean => false;
    expect(judge(ending, { ...first, ...changed }, accepts)).toMatchObject(expected);
  });
});

describe('what a task prints', () => {
  it('is divided into what is for people and what is for the service', () => {
    const output = `one\n${writeTelling({ progress: 5, note: 'five' })}two\n::task {"progress":"x"}\n::task no\n`;
    expect(readOutput(output)).toEqual({
      log: 'one\ntwo\n::task {"progress":"x"}\n::task no\n',
      told: [{ progress: 5, note: 'five' }],
    });
  });

  it('is kept line by line, whatever its pieces, and the oldest goes first', () => {
    const buffer = new LineBuffer();
    for (const byte of Buffer.from('äöü\nsecond')) buffer.write(Uint8Array.of(byte));
    expect(buffer.read(null)).toEqual({ text: 'äöü\n', mark: '1', skipped: false });
    buffer.end();
    expect(buffer.read('1')).toEqual({ text: 'second\n', mark: '2', skipped: false });
    for (let line = 0; line < 100_000; line += 1) buffer.write(Buffer.from(`${String(line).padStart(20)}\n`));
    const read = buffer.read('2');
    expect(read.skipped).toBe(true);
    expect(read.text.split('\n').length).toBeLessThanOrEqual(2_001);
  });
});

describe('quantities of Kubernetes', () => {
  it.each([
    ['512Mi', 536_870_912],
    ['921600Ki', 943_718_400],
    ['1G', 1e9],
    ['128974848', 128_974_848],
    ['129e6', 129_000_000],
    [undefined, 0],
  ])('%s is so many bytes', (quantity, bytes) => expect(bytesOf(quantity)).toBe(bytes));
  it.each([
    ['250m', 250],
    ['2', 2000],
    ['1500000n', 2],
    ['0.5', 500],
  ])('%s is so much processor time', (quantity, millis) => expect(millisOf(quantity)).toBe(millis));
});
