import type { z } from 'zod';
import type { Placement } from '../services.ts';
import type { JobDefinition } from './job.ts';

/**
 * A job that runs by itself, beside all services: in the cluster as a Job of Kubernetes, on a laptop as a process. The
 * charts, the schedules and both runners are made from this declaration.
 */
export interface TaskDefinition<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType>
  extends JobDefinition<I, O> {
  readonly placement: Placement;
  readonly memoryMiB: { readonly request: number; readonly limit: number };
  readonly cpuMillis: { readonly request: number; readonly limit: number };
  /**
   * When it runs by itself: minute, hour, day of month, month, day of week, in the time zone of the house. A time that
   * clocks skip in spring is made up for right after it; one that they repeat in autumn counts once.
   */
  readonly schedule: string;
}

/** @property attempts A run that failed so often is parked, until an operator looks at it. */
export const defineTask = <I extends z.ZodType, O extends z.ZodType>(
  definition: TaskDefinition<I, O>,
): TaskDefinition<I, O> => definition;
