const FIRST_MS = 150;
const LONGEST_MS = 10_000;

/** Waiting times that double, each a random part of its span, so that clients do not come back in step. */
export class Backoff {
  #tries = 0;

  /** Milliseconds to wait now. `atLeastMs`: what the server asks for. */
  next(atLeastMs = 0): number {
    const span = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    return atLeastMs + span * (0.3 + 0.7 * Math.random());
  }

  reset(): void {
    this.#tries = 0;
  }
}
