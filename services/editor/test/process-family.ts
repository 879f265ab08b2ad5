import { readFileSync } from 'node:fs';

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** A process and all below it. PostgreSQL's backends are groups of their own: a signal to the server's group misses them. */
const familyOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(familyOf)];

/** Stops a whole server, as a frozen machine would. @returns how to let it go on. */
export const freeze = (pid: number): (() => void) => {
  // the parent first, so that no child is born meanwhile
  process.kill(pid, 'SIGSTOP');
  const family = familyOf(pid);
  for (const member of family) process.kill(member, 'SIGSTOP');
  return () => {
    for (const member of family.toReversed()) process.kill(member, 'SIGCONT');
  };
};
