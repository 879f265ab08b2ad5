import type { Gap, HouseEvent, HouseNode, HousePod, HouseRelease } from '@authorworks/contracts';

/** Machines and what runs on them, as they are now. What cannot be seen is a gap; nothing is made up. */
export interface MachinesState {
  readonly nodes: readonly HouseNode[];
  readonly pods: readonly HousePod[];
  readonly releases: readonly HouseRelease[];
  readonly gaps: readonly Gap[];
}

/** Where the house runs: a cluster, or one process. */
export interface Machines {
  readonly mode: 'kubernetes' | 'process';
  readonly read: () => Promise<MachinesState>;
  readonly readEvents: () => Promise<{ readonly events: readonly HouseEvent[]; readonly gaps: readonly Gap[] }>;
}
