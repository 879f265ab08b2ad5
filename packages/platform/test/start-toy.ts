import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import type { RunningService } from '../src/index.ts';
import { toy } from './toy.ts';

/** Starts the toy service without a test around it. */
export const startToy = async (variables: Record<string, string>): Promise<RunningService> =>
  await toy.start({
    source: { variables, readFile: (path) => readFileSync(path, 'utf8') },
    directory: { urlOf: () => 'http://127.0.0.1:9' },
    logDestination: new Writable({ write: (_chunk, _encoding, done) => done() }),
  });
