import type { Colour } from '@authorworks/contracts';
import { type Cluster, statusOf } from './cluster.ts';

/**
 * What a release is doing, in order. `taking back` may follow on each of the others.
 * - `preparing`: the new house is installed, its migrations have run, its pods become ready. - `looking`: it is asked under
 * the preview's name. - `handing over`: the background work passes to it. - `opening`: people come, step by step.
 * - `closing`: the old house sends its sockets over and ends.
 */
export const phases = ['preparing', 'looking', 'handing over', 'opening', 'closing'] as const;
export type Phase = (typeof phases)[number] | 'taking back';

/** One release, from its beginning to its end; kept in the cluster, so that whoever is interrupted can go on. */
export interface Release {
  readonly id: string;
  readonly kind: 'deploy' | 'rollback';
  readonly by: string;
  readonly version: string;
  /** The house that people reached before; none for the first one. */
  readonly from: Colour | undefined;
  readonly to: Colour;
  readonly startedAt: string;
  readonly phase: Phase;
  /** Revision of the Helm release that a rollback brings back. */
  readonly revision?: number;
  /** Why it is being taken back, or failed. */
  readonly why?: string;
  readonly endedAt?: string;
  readonly outcome?: 'done' | 'taken back' | 'failed';
}

/** A line of the journal. */
export interface Entry {
  readonly at: string;
  readonly release: string;
  readonly by: string;
  readonly version: string;
  readonly phase: Phase;
  readonly what: string;
}

const NAME = 'authorworks-releases';
/** A ConfigMap holds 1 MiB; this is years of Tuesdays. */
const KEPT_LINES = 2_000;

interface Kept {
  readonly data: Readonly<Record<string, string>>;
  readonly resourceVersion: string | undefined;
}

/** The journal of all releases and the state of the last one, in a ConfigMap of the house's namespace. */
export class Journal {
  readonly #cluster: Cluster;
  readonly #now: () => Date;

  constructor(cluster: Cluster, now: () => Date) {
    this.#cluster = cluster;
    this.#now = now;
  }

  /** The last release; its `outcome` is missing when it was interrupted. */
  async last(): Promise<Release | undefined> {
    const current = (await this.#read())?.data['current'];
    return current === undefined ? undefined : (JSON.parse(current) as Release);
  }

  async entries(): Promise<Entry[]> {
    const lines = (await this.#read())?.data['journal']?.split('\n') ?? [];
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
  }

  /** Writes what a release does now, and what is to be known of it, in one step. */
  async write(release: Release, what: string): Promise<void> {
    const { id, by, version, phase } = release;
    const entry: Entry = { at: this.#now().toISOString(), release: id, by, version, phase, what };
    const kept = await this.#read();
    const lines = (kept?.data['journal'] ?? '').split('\n').filter((line) => line !== '');
    const data = {
      current: JSON.stringify(release),
      journal: [...lines, JSON.stringify(entry)].slice(-KEPT_LINES).join('\n'),
    };
    await this.#save(data, kept);
  }

  async #read(): Promise<Kept | undefined> {
    const { core, namespace } = this.#cluster;
    try {
      const { data = {}, metadata } = await core.readNamespacedConfigMap({ name: NAME, namespace });
      return { data, resourceVersion: metadata?.resourceVersion };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  async #save(data: Record<string, string>, kept: Kept | undefined): Promise<void> {
    const { core, namespace } = this.#cluster;
    const labels = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/part-of': 'authorworks' };
    if (!kept) {
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: NAME, labels }, data } });
      return;
    }
    const metadata = { name: NAME, labels, ...(kept.resourceVersion ? { resourceVersion: kept.resourceVersion } : {}) };
    // written by another meanwhile: the API server refuses it, and this release ends here
    await core.replaceNamespacedConfigMap({ name: NAME, namespace, body: { metadata, data } });
  }
}
