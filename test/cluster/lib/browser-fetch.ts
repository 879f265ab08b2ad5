const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

const codeOf = (error: unknown): string | undefined =>
  ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;

/** What a browser asks once more without anybody knowing: what may be asked twice, and what nobody has heard of yet. */
export const mayBeSentAgain = (method: string, error: unknown): boolean => {
  // the other side closed the connection; whether it had been used before, fetch does not tell
  if (codeOf(error) === 'UND_ERR_SOCKET') return IDEMPOTENT.has(method.toUpperCase());
  // there never was a connection: not a byte was sent
  return codeOf(error) === 'ECONNREFUSED';
};

/**
 * `fetch`, as browsers do it: a request whose connection breaks before it is answered is sent once more where that can do no
 * harm. An answer that breaks off stays broken.
 * @param onAgain Called each time
 */
export const browserFetch =
  (onAgain: () => void): typeof fetch =>
  async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      if (!mayBeSentAgain(init?.method ?? 'GET', error)) throw error;
      onAgain();
      return await fetch(input, init);
    }
  };
