import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { manifest } from '../packaging/index.ts';
import { labelsOf } from './labels.ts';
import { podOf, type TaskProps } from './task.ts';

export interface TaskTemplateProps extends TaskProps {
  /** Name of the object, without its colour. */
  readonly as: string;
  /** Type of the task, by which the service jobs finds its template. */
  readonly task: string;
  /** When the service jobs runs it; here for the eye alone. */
  readonly schedule: string;
}

const TASK_LABEL = 'authorworks.io/task';
/** What ended stays for so long, for whoever looks with kubectl. */
const KEPT_SECONDS = 3_600;

/**
 * What the service jobs makes the Jobs of a task from: a CronJob that is suspended for ever, as for
 * `kubectl create job --from=cronjob/NAME`. So a task's image, limits, rights and place are the chart's affair. It runs by
 * the rows of the service jobs, not by Kubernetes, because those know of tries, progress and what was missed.
 */
export class TaskTemplate extends Construct {
  constructor(scope: Construct, props: TaskTemplateProps) {
    super(scope, props.as);
    const { as, task, schedule, colour, deadlineSeconds } = props;
    const labels = { ...labelsOf(this, props), [TASK_LABEL]: task };
    manifest<k8s.KubeCronJobProps>(
      this,
      'template',
      { apiVersion: 'batch/v1', kind: 'CronJob' },
      {
        metadata: { name: colour === undefined ? as : `${as}-${colour}`, labels },
        spec: {
          suspend: true,
          schedule,
          concurrencyPolicy: 'Forbid',
          startingDeadlineSeconds: KEPT_SECONDS,
          jobTemplate: {
            metadata: { labels },
            spec: {
              backoffLimit: 0,
              activeDeadlineSeconds: deadlineSeconds,
              ttlSecondsAfterFinished: KEPT_SECONDS,
              template: podOf(this, props),
            },
          },
        },
      },
    );
  }
}
