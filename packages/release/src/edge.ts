import { createHash } from 'node:crypto';
import { type Colour, colours, houseState } from '@authorworks/contracts';
import type { Cluster } from './cluster.ts';
import type { Helm, HelmRevision } from './helm.ts';
import { ReleaseProblem } from './problem.ts';
import { sleep } from './time.ts';
import { merged, type Values } from './values.ts';

export const EDGE = 'authorworks-edge';

/** Whoever else speaks to Helm is given this time to finish; a Helm that was killed never does. */
const PENDING_MS = 20_000;

/** What the edge says now. */
export interface Doors {
  readonly weights: Readonly<Record<Colour, number>>;
  readonly live: Colour;
  readonly working: Colour | 'none';
  readonly preview: Colour | undefined;
}

const numberAt = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);
const isColour = (value: unknown): value is Colour => colours.some((colour) => colour === value);

/** The edge as its values say it; defaults are those of the chart. */
export const doorsOf = (values: Values): Doors => {
  const weights = (values['weights'] ?? {}) as Values;
  const preview = (values['preview'] ?? {}) as Values;
  const live = isColour(values['live']) ? values['live'] : 'blue';
  const working = values['working'];
  return {
    weights: { blue: numberAt(weights['blue'], 100), green: numberAt(weights['green'], 0) },
    live,
    working: working === houseState.nobody ? 'none' : isColour(working) ? working : live,
    preview: preview['enabled'] === true ? (isColour(preview['colour']) ? preview['colour'] : 'green') : undefined,
  };
};

/** Values of the edge for these doors. */
const valuesOf = (doors: Partial<Doors>): Values => ({
  ...(doors.weights ? { weights: doors.weights } : {}),
  ...(doors.live ? { live: doors.live } : {}),
  ...(doors.working ? { working: doors.working } : {}),
  ...('preview' in doors
    ? { preview: doors.preview ? { enabled: true, colour: doors.preview } : { enabled: false } }
    : {}),
});

/**
 * Frees a Helm release whose last change was interrupted: the revision that was never finished is forgotten, and the next
 * change starts from the one before, and from what is really there.
 * @returns the last revision that was finished, in order or not
 */
export const freeRelease = async (
  helm: Helm,
  cluster: Cluster,
  { release, signal }: { readonly release: string; readonly signal: AbortSignal },
): Promise<HelmRevision | undefined> => {
  const until = performance.now() + PENDING_MS;
  for (;;) {
    const last = (await helm.history(release)).at(-1);
    if (!last?.status.startsWith('pending')) return last;
    if (performance.now() > until) await cluster.forgetRevision(release, last.revision);
    else await sleep(1000, signal);
  }
};

/** The release of the chart authorworks-edge. */
export class Edge {
  readonly #helm: Helm;
  readonly #cluster: Cluster;
  readonly #chart: string;

  constructor(helm: Helm, cluster: Cluster, chart: string) {
    this.#helm = helm;
    this.#cluster = cluster;
    this.#chart = chart;
  }

  async values(): Promise<Values | undefined> {
    return await this.#helm.values(EDGE);
  }

  /** @throws ReleaseProblem when the edge was never installed */
  async doors(): Promise<Doors> {
    const values = await this.values();
    if (!values) throw new ReleaseProblem(`there is no release ${EDGE} in the namespace ${this.#cluster.namespace}`);
    return doorsOf(values);
  }

  /** Changes the doors by an upgrade of the edge, unless they are so already; then tells the pods of both houses. */
  async set(doors: Partial<Doors>, signal: AbortSignal, given: Values = {}): Promise<void> {
    const last = await freeRelease(this.#helm, this.#cluster, { release: EDGE, signal });
    const before = (await this.values()) ?? {};
    const after = merged(before, given, valuesOf(doors));
    const isSo = last?.status === 'deployed' && JSON.stringify(after) === JSON.stringify(before);
    if (!isSo) await this.#helm.upgrade(EDGE, this.#chart, after);
    const { weights, working, live } = doorsOf(after);
    const state = createHash('sha256')
      .update(JSON.stringify([weights, working, live]))
      .digest('hex')
      .slice(0, 16);
    for (const colour of colours) await this.#cluster.wakeKubelets(colour, state);
  }
}
