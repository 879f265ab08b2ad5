import type { EventData, EventDefinition, EventMeta } from '@authorworks/contracts';
import type { Logger } from '../log.ts';

/** What a listener gets beside the event's data. */
export interface Delivery {
  readonly meta: EventMeta;
  readonly log: Logger;
}

/** Handles one event. It may be called again with the same event (same `meta.id`): a repeat must be harmless. */
export type Handle<E extends EventDefinition = EventDefinition> = (
  data: EventData<E>,
  delivery: Delivery,
) => Promise<void>;

export interface Listener {
  readonly name: string;
  readonly event: EventDefinition;
  readonly handle: Handle;
}

/** The stream of all events of one service. */
export const streamOf = (service: string): string => `${service}:events`;
