/** Messages between this process and a picture process: the length of a JSON text, the text, and bytes if it names any. */

const LENGTH_BYTES = 4;
const MAX_TEXT_BYTES = 64 * 1024;

export const frameOf = (message: unknown): Buffer => {
  const text = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
};

/** Reads a stream of bytes in the pieces that are asked for. */
export class FrameReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** @returns the next message, or undefined when the other side has ended. */
  async message<T>(): Promise<T | undefined> {
    const length = await this.bytes(LENGTH_BYTES);
    if (!length) return undefined;
    const size = length.readUInt32BE();
    const text = size > MAX_TEXT_BYTES ? undefined : await this.bytes(size);
    return text && (JSON.parse(text.toString()) as T);
  }

  /** @returns exactly so many bytes, or undefined when the other side has ended before. */
  async bytes(count: number): Promise<Buffer | undefined> {
    while (this.#heldBytes < count) {
      const next = await this.#source.next();
      if (next.done) return undefined;
      this.#held.push(next.value);
      this.#heldBytes += next.value.length;
    }
    const all = Buffer.concat(this.#held, this.#heldBytes);
    this.#held = all.length > count ? [all.subarray(count)] : [];
    this.#heldBytes -= count;
    return all.subarray(0, count);
  }
}
