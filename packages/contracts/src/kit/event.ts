import { z } from 'zod';
import { Instant } from './common.ts';

/** Declares an event: `service.resource.action` in the past tense, a version and the shape of `data`. */
export interface EventDefinition<T extends z.ZodType = z.ZodType> {
  readonly type: `${string}.${string}.${string}`;
  readonly version: number;
  readonly summary: string;
  readonly data: T;
}

export const defineEvent = <T extends z.ZodType>(definition: EventDefinition<T>): EventDefinition<T> => definition;

export type EventData<E extends EventDefinition> = z.output<E['data']>;
/** What a publisher gives; it is parsed before it is written. */
export type EventInput<E extends EventDefinition> = z.input<E['data']>;

/** The service that publishes an event: the first word of its type. */
export const publisherOf = (event: Pick<EventDefinition, 'type'>): string =>
  event.type.slice(0, event.type.indexOf('.'));

/** Travels with every event. `id` is what consumers deduplicate by; `correlationId` is the request's id. */
export const EventMeta = z.object({
  id: z.uuid(),
  type: z.string(),
  version: z.int().positive(),
  timestamp: Instant,
  correlationId: z.string(),
  source: z.string(),
  traceContext: z.record(z.string(), z.string()).optional(),
});
export type EventMeta = z.infer<typeof EventMeta>;

export interface EventEnvelope<T = unknown> {
  readonly meta: EventMeta;
  readonly data: T;
}
