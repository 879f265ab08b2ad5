import * as Y from 'yjs';
import { countWords } from './count-words.ts';

/** Local changes are gathered for this long, in milliseconds, and sent as one. */
export const GATHER_MS = 25;
/** Merging many updates takes longer than linearly; so what gathers for long is merged in portions. */
const MERGE_AT = 100;
/** Messages that may be under way; what comes meanwhile gathers. */
const IN_FLIGHT = 4;

/** What has not been acknowledged yet. */
export interface Pending {
  /** Messages that are under way or wait to be sent. */
  readonly updates: number;
  /** Words in them, about. */
  readonly words: number;
}

export const nothingPending: Pending = { updates: 0, words: 0 };

/** Local changes on their way to the server. Each is kept until the server has said that it is committed. */
export class Outbox {
  /** Not sent yet, in the order in which they were made. */
  #gathered: Uint8Array[] = [];
  #gatheredSince: number | undefined;
  /** Sent and not acknowledged, in order. */
  #sent: { readonly update: Uint8Array; readonly since: number }[] = [];

  get isEmpty(): boolean {
    return this.#gathered.length === 0 && this.#sent.length === 0;
  }

  get hasRoom(): boolean {
    return this.#sent.length < IN_FLIGHT;
  }

  get hasGathered(): boolean {
    return this.#gathered.length > 0;
  }

  get isUnderWay(): boolean {
    return this.#sent.length > 0;
  }

  /** When the oldest change that is not acknowledged was made (`performance.now()`); undefined when there is none. */
  get since(): number | undefined {
    return this.#sent[0]?.since ?? this.#gatheredSince;
  }

  get pending(): Pending {
    if (this.isEmpty) return nothingPending;
    return {
      updates: this.#sent.length + (this.hasGathered ? 1 : 0),
      words: countWords(this.#updates),
    };
  }

  gather(update: Uint8Array): void {
    this.#gathered.push(update);
    this.#gatheredSince ??= performance.now();
    if (this.#gathered.length >= MERGE_AT) this.#gathered = [Y.mergeUpdates(this.#gathered)];
  }

  /** Everything that was gathered, as one update that is under way from now on. */
  take(): Uint8Array {
    const [first] = this.#gathered;
    const update = first && this.#gathered.length === 1 ? first : Y.mergeUpdates(this.#gathered);
    this.#sent.push({ update, since: this.#gatheredSince ?? performance.now() });
    this.#gathered = [];
    this.#gatheredSince = undefined;
    return update;
  }

  acknowledge(update: Uint8Array): void {
    this.#sent = this.#sent.filter((sent) => sent.update !== update);
  }

  /** Nothing is under way any more: what was, is to be sent again, before what was made after it. */
  takeBack(): void {
    this.#gatheredSince = this.since;
    this.#gathered = this.#updates;
    this.#sent = [];
  }

  /** Replaces everything by one update that holds it all. */
  replace(update: Uint8Array): void {
    this.#gatheredSince = this.since ?? performance.now();
    this.#gathered = [update];
    this.#sent = [];
  }

  /** Everything as one update; undefined when there is nothing. */
  all(): Uint8Array | undefined {
    const updates = this.#updates;
    return updates.length > 0 ? Y.mergeUpdates(updates) : undefined;
  }

  clear(): void {
    this.#gathered = [];
    this.#gatheredSince = undefined;
    this.#sent = [];
  }

  get #updates(): Uint8Array[] {
    return [...this.#sent.map(({ update }) => update), ...this.#gathered];
  }
}
