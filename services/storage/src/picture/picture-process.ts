import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { FrameReader, frameOf } from './frames.ts';
import type { PictureAnswer, PictureReady, PictureTask } from './picture-task.ts';

const PROGRAM = fileURLToPath(new URL('picture.program.ts', import.meta.url));
/** Node itself needs little here; what it reserves counts against the limit of memory. */
const NODE_FLAGS = ['--max-old-space-size=96', '--max-semi-space-size=2', '--disable-warning=ExperimentalWarning'];
const START_MS = 30_000;

export interface PictureResult {
  readonly width: number;
  readonly height: number;
  /** A WebP picture, when one was asked for. */
  readonly bytes: Buffer;
}

/** The picture is broken, a bomb, or needs more memory or time than any picture should. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

const launch = (limitKiB: number | undefined): Child => {
  const command = [process.execPath, ...NODE_FLAGS, PROGRAM];
  const limited = limitKiB === undefined ? [] : ['sh', '-c', `ulimit -d ${limitKiB}; exec "$@"`, 'sh'];
  const [program = '', ...args] = [...limited, ...command];
  return spawn(program, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: '/',
    // nothing of our settings: secrets are in there
    env: { UV_THREADPOOL_SIZE: '2', VIPS_WARNING: '0', LC_ALL: 'C.UTF-8', HOME: '/nonexistent' },
  });
};

/** One picture process: does one task at a time, and is ended for good when anything goes wrong. */
export class PictureProcess {
  readonly #child: Child;
  readonly #output: FrameReader;
  readonly dataKiB: number;
  #ended = false;

  private constructor(child: Child, output: FrameReader, ready: PictureReady) {
    this.#child = child;
    this.#output = output;
    this.dataKiB = ready.dataKiB;
    child.once('exit', () => {
      this.#ended = true;
    });
  }

  /** @param limitKiB What the operating system lets it have of private memory. @throws Error when it cannot start. */
  static async start(limitKiB?: number): Promise<PictureProcess> {
    const child = launch(limitKiB);
    // a dead process shows as the end of its output
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    const output = new FrameReader(child.stdout);
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    const ready = await output.message<PictureReady>().finally(() => clearTimeout(timer));
    if (!ready) {
      child.kill('SIGKILL');
      throw new Error('a picture process did not start');
    }
    return new PictureProcess(child, output, ready);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return !this.#ended;
  }

  /**
   * @param bytes The picture, exactly `task.sizeBytes` long.
   * @throws PictureError when the picture cannot be read; whatever `bytes` throws.
   */
  async run(task: PictureTask, bytes: AsyncIterable<Uint8Array>, timeoutMs: number): Promise<PictureResult> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.kill();
    }, timeoutMs);
    try {
      this.#child.stdin.write(frameOf(task));
      const failed = this.#send(bytes);
      const answer = await Promise.race([this.#output.message<PictureAnswer>(), failed]);
      return await this.#result(answer);
    } catch (error) {
      this.kill();
      throw late ? new PictureError('it takes too long to be read', { cause: error }) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  kill(): void {
    this.#ended = true;
    this.#child.kill('SIGKILL');
  }

  /** Sends the picture. @returns a promise that only ever fails, and only when its source does. */
  async #send(bytes: AsyncIterable<Uint8Array>): Promise<never> {
    return await new Promise((_, reject) => {
      const send = async (): Promise<void> => {
        for await (const chunk of bytes) if (!(await this.#write(chunk))) return;
      };
      send().catch(reject);
    });
  }

  /** @returns false when the process has ended, which shows in its output as well. */
  async #write(chunk: Uint8Array): Promise<boolean> {
    return await new Promise((resolve) => {
      this.#child.stdin.write(chunk, (error) => resolve(!error));
    });
  }

  async #result(answer: PictureAnswer | undefined): Promise<PictureResult> {
    if (answer && !answer.ok) throw new PictureError(answer.reason);
    const bytes = answer && (await this.#output.bytes(answer.sizeBytes));
    if (!answer || !bytes) throw new PictureError('it needs more memory or time than a picture should');
    return { width: answer.width, height: answer.height, bytes };
  }
}
