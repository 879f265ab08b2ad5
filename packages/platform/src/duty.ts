import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Colour, colours, houseState } from '@authorworks/contracts';
import type { Logger } from './log.ts';
import { Loop } from './loop.ts';
import { gauge, type Metrics } from './metrics.ts';

/** How often the files are looked at. Kubernetes itself takes a second or two to bring a change to a pod. */
const LOOK_MS = 500;
/** Listeners of two houses are members of one group and do no harm side by side, but a gap would keep events waiting. */
const LISTEN_ON_MS = 4_000;
/** Proxies learn of a closed house a little later than the house itself does: clients sent away at once would come back. */
const PROXIES_LEARN_MS = 4_000;
/** Those who came back all the same are told again, so often and so many times. */
const TELL_AGAIN_MS = 5_000;
const TELL_TIMES = 6;

/** Something that runs only while it is this house's turn. */
export interface Shift {
  readonly start: () => void;
  /** Resolves when nothing new is begun any more. What is under way may go on. */
  readonly stop: () => Promise<void>;
}

/** What this house is to do, of two that share the data. */
export interface Duty {
  /**
   * Runs what only one house may do at a time: queue workers, sweeps, schedules. Starts now if it is this house's turn;
   * the owner ends it with the service.
   */
  readonly whileWorking: (shift: Shift) => void;
  /** Runs listeners of events: with the working house, and a little longer. */
  readonly whileListening: (shift: Shift) => void;
  /** Tells when people do not reach this house any more, and again for those who come late. */
  readonly onClosed: (tell: () => void) => void;
}

interface DutyOptions {
  readonly colour: Colour | undefined;
  readonly directory: string | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly monotonicMs: () => number;
}

/** Shifts of one kind, which run or do not. */
class Shifts {
  readonly #all: Shift[] = [];
  isOn = true;

  add(shift: Shift): void {
    this.#all.push(shift);
    if (this.isOn) shift.start();
  }

  start(): void {
    if (this.isOn) return;
    this.isOn = true;
    for (const shift of this.#all) shift.start();
  }

  async stop(): Promise<void> {
    if (!this.isOn) return;
    this.isOn = false;
    await Promise.all(this.#all.map(async (shift) => await shift.stop()));
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * Follows the files of `HOUSE_STATE_DIRECTORY` (contracts/colours.ts). Without the folder or a file, this house works and
 * is open: there is no other. A file that cannot be read, or says what nobody understands, changes nothing.
 */
export class FollowedDuty implements Duty {
  readonly #options: DutyOptions;
  readonly #working = new Shifts();
  readonly #listening = new Shifts();
  readonly #tellers: (() => void)[] = [];
  readonly #loop: Loop;
  #stopped = false;
  #isOpen = true;
  #listenUntilMs: number | undefined;
  #tell = { dueMs: 0, left: 0 };

  private constructor(options: DutyOptions) {
    this.#options = options;
    this.#loop = new Loop('duty', LOOK_MS, options.log, async () => await this.#look());
    gauge(options.metrics, 'house_working', 'Whether this process does background work: 1, or 0 once it has stopped', {
      read: () => Number(!this.#stopped),
    });
    gauge(options.metrics, 'house_listening', 'Whether this process listens to events', {
      read: () => Number(this.#listening.isOn),
    });
    gauge(options.metrics, 'house_open', 'Whether people reach this house', { read: () => Number(this.#isOpen) });
  }

  /** Looks once, so that a house whose turn it is not begins nothing. */
  static async read(options: DutyOptions): Promise<FollowedDuty> {
    const duty = new FollowedDuty(options);
    if (options.colour === undefined || options.directory === undefined) return duty;
    const { working, open } = await duty.#readFiles().catch((error: unknown) => {
      // who does not know whose turn it is does not work: two at a time would be worse
      options.log.warn({ err: error }, 'whose turn it is cannot be read; this house does not work until it can');
      return { working: 'nobody', open: true } as const;
    });
    duty.#isOpen = open;
    if (working === 'mine') return duty;
    await duty.#working.stop();
    duty.#stopped = true;
    if (working === 'theirs') await duty.#listening.stop();
    return duty;
  }

  whileWorking(shift: Shift): void {
    this.#working.add(shift);
  }

  whileListening(shift: Shift): void {
    this.#listening.add(shift);
  }

  onClosed(tell: () => void): void {
    this.#tellers.push(tell);
  }

  follow(): void {
    if (this.#options.colour !== undefined && this.#options.directory !== undefined) this.#loop.start();
  }

  /** From now on nothing is started or stopped here. */
  async close(): Promise<void> {
    await this.#loop.close();
  }

  async #readFiles(): Promise<{ working: 'mine' | 'theirs' | 'nobody'; open: boolean }> {
    const { colour, directory = '' } = this.#options;
    const read = async (name: string): Promise<string | undefined> => {
      try {
        return (await readFile(join(directory, name), 'utf8')).trim();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    };
    const [working = colour, open = colour ?? ''] = await Promise.all([
      read(houseState.working),
      read(houseState.open),
    ]);
    const isOpen = open.split(',').includes(colour ?? '');
    if (working === colour) return { working: 'mine', open: isOpen };
    if (working === houseState.nobody) return { working: 'nobody', open: isOpen };
    if (colours.some((known) => known === working)) return { working: 'theirs', open: isOpen };
    throw new Error(`${join(directory, houseState.working)} says "${working}", which is no house`);
  }

  async #look(): Promise<void> {
    const { working, open } = await this.#readFiles();
    const now = this.#options.monotonicMs();
    await this.#work(working === 'mine');
    await this.#listen(working, now);
    if (this.#isOpen && !open) this.#tell = { dueMs: now + PROXIES_LEARN_MS, left: TELL_TIMES };
    this.#isOpen = open;
    if (open) this.#tell.left = 0;
    if (this.#tell.left === 0 || now < this.#tell.dueMs) return;
    this.#tell = { dueMs: now + TELL_AGAIN_MS, left: this.#tell.left - 1 };
    for (const tell of this.#tellers) tell();
  }

  async #work(mine: boolean): Promise<void> {
    if (mine === this.#working.isOn) return;
    const { log } = this.#options;
    if (mine) {
      this.#working.start();
      this.#stopped = false;
      log.info('this house does the background work from now on');
      return;
    }
    await this.#working.stop();
    this.#stopped = true;
    log.info('this house has stopped its background work');
  }

  async #listen(working: 'mine' | 'theirs' | 'nobody', now: number): Promise<void> {
    if (working === 'mine') this.#listening.start();
    if (working !== 'theirs') {
      this.#listenUntilMs = undefined;
      return;
    }
    if (!this.#listening.isOn) return;
    this.#listenUntilMs ??= now + LISTEN_ON_MS;
    if (now >= this.#listenUntilMs) await this.#listening.stop();
  }
}
