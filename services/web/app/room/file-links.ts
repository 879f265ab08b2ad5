import type { House } from '../api/api.ts';

export interface FileLink {
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
}

interface Waiting {
  readonly settle: (link: FileLink | null) => void;
  readonly fail: (error: unknown) => void;
}

/** As many as one call may ask for. */
const BATCH = 200;
/** Pictures that come into view together are asked for together. */
const GATHER_MS = 25;
/** Links are valid for at least an hour. */
const FRESH_MS = 50 * 60_000;

/** Signed addresses of pictures, fetched in batches and kept while they are valid. */
export class FileLinks {
  readonly #storage: Pick<House['storage'], 'linkFiles'>;
  readonly #known = new Map<string, { link: Promise<FileLink | null>; until: number }>();
  #waiting = new Map<string, Waiting>();

  constructor(storage: Pick<House['storage'], 'linkFiles'>) {
    this.#storage = storage;
  }

  /** @returns null for files that one may not read, or that are gone */
  async of(fileId: string): Promise<FileLink | null> {
    const known = this.#known.get(fileId);
    if (known && known.until > Date.now()) return await known.link;
    const link = new Promise<FileLink | null>((settle, fail) => {
      if (this.#waiting.size === 0) setTimeout(() => void this.#fetch(), GATHER_MS);
      this.#waiting.set(fileId, { settle, fail });
    });
    this.#known.set(fileId, { link, until: Date.now() + FRESH_MS });
    return await link.catch((error: unknown) => {
      this.#known.delete(fileId);
      throw error;
    });
  }

  async #fetch(): Promise<void> {
    const waiting = [...this.#waiting];
    this.#waiting = new Map();
    for (let start = 0; start < waiting.length; start += BATCH) {
      const batch = waiting.slice(start, start + BATCH);
      try {
        const links = await this.#storage.linkFiles({ body: { fileIds: batch.map(([id]) => id), variant: 'w1280' } });
        const byId = new Map<string, FileLink>(links.map((link) => [link.fileId, link]));
        for (const [id, { settle }] of batch) settle(byId.get(id) ?? null);
      } catch (error) {
        for (const [, { fail }] of batch) fail(error);
      }
    }
  }
}
