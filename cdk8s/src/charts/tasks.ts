import { jobsTasks } from '@authorworks/contracts';
import { Construct } from 'constructs';
import { Account } from '../constructs/account.ts';
import { Network } from '../constructs/network.ts';
import { TaskTemplate } from '../constructs/task-template.ts';
import type { HelmChart } from '../packaging/index.ts';
import { type HouseValues, sharedSettings } from './house-values.ts';
import { imageFor } from './image-for.ts';

/** Of a task's files: an EPUB is opened as a file. */
const TMP_MIB = 512;
const HEAP_PERCENT = 60;
/** They end at once; and the sooner a Pi that died is given up, the sooner another has their work. */
const GRACE_SECONDS = 10;

/** What pods of tasks and their account are called, and the one key of the house's Secret that they mount; JobBoundary holds them to both. */
export const TASK = { name: 'task', secretKey: 'service-key' } as const;

/** Who they are to Kubernetes and to the network: all tasks may speak with the same services, and with nobody else. */
class Tasks extends Construct {
  constructor(chart: HelmChart, named: { readonly name: string; readonly component: string; readonly colour: string }) {
    super(chart, 'tasks');
    new Account(this, named);
    new Network(this, { ...named, zone: 'app' });
  }
}

/** A template for each task of packages/contracts/src/jobs/tasks.ts. */
export const addTasks = (chart: HelmChart, house: HouseValues): void => {
  const named = { name: TASK.name, component: 'task', colour: house.colour };
  const { SERVICE_URL = '' } = sharedSettings(chart, house);
  new Tasks(chart, named);
  for (const [key, task] of Object.entries(jobsTasks)) {
    const { type, placement, memoryMiB, cpuMillis, timeoutMs, schedule } = task;
    const as = `task-${type.slice(type.indexOf('.') + 1)}`;
    new TaskTemplate(chart, {
      ...named,
      as,
      task: type,
      schedule,
      zone: 'app',
      placement,
      path: `tasks.${key}`,
      image: imageFor('jobs'),
      imagePath: 'services.jobs',
      command: ['node', 'services/jobs/src/task-main.ts', type],
      env: { SERVICE_URL, TASK_RESULT_FILE: '/dev/termination-log' },
      secrets: [{ secret: house.secret, key: TASK.secretKey, variable: 'SERVICE_KEY_FILE' }],
      memoryMiB,
      cpuMillis,
      diskMiB: { request: 64, limit: 1024 },
      tmpMiB: TMP_MIB,
      heapPercent: HEAP_PERCENT,
      deadlineSeconds: timeoutMs / 1000,
      graceSeconds: GRACE_SECONDS,
    });
  }
};
