import type { Logger } from '@authorworks/platform';
import type { Kube } from '../../cluster/kube.ts';

const AGAIN_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * Tells when something about Jobs changes. Whoever is told lists: so nothing is lost by a watch that breaks off, which it
 * does every few minutes, and whenever the API server is started again.
 * @returns a function that ends it
 */
export const watchJobs = (
  { watch }: Kube,
  options: { readonly namespace: string; readonly labelSelector: string; readonly log: Logger },
  wake: () => void,
): (() => void) => {
  const { namespace, labelSelector, log } = options;
  let ended = false;
  let failures = 0;
  let current: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  const again = (error: unknown): void => {
    if (ended || timer) return;
    if (error) log.debug({ err: error }, 'the watch of Jobs broke off');
    failures = error ? failures + 1 : 0;
    timer = setTimeout(() => void begin(), Math.min(AGAIN_MS * 2 ** Math.min(failures, 6), LONGEST_MS));
  };
  const begin = async (): Promise<void> => {
    timer = undefined;
    // whatever happened while nobody watched
    wake();
    try {
      current = await watch.watch(
        `/apis/batch/v1/namespaces/${namespace}/jobs`,
        { labelSelector },
        () => {
          failures = 0;
          wake();
        },
        again,
      );
      if (ended) current.abort();
    } catch (error) {
      again(error);
    }
  };
  void begin();
  return () => {
    ended = true;
    clearTimeout(timer);
    current?.abort();
  };
};
