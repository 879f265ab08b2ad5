import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KIB = 1024;

/** Fields of /proc/PID/status and stat; the program's name in stat may hold spaces and brackets (proc(5)). */
const groupOf = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
const residentOf = (status: string): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * KIB;

const add = (sums: Map<number, number>, group: number, bytes: number): void => {
  sums.set(group, (sums.get(group) ?? 0) + bytes);
};

const fromProc = async (pids: readonly string[]): Promise<Map<number, number>> => {
  const sums = new Map<number, number>();
  await Promise.all(
    pids.map(async (pid) => {
      try {
        const [stat, status] = await Promise.all([
          readFile(`/proc/${pid}/stat`, 'utf8'),
          readFile(`/proc/${pid}/status`, 'utf8'),
        ]);
        add(sums, groupOf(stat), residentOf(status));
      } catch {
        // it has ended meanwhile
      }
    }),
  );
  return sums;
};

const fromPs = async (): Promise<Map<number, number>> => {
  const sums = new Map<number, number>();
  const { stdout } = await run('ps', ['-A', '-o', 'pgid=,rss=']);
  for (const line of stdout.split('\n')) {
    const [group, resident] = line.trim().split(/\s+/).map(Number);
    if (group !== undefined && resident !== undefined) add(sums, group, resident * KIB);
  }
  return sums;
};

/** Resident memory of process groups, in bytes, by the group's id; from /proc where there is one, else from ps. */
export const groupMemory = async (): Promise<ReadonlyMap<number, number>> => {
  const pids = await readdir('/proc').catch(() => [] as string[]);
  const numeric = pids.filter((name) => /^\d+$/.test(name));
  return numeric.length > 0 ? await fromProc(numeric) : await fromPs();
};
