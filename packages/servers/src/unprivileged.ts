import { execFileSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ServerError } from './server-error.ts';

/** How to start a program that refuses to run as root. */
export interface Launch {
  readonly command: string;
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const USER = 'authorworks';

const idOf = (user: string): { uid: number; gid: number } | undefined => {
  try {
    const read = (option: string): number =>
      Number(execFileSync('id', [option, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: read('-u'), gid: read('-g') };
  } catch {
    return undefined;
  }
};

/** The account that PostgreSQL runs under when we are root: postgres where there is one, else one of our own. */
const serverAccount = (): { uid: number; gid: number } => {
  const found = idOf('postgres') ?? idOf(USER);
  if (found) return found;
  try {
    execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', USER], {
      stdio: 'ignore',
    });
  } catch {
    throw new ServerError(
      'PostgreSQL does not run as root, and no account could be made for it. Run this as another user, or add an account named "postgres".',
    );
  }
  const made = idOf(USER);
  if (!made) throw new ServerError(`The account ${USER} could not be made.`);
  return made;
};

const mayEnter = (path: string, account: { uid: number; gid: number }): boolean => {
  for (let current = path; ; current = dirname(current)) {
    const { mode, uid, gid } = statSync(current);
    const bits = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
    if ((bits & 1) === 0) return false;
    if (dirname(current) === current) return true;
  }
};

/**
 * Prepares `command` to run in `directory`. As root, the directory is given to the server's account; where that account
 * cannot reach the files (a checkout in /root), it keeps the right to pass by permissions, and nothing else.
 */
export const unprivileged = (command: string, directory: string): Launch => {
  if (process.getuid?.() !== 0) return { command, prefix: [] };
  const account = serverAccount();
  chownSync(directory, account.uid, account.gid);
  if (mayEnter(dirname(directory), account) && mayEnter(dirname(command), account))
    return { command, prefix: [], ...account };
  const caps = '+dac_override,+dac_read_search';
  return {
    command: 'setpriv',
    prefix: [
      `--reuid=${account.uid}`,
      `--regid=${account.gid}`,
      '--clear-groups',
      `--inh-caps=${caps}`,
      `--ambient-caps=${caps}`,
      '--',
      command,
    ],
  };
};
