import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LaunchNews, LaunchOrder } from './launch-editor.ts';

/** An editor in a process of its own. */
export interface EditorProcess {
  readonly url: string;
  readonly pid: number;
  /** Resident memory in bytes, the longest time that the event loop was blocked since the last question, and CPU time. */
  readonly memory: () => Promise<{ rss: number; lagMs: number; cpuMs: number }>;
  /** SIGKILL; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
}

const LAUNCHER = fileURLToPath(new URL('./launch-editor.ts', import.meta.url));

const news = async <K extends LaunchNews['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<LaunchNews, { kind: K }>> =>
  await new Promise((resolve, reject) => {
    const hear = (message: LaunchNews): void => {
      if (message.kind !== kind) return;
      child.off('message', hear);
      child.off('exit', ended);
      resolve(message as Extract<LaunchNews, { kind: K }>);
    };
    const ended = (code: number | null): void => reject(new Error(`the editor ended with ${code}`));
    child.on('message', hear);
    child.once('exit', ended);
  });

/** Starts it with the options of the Dockerfile. */
export const launchEditor = async (order: LaunchOrder): Promise<EditorProcess> => {
  const child = fork(LAUNCHER, [JSON.stringify(order)], {
    execArgv: ['--max-semi-space-size=4'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('no process');
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const { url } = await news(child, 'ready');
  return {
    url,
    pid,
    memory: async () => {
      const answer = news(child, 'memory');
      child.send('memory');
      const { rss, lagMs, cpuMs } = await answer;
      return { rss, lagMs, cpuMs };
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
