import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real file system of a few MiB, to be filled up. */
export interface SmallDisk {
  readonly directory: string;
  /** Takes all the room that is left, except `leaveBytes`. */
  readonly fill: (leaveBytes: number) => Promise<void>;
  readonly empty: () => Promise<void>;
  readonly unmount: () => Promise<void>;
}

const mount = (directory: string, sizeMiB: number): void => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', directory], { stdio: 'ignore' });
};

/**
 * Whether this account may mount a file system; root may, unless it is confined. Says loudly when it may not, because the
 * tests that ask are then skipped.
 */
export const mayMount = (): boolean => {
  const directory = mkdtempSync(join(tmpdir(), 'authorworks-mount-'));
  try {
    mount(directory, 1);
    execFileSync('umount', [directory], { stdio: 'ignore' });
    return true;
  } catch {
    // oxlint-disable-next-line eslint/no-console -- a skipped test must not go unnoticed
    console.warn('\n*** This account may not mount a file system: the tests of a full disk are SKIPPED. ***\n');
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const freeBytes = (directory: string): number =>
  Number(execFileSync('df', ['--output=avail', '-B1', directory], { encoding: 'utf8' }).split('\n')[1]);

/** Mounts one (tmpfs); to be unmounted at the end. @param sizeMiB All the room that it has. */
export const mountSmallDisk = async (sizeMiB: number): Promise<SmallDisk> => {
  const directory = await mkdtemp(join(tmpdir(), 'authorworks-small-'));
  mount(directory, sizeMiB);
  const ballast = join(directory, 'ballast');
  return {
    directory,
    fill: async (leaveBytes) => {
      await rm(ballast, { force: true });
      const bytes = Buffer.alloc(Math.max(0, freeBytes(directory) - leaveBytes), 1);
      await writeFile(ballast, bytes).catch((error: NodeJS.ErrnoException) => {
        // somebody else took the last room in the meantime: it is full, as asked
        if (error.code !== 'ENOSPC') throw error;
      });
    },
    empty: async () => await rm(ballast, { force: true }),
    unmount: async () => {
      execFileSync('umount', ['--lazy', directory], { stdio: 'ignore' });
      await rm(directory, { recursive: true, force: true });
    },
  };
};
