/** A server process as the supervisor sees it. */
export interface Supervised {
  readonly port: number;
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface Supervision<S extends Supervised> {
  /** The first start's server: its address stays the same over restarts. */
  readonly server: S;
  readonly stop: () => Promise<void>;
}

const WAIT_MS = [0, 200, 1_000, 3_000];
const LONGEST_WAIT_MS = 5_000;
/** A server that lived this long has recovered; waiting times begin anew. */
const HEALTHY_MS = 60_000;

/**
 * Keeps a server process running: when it ends without being told to, it is started again on the same port, so that
 * services reconnect by themselves.
 * @param start Starts the server; called with the port of before at restarts.
 */
export const supervise = async <S extends Supervised>(
  start: (port?: number) => Promise<S>,
  onRestart: (error?: Error) => void,
): Promise<Supervision<S>> => {
  const first = await start();
  let current: S | undefined = first;
  let stopping = false;
  let failures = 0;
  let restarting: Promise<void> | undefined;

  const startAgain = async (): Promise<S | undefined> => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS[failures] ?? LONGEST_WAIT_MS));
      failures += 1;
      if (stopping) return undefined;
      try {
        const next = await start(first.port);
        onRestart();
        return next;
      } catch (error) {
        onRestart(error as Error);
      }
    }
  };

  const recover = async (): Promise<void> => {
    current = undefined;
    const next = await startAgain();
    restarting = undefined;
    if (!next) return;
    if (stopping) return await next.stop();
    current = next;
    void watch(next);
  };

  const watch = async (server: S): Promise<void> => {
    const since = performance.now();
    await server.ended;
    if (stopping) return;
    if (performance.now() - since > HEALTHY_MS) failures = 0;
    restarting = recover();
  };
  void watch(first);

  return {
    server: first,
    stop: async () => {
      stopping = true;
      await restarting;
      await current?.stop();
    },
  };
};
