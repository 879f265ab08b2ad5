import type { StreamedResponse } from '@authorworks/contracts';
import type { UserContext } from '../context.ts';

/** Shorter than a key is published before it signs. */
const CACHE_SECONDS = 300;

export const readKeys = async ({ keys }: UserContext): Promise<StreamedResponse> => ({
  headers: { 'content-type': 'application/jwk-set+json', 'cache-control': `public, max-age=${CACHE_SECONDS}` },
  body: JSON.stringify(await keys.presentKeys()),
});
