import { type ImageVariant, platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import { PictureProcess, type PictureResult } from './picture-process.ts';
import { type PictureTask, type PictureType, variantEdges } from './picture-task.ts';

/** A picture that is read when its turn has come. */
export interface PictureSource {
  readonly type: PictureType;
  readonly sizeBytes: number;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
}

export interface PicturesOptions {
  /** How many processes may read pictures at the same time. */
  readonly processes: number;
  /** Memory that a picture may take, in MiB. */
  readonly memoryMiB: number;
  readonly timeoutMs: number;
}

/** Reads pictures in processes of their own (picture.program.ts), which end when there is nothing to do. */
export interface Pictures {
  /** The size of a picture, after all of it was decoded. @throws PictureError when that cannot be done. */
  readonly inspect: (source: PictureSource) => Promise<{ readonly width: number; readonly height: number }>;
  /** The picture as WebP in the size of a variant, without metadata. @throws PictureError */
  readonly resize: (source: PictureSource, variant: ImageVariant) => Promise<PictureResult>;
  readonly close: () => void;
}

const IDLE_MS = 10_000;
/** More would wait longer than their callers do. */
const MAX_WAITING = 200;

class PicturePool {
  readonly #options: PicturesOptions;
  readonly #idle: { readonly process: PictureProcess; readonly timer: NodeJS.Timeout }[] = [];
  readonly #busy = new Set<PictureProcess>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #limit: Promise<number | undefined> | undefined;

  constructor(options: PicturesOptions) {
    this.#options = options;
  }

  async run(task: Omit<PictureTask, 'type' | 'sizeBytes'>, source: PictureSource): Promise<PictureResult> {
    const { type, sizeBytes } = source;
    await this.#enter();
    try {
      const process = await this.#take();
      this.#busy.add(process);
      try {
        const bytes = await source.open();
        return await process.run({ ...task, type, sizeBytes }, bytes, this.#options.timeoutMs);
      } finally {
        this.#busy.delete(process);
        this.#putBack(process);
      }
    } finally {
      this.#leave();
    }
  }

  close(): void {
    for (const { process, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      process.kill();
    }
    for (const process of this.#busy) process.kill();
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#options.processes) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) throw fail(platformErrors.neighbourFailed, { retryAfterSeconds: 5 });
    // whoever leaves hands over its place
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }

  async #take(): Promise<PictureProcess> {
    for (;;) {
      const idle = this.#idle.pop();
      if (!idle) return await PictureProcess.start(await this.#limitKiB());
      clearTimeout(idle.timer);
      if (idle.process.isAlive) return idle.process;
    }
  }

  #putBack(process: PictureProcess): void {
    if (!process.isAlive) return;
    const timer = setTimeout(() => {
      const index = this.#idle.findIndex((idle) => idle.process === process);
      if (index >= 0) this.#idle.splice(index, 1);
      process.kill();
    }, IDLE_MS);
    timer.unref();
    this.#idle.push({ process, timer });
  }

  /** What Node reserves for itself depends on its version, so it is measured: by a first process without a limit. */
  async #limitKiB(): Promise<number | undefined> {
    const measure = async (): Promise<number | undefined> => {
      const process = await PictureProcess.start();
      process.kill();
      return process.dataKiB > 0 ? process.dataKiB + this.#options.memoryMiB * 1024 : undefined;
    };
    this.#limit ??= measure().catch((error: unknown) => {
      this.#limit = undefined;
      throw error;
    });
    return await this.#limit;
  }
}

export const openPictures = (options: PicturesOptions): Pictures => {
  const pool = new PicturePool(options);
  return {
    inspect: async (source) => {
      const { width, height } = await pool.run({ kind: 'inspect', edge: 0 }, source);
      return { width, height };
    },
    resize: async (source, variant) => await pool.run({ kind: 'resize', edge: variantEdges[variant] }, source),
    close: () => pool.close(),
  };
};
