import { type CoordinationV1Api, V1MicroTime } from '@kubernetes/client-node';
import { type Cluster, statusOf } from './cluster.ts';
import { ReleaseProblem } from './problem.ts';

const NAME = 'authorworks-release';
/** Whoever was killed holds it for so long. */
const LASTS_SECONDS = 15;
const RENEW_MS = 5_000;
const ASK_AGAIN_MS = 2_000;

export interface Lease {
  /** Fires when the lease was lost: from then on another may release. */
  readonly signal: AbortSignal;
  readonly release: () => Promise<void>;
}

interface Held {
  readonly holder: string;
  readonly until: number;
  readonly version: string | undefined;
}

const read = async (api: CoordinationV1Api, namespace: string): Promise<Held | undefined> => {
  try {
    const { spec, metadata } = await api.readNamespacedLease({ name: NAME, namespace });
    const renewed = spec?.renewTime ? new Date(spec.renewTime).getTime() : 0;
    return {
      holder: spec?.holderIdentity ?? '',
      until: renewed + 1000 * (spec?.leaseDurationSeconds ?? 0),
      version: metadata?.resourceVersion,
    };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
};

/** @returns whether it was written; not if another was quicker. */
const write = async (cluster: Cluster, holder: string, held: Held | undefined): Promise<boolean> => {
  const { namespace, coordination } = cluster;
  const body = {
    metadata: { name: NAME, namespace, ...(held?.version ? { resourceVersion: held.version } : {}) },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: holder === '' ? 1 : LASTS_SECONDS,
      renewTime: new V1MicroTime(),
    },
  };
  try {
    if (held) await coordination.replaceNamespacedLease({ name: NAME, namespace, body });
    else await coordination.createNamespacedLease({ namespace, body });
    return true;
  } catch (error) {
    if (statusOf(error) === 409) return false;
    throw error;
  }
};

/**
 * Takes the lease under which one may release at a time; waits a little for somebody who was killed.
 * @throws ReleaseProblem when somebody else has it, and goes on renewing it
 */
export const takeLease = async (cluster: Cluster, holder: string): Promise<Lease> => {
  const giveUpAt = Date.now() + 1000 * LASTS_SECONDS + ASK_AGAIN_MS;
  for (;;) {
    const held = await read(cluster.coordination, cluster.namespace);
    const isFree = !held || held.holder === '' || held.until < Date.now();
    if (isFree && (await write(cluster, holder, held))) return keep(cluster, holder);
    if (Date.now() > giveUpAt) throw new ReleaseProblem(`${held?.holder ?? 'somebody'} is releasing at the moment`);
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
};

const keep = (cluster: Cluster, holder: string): Lease => {
  const lost = new AbortController();
  let renewedAt = Date.now();
  const renew = async (): Promise<void> => {
    try {
      const held = await read(cluster.coordination, cluster.namespace);
      if (held?.holder !== holder) lost.abort('somebody else has taken over');
      else if (await write(cluster, holder, held)) renewedAt = Date.now();
    } catch {
      // the API server may be away for a moment
    }
    if (Date.now() - renewedAt > 1000 * LASTS_SECONDS) lost.abort('Kubernetes cannot be reached');
  };
  const timer = setInterval(() => void renew(), RENEW_MS);
  return {
    signal: lost.signal,
    release: async () => {
      clearInterval(timer);
      const held = await read(cluster.coordination, cluster.namespace);
      if (held?.holder === holder) await write(cluster, '', held);
    },
  };
};
