import type { Colour } from '@authorworks/contracts';
import type { Cluster } from './cluster.ts';
import type { Edge } from './edge.ts';
import type { Helm } from './helm.ts';
import type { Journal, Phase, Release } from './journal.ts';
import type { Options } from './options.ts';

/** Everything that the phases of a release use. */
export interface Desk {
  readonly options: Options;
  readonly cluster: Cluster;
  readonly helm: Helm;
  readonly edge: Edge;
  readonly journal: Journal;
  /** Fires when this program is to stop. */
  readonly signal: AbortSignal;
  /** A line for whoever looks on. */
  readonly say: (line: string) => void;
}

export const releaseOf = (colour: Colour): string => `authorworks-${colour}`;

/** Writes down what a release does, then says it: what was said is known to whoever goes on after a kill. */
export const note = async (desk: Desk, release: Release, what: string): Promise<Release> => {
  await desk.journal.write(release, what);
  desk.say(`${release.phase}: ${what}`);
  return release;
};

export const enter = async (desk: Desk, release: Release, phase: Phase): Promise<Release> =>
  release.phase === phase ? release : await note(desk, { ...release, phase }, 'begins');

export const chartOf = ({ options }: Desk, name: string): string => `${options.charts}/${name}`;
