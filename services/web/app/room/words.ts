/** Words written since a book was opened in this window: what each scene has now, less what it had at first. */
export class SessionCount {
  readonly #first = new Map<string, number>();
  readonly #now = new Map<string, number>();

  /** @returns words of this session, over all scenes of the book. */
  note(sceneId: string, words: number): number {
    if (!this.#first.has(sceneId)) this.#first.set(sceneId, words);
    this.#now.set(sceneId, words);
    return this.total;
  }

  get total(): number {
    let sum = 0;
    for (const [id, words] of this.#now) sum += words - (this.#first.get(id) ?? words);
    return sum;
  }
}

const sessions = new Map<string, SessionCount>();

export const sessionOf = (bookId: string): SessionCount => {
  const known = sessions.get(bookId);
  if (known) return known;
  const fresh = new SessionCount();
  sessions.set(bookId, fresh);
  return fresh;
};
