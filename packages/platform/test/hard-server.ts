// The toy of http-toy.ts in a process of its own.
import { fork } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Writable } from 'node:stream';
import { hardToy } from './http-toy.ts';

export interface HardServer {
  readonly url: string;
  /** The longest time that its event loop stood still since the start, in milliseconds. */
  readonly lagMs: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

interface Told {
  readonly url?: string;
  readonly lagMs?: number;
}

export const startHardServer = async (): Promise<HardServer> => {
  const child = fork(import.meta.filename, [], { execArgv: [] });
  const next = async (): Promise<Told> =>
    await new Promise((resolve) => void child.once('message', (told) => resolve(told as Told)));
  const { url = '' } = await next();
  return {
    url,
    lagMs: async () => {
      child.send('lag');
      return (await next()).lagMs ?? Number.NaN;
    },
    stop: async () => {
      const ended = new Promise((resolve) => void child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
};

if (process.argv[1] === import.meta.filename) {
  const service = await hardToy.start({
    source: {
      variables: {
        PORT: '0',
        HOST: '127.0.0.1',
        SERVICE_KEY: 'a key that only this test knows, long enough',
        CHECK_ANSWERS: 'true',
      },
      readFile: () => '',
    },
    directory: { urlOf: () => 'http://127.0.0.1:9' },
    logDestination: new Writable({ write: (_chunk, _encoding, done) => done() }),
  });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  process.on('message', () => process.send?.({ lagMs: delay.max / 1e6 }));
  process.on('disconnect', () => process.exit(0));
  process.send?.({ url: service.url });
}
