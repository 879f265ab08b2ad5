import { jobsTasks, type TaskDefinition } from '@authorworks/contracts';
import { gauge, type Metrics } from '@authorworks/platform';
import { z } from 'zod';

/** The tasks that this service knows. */
export interface TaskTable {
  readonly all: readonly TaskDefinition[];
  readonly find: (type: string) => TaskDefinition | undefined;
  /** Makes what a run has found visible for alerts. */
  readonly report: (type: string, output: unknown) => void;
}

const Problems = z.object({ problems: z.int() });

export const openTasks = (metrics: Metrics, all: readonly TaskDefinition[] = Object.values(jobsTasks)): TaskTable => {
  const problems = gauge(metrics, 'jobs_problems', 'Problems that the last check of this kind has found', {
    labelNames: ['task'],
  });
  return {
    all,
    find: (type) => all.find((task) => task.type === type),
    report: (type, output) => {
      const found = Problems.safeParse(output);
      if (found.success) problems.set({ task: type }, found.data.problems);
    },
  };
};
