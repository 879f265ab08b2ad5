import type { AccountId } from '@authorworks/contracts';
import { createDecoder, readVarString, readVarUint } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding';

/** Cursors and names go out together this often, in milliseconds. */
export const PRESENCE_EVERY_MS = 40;
/** y-protocols refreshes each state every 15 seconds; who has not for this long sits in a replica that died. */
const LOST_AFTER_MS = 45_000;
/** A person's colour as `#rrggbb`; everything else could carry style into other people's pages. */
const COLOUR = /^#[0-9a-f]{6}$/i;
const COLOURS = ['#b4532a', '#7a5c00', '#3f6b2f', '#1f6f6a', '#2b5f99', '#5b4b9e', '#93376b', '#8a3b3b'];

/** One state in an awareness update (y-protocols). */
interface Entry {
  readonly clientId: number;
  readonly clock: number;
  readonly state: Readonly<Record<string, unknown>> | null;
}

interface Kept {
  /** What we tell; goes forward whoever speaks. */
  readonly clock: number;
  /** What the owner said last. */
  readonly heard: number;
  readonly state: Readonly<Record<string, unknown>> | null;
  /** Connection of this replica, or name of another replica. */
  readonly owner: string;
  readonly accountId: AccountId | null;
  readonly seenAt: number;
}

/** Who speaks: a connection of this replica. */
export interface Speaker {
  readonly connectionId: string;
  readonly accountId: AccountId;
  readonly name: string;
}

const MAX_ENTRIES = 10_000;

const decode = (update: Uint8Array): Entry[] => {
  const decoder = createDecoder(update);
  const count = readVarUint(decoder);
  if (count > MAX_ENTRIES) throw new RangeError('too many states');
  const entries: Entry[] = [];
  for (let index = 0; index < count; index += 1) {
    const clientId = readVarUint(decoder);
    const clock = readVarUint(decoder);
    const state: unknown = JSON.parse(readVarString(decoder));
    const isState = typeof state === 'object' && !Array.isArray(state);
    if (!isState) throw new RangeError('a state is not an object');
    entries.push({ clientId, clock, state: state as Entry['state'] });
  }
  return entries;
};

const encode = (entries: readonly Entry[]): Uint8Array => {
  const encoder = createEncoder();
  writeVarUint(encoder, entries.length);
  for (const { clientId, clock, state } of entries) {
    writeVarUint(encoder, clientId);
    writeVarUint(encoder, clock);
    writeVarString(encoder, JSON.stringify(state));
  }
  return toUint8Array(encoder);
};

const colourOf = (state: Readonly<Record<string, unknown>>, accountId: string): string => {
  const given = (state['user'] as { color?: unknown } | null | undefined)?.color;
  if (typeof given === 'string' && COLOUR.test(given)) return given;
  let sum = 0;
  for (const sign of accountId) sum = (sum * 31 + sign.charCodeAt(0)) % 9973;
  return COLOURS[sum % COLOURS.length] ?? '#2b5f99';
};

export interface PresenceChange {
  readonly update: Uint8Array;
  /** The connection that all of it came from, if it was one. */
  readonly onlyFrom: string | undefined;
  /** The part that other replicas have to be told of. */
  readonly forReplicas: Uint8Array | undefined;
}

/**
 * Who is in a scene and where their cursors stand: awareness of y-protocols, but each state belongs to the connection that
 * sent it first, the name in it is the account's, and clocks only go forward.
 */
export class Presence {
  readonly #kept = new Map<number, Kept>();
  readonly #changed = new Set<number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get isChanged(): boolean {
    return this.#changed.size > 0;
  }

  /**
   * Takes what a client of this replica says about itself. What it says about others is left out.
   * @returns how many states were left out because they are not its own.
   * @throws when it cannot be read.
   */
  hear(update: Uint8Array, speaker: Speaker): number {
    let refused = 0;
    for (const { clientId, clock, state } of decode(update)) {
      const kept = this.#kept.get(clientId);
      // the end of what never was need not be remembered
      if (!kept && state === null) continue;
      const isOwn = kept
        ? kept.owner === speaker.connectionId || this.#isComingBack(kept, speaker)
        : !this.#hasState(speaker, clientId);
      if (!isOwn) {
        refused += 1;
        continue;
      }
      if (kept && kept.owner === speaker.connectionId && clock < kept.clock && state !== null && kept.state !== null)
        continue;
      const { accountId, name } = speaker;
      const user = state && { accountId, name, color: colourOf(state, accountId) };
      this.#keep(clientId, {
        state: state && { ...state, user },
        owner: speaker.connectionId,
        accountId,
        heard: clock,
      });
    }
    return refused;
  }

  /** Whose document a Yjs client id is, as long as they are here, and a little longer: they may be coming back. */
  accountOf(clientId: number): AccountId | undefined {
    return this.#kept.get(clientId)?.accountId ?? undefined;
  }

  /** Takes what another replica says about its clients. */
  hearReplica(update: Uint8Array, replica: string): void {
    for (const { clientId, clock, state } of decode(update)) {
      const kept = this.#kept.get(clientId);
      if (kept && kept.state !== null && state === null && kept.owner !== replica) continue;
      if (kept && kept.owner === replica && clock <= kept.heard) continue;
      const user = state?.['user'] as { accountId?: AccountId } | undefined;
      this.#keep(clientId, { state, owner: replica, accountId: user?.accountId ?? null, heard: clock });
    }
  }

  /** A connection has gone: its states end. */
  leave(connectionId: string): void {
    for (const [clientId, kept] of this.#kept)
      if (kept.owner === connectionId && kept.state !== null) this.#keep(clientId, { ...kept, state: null });
  }

  /** Ends the states of replicas that have not been heard of for long, and forgets what ended. */
  sweep(isHere: (owner: string) => boolean): void {
    const old = this.#now() - LOST_AFTER_MS;
    for (const [clientId, kept] of this.#kept) {
      if (kept.seenAt >= old) continue;
      if (kept.state === null) this.#kept.delete(clientId);
      else if (!isHere(kept.owner)) this.#keep(clientId, { ...kept, state: null });
    }
  }

  /** Everybody's state, for somebody who comes in; or only that of some owners. */
  all(isWanted: (owner: string) => boolean = () => true): Uint8Array | undefined {
    const entries = [...this.#kept].filter(([, { state, owner }]) => state !== null && isWanted(owner));
    return entries.length > 0
      ? encode(entries.map(([clientId, { clock, state }]) => ({ clientId, clock, state })))
      : undefined;
  }

  /** What changed since the last call. */
  take(isHere: (owner: string) => boolean): PresenceChange | undefined {
    const entries = [...this.#changed].flatMap((clientId) => {
      const kept = this.#kept.get(clientId);
      return kept ? [{ clientId, clock: kept.clock, state: kept.state, owner: kept.owner }] : [];
    });
    this.#changed.clear();
    const [first] = entries;
    if (!first) return undefined;
    const own = entries.filter(({ owner }) => isHere(owner));
    return {
      update: encode(entries),
      onlyFrom: entries.every(({ owner }) => owner === first.owner) ? first.owner : undefined,
      forReplicas: own.length > 0 ? encode(own) : undefined,
    };
  }

  /** Somebody who was cut and comes back with the same document, before the old connection was noticed to be dead. */
  #isComingBack(kept: Kept, { accountId, connectionId }: Speaker): boolean {
    return kept.accountId === null || (kept.accountId === accountId && kept.owner !== connectionId);
  }

  /** Whether a connection speaks under another client id already: it has one document of a scene. */
  #hasState({ connectionId }: Speaker, clientId: number): boolean {
    for (const [other, kept] of this.#kept)
      if (other !== clientId && kept.owner === connectionId && kept.state !== null) return true;
    return false;
  }

  #keep(clientId: number, { state, owner, accountId, heard }: Omit<Kept, 'seenAt' | 'clock'>): void {
    const clock = Math.max(heard, (this.#kept.get(clientId)?.clock ?? -1) + 1);
    this.#kept.set(clientId, { state, owner, accountId, heard, clock, seenAt: this.#now() });
    this.#changed.add(clientId);
  }
}
