import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The command by which a process runs: from /proc where there is one, else from ps. */
const commandOf = async (pid: number): Promise<string> => {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  } catch {
    return await run('ps', ['-p', String(pid), '-o', 'command=']).then(
      ({ stdout }) => stdout,
      () => '',
    );
  }
};

/**
 * Clears away what a service that was killed has left: its tasks end by themselves when it does, but one that is caught in
 * an endless loop cannot, and is ended here. A process is known by its number and the attempt's name in its command, so
 * that no other is ended that got the same number since.
 */
export const clearLeftovers = async (directory: string): Promise<string[]> => {
  const ended: string[] = [];
  for (const name of await readdir(directory).catch(() => [] as string[])) {
    if (!name.startsWith('task-')) continue;
    const folder = join(directory, name);
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => ''));
    if (Number.isInteger(pid) && pid > 1 && (await commandOf(pid)).includes(name)) {
      try {
        process.kill(-pid, 'SIGKILL');
        ended.push(name);
      } catch {
        // it has ended just now
      }
    }
    await rm(folder, { recursive: true, force: true });
  }
  return ended;
};
