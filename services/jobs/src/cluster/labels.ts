/** Labels that the charts write (cdk8s/src/constructs/labels.ts) and that tasks get beside them. */
export const labels = {
  name: 'app.kubernetes.io/name',
  component: 'app.kubernetes.io/component',
  version: 'app.kubernetes.io/version',
  instance: 'app.kubernetes.io/instance',
  chart: 'helm.sh/chart',
  colour: 'authorworks.io/colour',
  pool: 'authorworks.io/pool',
  /** On the template of a task: its type. */
  task: 'authorworks.io/task',
  /** On Jobs and pods of tasks: the attempt's name. */
  attempt: 'authorworks.io/attempt',
} as const;
