import { createHash } from 'node:crypto';

/** What is learnt of a content while it passes by. */
export interface Examined {
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** The beginning, for finding out the type. */
  readonly head: Buffer;
  /** The end, where ZIP files have their table. */
  readonly tail: Buffer;
  /** Whether there is a zero byte anywhere, which no text in UTF-8 has. */
  readonly hasZero: boolean;
}

export interface Examiner {
  /** Passes the content on, chunk by chunk, and looks at it. */
  readonly passing: (chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;
  /** To be asked when everything has passed. */
  readonly result: () => Examined;
}

const HEAD_BYTES = 512 * 1024;
/** A ZIP file's last record with its longest comment. */
const TAIL_BYTES = 66 * 1024;

/** Looks at a content in one pass, keeping little of it. */
export const openExaminer = (): Examiner => {
  const hash = createHash('sha256');
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let tail: Buffer = Buffer.alloc(0);
  let sizeBytes = 0;
  let hasZero = false;
  const look = (chunk: Uint8Array): void => {
    hash.update(chunk);
    sizeBytes += chunk.length;
    hasZero ||= chunk.includes(0);
    if (headBytes < HEAD_BYTES) {
      // copied, because the reader uses its buffers again
      const part = Buffer.from(chunk.subarray(0, HEAD_BYTES - headBytes));
      head.push(part);
      headBytes += part.length;
    }
    tail =
      chunk.length >= TAIL_BYTES
        ? Buffer.from(chunk.subarray(chunk.length - TAIL_BYTES))
        : Buffer.concat([tail.subarray(Math.max(0, tail.length + chunk.length - TAIL_BYTES)), chunk]);
  };
  return {
    passing: async function* passing(chunks) {
      for await (const chunk of chunks) {
        look(chunk);
        yield chunk;
      }
    },
    result: () => ({ sizeBytes, sha256: hash.copy().digest('hex'), head: Buffer.concat(head), tail, hasZero }),
  };
};

/** Looks at a content that is stored already. */
export const examine = async (chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Examined> => {
  const examiner = openExaminer();
  for await (const _chunk of examiner.passing(chunks)) signal.throwIfAborted();
  return examiner.result();
};
