import { request } from 'node:http';
import { Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { PortForward } from '@kubernetes/client-node';

/** A path of the HTTP server in a pod. */
export interface PodPage {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  readonly path: string;
}

/**
 * What a pod answers to GET. The kubelet connects to the port from inside the pod, so that no NetworkPolicy has to admit
 * the API server, as it would to be asked for through the API server's proxy: from another node than the pod's that is
 * refused.
 *
 * @throws Error when the pod cannot be reached or answers anything but 200
 * @throws DOMException when the signal ends it
 */
export const getFromPod = async (
  forward: PortForward,
  { namespace, pod, port, path }: PodPage,
  signal: AbortSignal,
): Promise<string> => {
  const [toPod, fromPod, complaints] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const end = new AbortController();
  complaints.once('data', (words: Buffer) => reject(new Error(words.toString())));
  signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: end.signal });
  const ask = async (): Promise<void> => {
    const line = await forward.portForward(namespace, pod, [port], fromPod, complaints, toPod);
    const hangUp = (): void => void ('close' in line && line.close());
    if (end.signal.aborted) hangUp();
    else end.signal.addEventListener('abort', hangUp);
    const createConnection = (): Duplex => Duplex.from({ writable: toPod, readable: fromPod });
    request({ createConnection, host: 'localhost', path, signal: end.signal }, (response) => {
      if (response.statusCode === 200) text(response).then(resolve, reject);
      else reject(new Error(`${pod} answers ${path} with ${response.statusCode}`));
    })
      .on('error', reject)
      .end();
  };
  ask().catch(reject);
  return await promise.finally(() => end.abort());
};
