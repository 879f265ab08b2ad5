import { ServerError } from '@authorworks/servers';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

interface Holder {
  readonly pid: number;
  readonly startedAt: string;
  readonly url: string;
}

/** When a process began, as the kernel counts it; tells a recycled process id from the one that was meant. */
const startedAt = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name in parentheses may hold spaces; field 22 of the rest is the start time in clock ticks
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

const isRunning = (holder: Holder): boolean => {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startedAt(holder.pid) === holder.startedAt;
};

/**
 * Takes a data folder for this process alone; two houses on one folder would destroy it.
 * @returns how to give it back. A killed house's claim does not count.
 * @throws ServerError naming the house that has it.
 */
export const lockFolder = async (dataDirectory: string, url: string): Promise<() => void> => {
  await mkdir(dataDirectory, { recursive: true });
  const path = join(dataDirectory, 'house.lock');
  const claim = JSON.stringify({ pid: process.pid, startedAt: startedAt(process.pid), url } satisfies Holder);
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(path, claim, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 3) throw error;
    }
    let holder: Holder | undefined;
    try {
      holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    } catch {
      // half-written by a house that was killed at that moment
    }
    if (holder && isRunning(holder))
      throw new ServerError(
        `The house in ${dataDirectory} is running already, at ${holder.url} (process ${holder.pid}).`,
      );
    rmSync(path, { force: true });
  }
};
