import type { z } from 'zod';

/**
 * Declares long work: `service.verb-noun`, typed input and output.
 * @property attempts How often it is tried before it is parked as failed.
 * @property timeoutMs After this long without an end, an attempt is aborted.
 */
export interface JobDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly type: `${string}.${string}`;
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  readonly attempts: number;
  readonly timeoutMs: number;
}

export const defineJob = <I extends z.ZodType, O extends z.ZodType>(
  definition: JobDefinition<I, O>,
): JobDefinition<I, O> => definition;

export type JobInput<J extends JobDefinition> = z.output<J['input']>;
export type JobOutput<J extends JobDefinition> = z.input<J['output']>;
