import { createServer } from 'node:net';

/**
 * Ports that no system gives away by itself: Linux takes those of outgoing connections from 32768 on (ip_local_port_range),
 * others from 49152 (RFC 6335), Kubernetes those of its nodes from 30000.
 */
const [LOWEST, HIGHEST] = [12_000, 29_999];
const TRIES = 100;

const isFree = async (port: number): Promise<boolean> =>
  await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/**
 * A port on 127.0.0.1 that is free now, and that only somebody who asks for this very one can take before it is used: a
 * server that is started again finds its port as it left it.
 */
export const freePort = async (): Promise<number> => {
  for (let left = TRIES; left > 0; left -= 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`no port between ${LOWEST} and ${HIGHEST} is free`);
};
