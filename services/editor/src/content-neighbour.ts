import { ApiError, contentApi } from '@authorworks/contracts';
import { type Base, serviceClient } from '@authorworks/platform';
import type { ReadAccess, ReadSeed } from './document/ports.ts';

/** What the editor asks of content: who may do what, and the text that a scene begins with. */
export interface ContentNeighbour {
  readonly readAccess: ReadAccess;
  readonly readSeed: ReadSeed;
  /** Whether an error means that content is away, not that it said no. */
  readonly isAway: (error: unknown) => boolean;
}

export const openContentNeighbour = (base: Pick<Base, 'directory' | 'identity'>): ContentNeighbour => {
  const content = serviceClient(base, 'content', contentApi);
  return {
    readAccess: async (accountId, sceneId) => {
      const { bookId, role } = await content.readAccess({ query: { accountId, sceneId } });
      return bookId === null ? undefined : { bookId, role };
    },
    readSeed: async (sceneId) => {
      try {
        const { bookId, doc, version } = await content.readSceneSeed({ params: { sceneId } });
        return { bookId, manuscript: doc, version: version ?? 0 };
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined;
        throw error;
      }
    },
    isAway: (error) => error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500),
  };
};
