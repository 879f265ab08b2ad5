import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const folders = {
  /** What scripts/install-checkers has fetched. */
  checkers: join(cache, 'authorworks', 'checkers'),
  /** Programs of the laboratory: Kubernetes itself. */
  lab: join(process.env['LAB_CACHE'] ?? join(cache, 'lab'), 'bin'),
} as const;

export type CheckerName = 'shellcheck' | 'hadolint' | 'zizmor' | 'actionlint' | 'sops' | 'age' | 'age-keygen' | 'crane';
export type LabProgram = 'kine' | 'kube-apiserver' | 'kubelet' | 'kubectl';

export const checker = (name: CheckerName): string => join(folders.checkers, name);
export const labProgram = (name: LabProgram): string => join(folders.lab, name);

/** Whether a test has to be skipped, and says why. */
export const lacks = (...paths: readonly string[]): boolean => {
  const absent = paths.filter((path) => !existsSync(path));
  if (absent.length > 0)
    console.warn(
      `skipped: ${absent.join(', ')} missing; ${absent[0]?.startsWith(folders.lab) ? 'they are the laboratory’s' : 'run scripts/install-checkers'}`,
    );
  return absent.length > 0;
};
