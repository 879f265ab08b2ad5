/** A server that cannot run, in one sentence for the person at the keyboard. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
}
