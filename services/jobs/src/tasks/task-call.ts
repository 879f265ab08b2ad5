import type {
  ContentApi,
  InspectionApi,
  JobInput,
  JobOutput,
  StorageApi,
  TaskDefinition,
} from '@authorworks/contracts';
import type { Client } from '@authorworks/contracts/client';
import type { Directory } from '@authorworks/platform';

/** What a task works with. It has no database and no files: it asks the services, as the service jobs. */
export interface TaskHouse {
  readonly directory: Directory;
  readonly content: Client<ContentApi>;
  readonly storage: Client<StorageApi>;
  readonly inspectionOf: (service: string) => Client<InspectionApi>;
}

export interface TaskCall<T extends TaskDefinition = TaskDefinition> {
  readonly input: JobInput<T>;
  readonly house: TaskHouse;
  /** What an earlier attempt has saved. */
  readonly checkpoint: unknown;
  readonly saveCheckpoint: (checkpoint: unknown) => void;
  /** From 0 to 100, and what is being done, for people. */
  readonly progress: (percent: number, note?: string) => void;
  /** A line of the log. */
  readonly log: (line: string) => void;
  /** Fires when the task is to end. */
  readonly signal: AbortSignal;
}

/** What a task does; the key by which it is found is the type of its definition. */
export type TaskWork<T extends TaskDefinition> = (call: TaskCall<T>) => Promise<JobOutput<T>>;
