import { Queue as BullQueue } from 'bullmq';
import { newId } from '../ids.ts';
import type { Logger } from '../log.ts';
import type { Redis } from '../redis.ts';
import type { DispatchableJob } from './job-store.ts';

/** What workers are told: which job to look at. */
export interface Message {
  readonly id: string;
}

/** Where a service's messages to its workers lie in Redis; no other service's keys begin so. */
export const prefixOf = (service: string): string => `${service}:queue`;

/** The messages to workers, in a queue of BullMQ for each type of job. */
export class Messages {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #log: Logger;
  readonly #queues = new Map<string, BullQueue<Message>>();

  constructor(redis: Redis, prefix: string, log: Logger) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#log = log;
  }

  /** Tells workers to look at a job. @throws Error when Redis does not take the message */
  async tell({ id, type, attempts }: DispatchableJob): Promise<void> {
    const queue = this.#queueOf(type);
    try {
      // the attempt is part of the id, because BullMQ ignores an id that it still holds
      await queue.add(type, { id }, { jobId: `${id}.${attempts}.${newId()}` });
    } catch (error) {
      // BullMQ keeps for ever that it could not make itself ready, when Redis was away at a queue's first message
      this.#queues.delete(type);
      queue.close().catch((closing: unknown) => this.#log.debug({ err: closing }, 'queue connection'));
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map(async (queue) => await queue.close()));
  }

  #queueOf(type: string): BullQueue<Message> {
    const known = this.#queues.get(type);
    if (known) return known;
    const queue = new BullQueue<Message>(type, {
      connection: this.#redis,
      prefix: this.#prefix,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
    });
    queue.on('error', (error) => this.#log.debug({ err: error }, 'queue connection'));
    this.#queues.set(type, queue);
    return queue;
  }
}
