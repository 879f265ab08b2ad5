import { readFileSync } from 'node:fs';
import type { ConfigSource } from './config.ts';

/** The settings of this process: its environment, and the files which that names. For a pod's entries only. */
export const processSource = (): ConfigSource => ({
  variables: process.env,
  readFile: (path) => readFileSync(path, 'utf8'),
});
