import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Ending, Sighting } from '../task-runner.ts';
import { LineBuffer } from './line-buffer.ts';

/** Between the request to end and the end by force. */
const GRACE_MS = 5_000;
/** Exit code of a process that ended itself by SIGABRT, as Node does when its heap is full. */
const ABORTED = 134;
/** A share of the memory; the rest is for what is beside JavaScript's heap. */
const HEAP_SHARE = 0.7;
const MIB = 1024 * 1024;

export interface ProcessOptions {
  readonly name: string;
  /** Node program that runs the task named by its first argument. */
  readonly program: string;
  readonly task: string;
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  readonly timeoutMs: number;
}

/** A task as a process of its own, in a group of its own, with limits that we hold. */
export class TaskProcess {
  readonly name: string;
  readonly output = new LineBuffer();
  readonly ended: Promise<void>;
  readonly #options: ProcessOptions;
  readonly #child: ChildProcess;
  readonly #deadline: NodeJS.Timeout;
  #force: NodeJS.Timeout | undefined;
  /** Why we ended it, if we did. */
  #cause: Ending | undefined;
  #ending: Ending | undefined;

  constructor(options: ProcessOptions, onEnd: () => void) {
    this.name = options.name;
    this.#options = options;
    const heapMiB = Math.floor(options.memoryMiB * HEAP_SHARE);
    // the channel is for the task alone: it ends when we do (tasks/program.ts)
    this.#child = spawn(
      process.execPath,
      [`--max-old-space-size=${heapMiB}`, options.program, options.task, options.name],
      { cwd: options.directory, env: { ...options.env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
    );
    this.#child.stdout?.on('data', (chunk: Buffer) => this.output.write(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => this.output.write(chunk));
    this.#deadline = setTimeout(() => this.stop({ kind: 'deadline' }), options.timeoutMs);
    this.ended = new Promise((resolve) => {
      const done = (ending: Ending): void => {
        if (this.#ending) return;
        clearTimeout(this.#deadline);
        clearTimeout(this.#force);
        // children of its own must not outlive it
        this.#signal('SIGKILL');
        this.output.end();
        this.#ending = this.#cause ?? ending;
        resolve();
        onEnd();
      };
      this.#child.once('error', (error) => done({ kind: 'failed', note: error.message }));
      this.#child.once('close', (code, signal) => done(this.#endingOf(code, signal)));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  see(node: string): Sighting {
    return { name: this.name, node, note: null, ending: this.#ending };
  }

  /** Asks it to end, and ends it by force if it does not. */
  stop(cause: Ending): void {
    if (this.#ending || this.#cause) return;
    this.#cause = cause;
    this.#signal('SIGTERM');
    this.#force = setTimeout(() => this.#signal('SIGKILL'), GRACE_MS);
  }

  /** At once, because it takes what others need. */
  holdMemory(groups: ReadonlyMap<number, number>): void {
    const taken = groups.get(this.pid ?? -1) ?? 0;
    if (taken <= this.#options.memoryMiB * MIB || this.#ending) return;
    this.#cause = { kind: 'memory', note: `took ${Math.round(taken / MIB)} MiB of ${this.#options.memoryMiB}` };
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.pid !== undefined) process.kill(-this.pid, signal);
    } catch {
      // the whole group has ended
    }
  }

  #endingOf(code: number | null, signal: NodeJS.Signals | null): Ending {
    const result = this.#readResult();
    if (code === 0) return { kind: 'done', result };
    if (code === ABORTED || signal === 'SIGABRT') return { kind: 'memory', note: 'its heap was full' };
    return { kind: 'failed', result, note: signal ? `ended by ${signal}` : `exit code ${code}` };
  }

  #readResult(): string | undefined {
    try {
      return readFileSync(join(this.#options.directory, 'result.json'), 'utf8');
    } catch {
      return undefined;
    }
  }

  remove(): void {
    rmSync(this.#options.directory, { recursive: true, force: true });
  }
}
