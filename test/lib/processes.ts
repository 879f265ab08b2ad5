import { readdirSync, readFileSync } from 'node:fs';

const parentOf = (pid: number): number | undefined => {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
};

/** A process and all that descend from it (Linux): PostgreSQL's sessions are processes of their own. */
export const familyOf = (pid: number): number[] => {
  const all = readdirSync('/proc').map(Number).filter(Number.isSafeInteger);
  const family = [pid];
  for (const member of family) family.push(...all.filter((other) => parentOf(other) === member));
  return family;
};

export const signalAll = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // it ended in the meantime
    }
  }
};

/** Resident memory of a process, in MiB. */
export const residentMiB = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
