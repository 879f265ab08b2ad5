import type { FileId } from '@authorworks/contracts';
import type { ContentContext } from '../context.ts';

/** A shelf must not wait long for pictures. */
const TIMEOUT_MS = 2_000;

/**
 * Signed addresses of covers, by file id, in one question. While storage is away there are none: the shelf is shown
 * without pictures.
 */
export const findCoverUrls = async (
  { storage, log }: Pick<ContentContext, 'storage' | 'log'>,
  fileIds: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> => {
  const wanted = [...new Set(fileIds.filter((id) => id !== null))] as FileId[];
  if (wanted.length === 0) return new Map();
  try {
    const files = await storage.findFiles({ body: { fileIds: wanted, variant: 'w640' } }, { timeoutMs: TIMEOUT_MS });
    return new Map(files.map(({ id, url }) => [id, url]));
  } catch (error) {
    log.warn({ err: error }, 'addresses of covers cannot be had now');
    return new Map();
  }
};
