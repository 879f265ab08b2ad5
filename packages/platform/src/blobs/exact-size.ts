import { type BlobBody, BlobSizeError } from './blobs.ts';

/** A body as chunks. */
export const chunksOf = (body: BlobBody): AsyncIterable<Uint8Array> =>
  body instanceof Uint8Array
    ? (async function* one() {
        if (body.length > 0) yield body;
      })()
    : body;

/**
 * Passes a body on if it has exactly `sizeBytes`. One chunk is held back until the next one or the end has come, so that
 * a receiver who counts never sees the last byte of a body that turns out to be longer.
 * @throws BlobSizeError
 */
export async function* exactly(body: BlobBody, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  let held: Uint8Array | undefined;
  for await (const chunk of chunksOf(body)) {
    if (chunk.length === 0) continue;
    seen += chunk.length;
    if (seen > sizeBytes) throw new BlobSizeError(`more than the ${sizeBytes} bytes that were announced`);
    if (held) yield held;
    held = chunk;
  }
  if (seen < sizeBytes) throw new BlobSizeError(`${seen} bytes instead of the ${sizeBytes} that were announced`);
  if (held) yield held;
}

/** Joins chunks to pieces of `sizeBytes`; the last may be shorter. An empty body is one empty piece. */
export async function* inPieces(body: BlobBody, sizeBytes: number): AsyncGenerator<Buffer> {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let any = false;
  for await (let chunk of chunksOf(body)) {
    while (held + chunk.length >= sizeBytes) {
      const rest = sizeBytes - held;
      yield Buffer.concat([...chunks, chunk.subarray(0, rest)]);
      any = true;
      chunks = [];
      held = 0;
      chunk = chunk.subarray(rest);
    }
    if (chunk.length > 0) {
      // copied, because the sender may use its buffer again
      chunks.push(Buffer.from(chunk));
      held += chunk.length;
    }
  }
  if (held > 0 || !any) yield Buffer.concat(chunks);
}
