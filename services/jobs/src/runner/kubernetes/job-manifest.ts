import type { V1CronJob, V1EnvVar, V1Job } from '@kubernetes/client-node';
import { labels } from '../../cluster/labels.ts';
import { type Launch, LaunchRefused } from '../task-runner.ts';

/** What ended stays for so long, for whoever looks with kubectl; its end and its log are in PostgreSQL by then. */
const KEPT_SECONDS = 3_600;

const variablesOf = ({ input, checkpoint }: Launch): V1EnvVar[] => [
  { name: 'TASK_INPUT', value: JSON.stringify(input) },
  ...(checkpoint === null || checkpoint === undefined
    ? []
    : [{ name: 'TASK_CHECKPOINT', value: JSON.stringify(checkpoint) }]),
];

/**
 * The Job of an attempt, from the template that the chart has: a CronJob that is suspended for ever. So image, limits,
 * rights, place and network of a task are the chart's affair, and are looked at by all that looks at charts.
 * @throws LaunchRefused when the template is not one
 */
export const jobManifest = (template: V1CronJob, launch: Launch): V1Job => {
  const { metadata } = template;
  const { metadata: meta, spec } = structuredClone(template.spec?.jobTemplate) ?? {};
  const [container] = spec?.template.spec?.containers ?? [];
  if (!metadata?.name || !metadata.uid || !spec?.template.spec || !container)
    throw new LaunchRefused(`the template of ${launch.task.type} in the cluster has no container`);
  const own = { [labels.task]: launch.task.type, [labels.attempt]: launch.name };
  const given = variablesOf(launch);
  container.env = [...(container.env ?? []).filter(({ name }) => !given.some((one) => one.name === name)), ...given];
  spec.template.metadata = { labels: { ...spec.template.metadata?.labels, ...own } };
  spec.template.spec.restartPolicy = 'Never';
  // whether and when it is tried again is decided by the rows
  spec.backoffLimit = 0;
  spec.activeDeadlineSeconds ??= Math.ceil(launch.task.timeoutMs / 1000);
  spec.ttlSecondsAfterFinished = KEPT_SECONDS;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: launch.name,
      labels: { ...meta?.labels, ...own },
      annotations: { 'authorworks.io/run': launch.runId },
      // when the release goes, its tasks go; but the CronJob's controller leaves them alone
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: metadata.name, uid: metadata.uid }],
    },
    spec,
  };
};
