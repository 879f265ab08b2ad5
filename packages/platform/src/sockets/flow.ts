import type { Socket } from 'socket.io';
import type { Clock } from '../clock.ts';
import { Bucket, type Rate } from './bucket.ts';

/** The transport below a socket; several namespaces may share it. */
export type EngineSocket = Socket['conn'];

/** What one account may send through all its connections, counted before anything is parsed. */
export interface FlowLimits {
  readonly packets: Rate;
  readonly bytes: Rate;
}

export interface FlowBuckets {
  readonly packets: Bucket;
  readonly bytes: Bucket;
}

export const openBuckets = (limits: FlowLimits, nowMs: number): FlowBuckets => ({
  packets: new Bucket(limits.packets, nowMs),
  bytes: new Bucket(limits.bytes, nowMs),
});

/**
 * However much one may send, it is taken in portions: between them the others get their turn. In the rate of packets that
 * one connection can bring in a moment.
 */
const PORTIONS: Rate = { perSecond: 4_000, burst: 200 };
/** Longest pause; the bucket is asked again afterwards. Shorter than a ping's timeout, so that waiting is not dying. */
const LONGEST_PAUSE_MS = 1_000;
/** One poll carries what a client gathered in a round trip; more packets than these in one body are an attack. */
const MAX_PACKETS_IN_BODY = 2_000;
const SEPARATOR = '\u001e';

/** The parts of ws and of engine.io's transports that we use; neither is in their public types. */
interface Pausable {
  readonly pause: () => void;
  readonly resume: () => void;
  readonly bufferedAmount: number;
}
interface Transport {
  readonly name: string;
  readonly socket?: Pausable;
  onData: (data: unknown) => void;
}

const transportOf = (connection: EngineSocket): Transport => connection.transport as unknown as Transport;

const sizeOf = (data: unknown): number =>
  typeof data === 'string' ? data.length : data instanceof Uint8Array ? data.byteLength : 0;

const countSeparators = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf(SEPARATOR); at >= 0 && count <= MAX_PACKETS_IN_BODY; at = text.indexOf(SEPARATOR, at + 1))
    count += 1;
  return count;
};

/**
 * Watches what a connection sends before it is parsed. Who is too fast is not read from for a while, so that TCP slows
 * the sender down and nothing is lost; polling clients, which cannot be slowed so, are cut.
 */
export class Flow {
  readonly #connection: EngineSocket;
  readonly #clock: Clock;
  readonly #flooded: (what: 'paused' | 'cut') => void;
  readonly #portions: Bucket;
  #buckets: FlowBuckets;
  #paused: NodeJS.Timeout | undefined;

  constructor(
    connection: EngineSocket,
    clock: Clock,
    options: { readonly buckets: FlowBuckets; readonly flooded: (what: 'paused' | 'cut') => void },
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#buckets = options.buckets;
    this.#portions = new Bucket(PORTIONS, clock.monotonicMs());
    this.#flooded = options.flooded;
    connection.on('packet', ({ data }: { data?: unknown }) => this.#received(sizeOf(data)));
    connection.once('close', () => clearTimeout(this.#paused));
    this.#guardBodies();
  }

  /** From now on this connection draws on the account's buckets. */
  share(buckets: FlowBuckets): void {
    this.#buckets = buckets;
  }

  /** Bytes that wait to be taken by the client. */
  get unsentBytes(): number {
    let waiting = transportOf(this.#connection).socket?.bufferedAmount ?? 0;
    const { writeBuffer } = this.#connection as unknown as { writeBuffer: readonly { data?: unknown }[] };
    for (const { data } of writeBuffer) waiting += sizeOf(data);
    return waiting;
  }

  cut(): void {
    this.#connection.close(true);
  }

  #received(bytes: number): void {
    const now = this.#clock.monotonicMs();
    const tooMuch = Math.max(this.#buckets.packets.owe(1, now), this.#buckets.bytes.owe(bytes, now));
    const portion = this.#portions.owe(1, now);
    if (this.#paused) return;
    if (tooMuch > 0) this.#flooded(this.#canPause ? 'paused' : 'cut');
    if (Math.max(tooMuch, portion) > 0) this.#pause(Math.max(tooMuch, portion), tooMuch > 0);
  }

  get #canPause(): boolean {
    return transportOf(this.#connection).socket !== undefined;
  }

  #pause(waitMs: number, isFlood: boolean): void {
    const { socket } = transportOf(this.#connection);
    if (!socket) {
      // a poll's packets are here already; only who sends far too many is cut
      if (isFlood) this.cut();
      return;
    }
    socket.pause();
    this.#paused = setTimeout(
      () => {
        this.#paused = undefined;
        const now = this.#clock.monotonicMs();
        const { packets, bytes } = this.#buckets;
        const wait = Math.max(packets.owe(0, now), bytes.owe(0, now), this.#portions.owe(0, now));
        if (wait > 0) this.#pause(wait, false);
        else socket.resume();
      },
      Math.min(waitMs, LONGEST_PAUSE_MS),
    );
  }

  /** A body of 4 MiB can hold two million packets, and engine.io decodes them all before it hands on the first. */
  #guardBodies(): void {
    const transport = transportOf(this.#connection);
    if (transport.name !== 'polling') return;
    const onData = transport.onData.bind(transport);
    transport.onData = (data) => {
      if (typeof data === 'string' && countSeparators(data) > MAX_PACKETS_IN_BODY) {
        this.#flooded('cut');
        this.cut();
        return;
      }
      onData(data);
    };
  }
}
