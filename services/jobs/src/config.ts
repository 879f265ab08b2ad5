import {
  choice,
  defineConfig,
  integer,
  list,
  optional,
  postgresSettings,
  redisSettings,
  text,
} from '@authorworks/platform';

export const config = defineConfig({
  ...postgresSettings,
  ...redisSettings,
  concurrentRuns: integer({ doc: 'Tasks that run at the same time', default: 2, min: 1, max: 50 }),
  timeZone: text({ doc: 'Time zone of schedules, e.g. Europe/Berlin', default: 'Etc/UTC' }),
  runner: choice({
    doc: 'Where tasks run: as processes beside this service, or as Jobs of Kubernetes',
    default: 'process',
    options: {
      process: {
        runsDirectory: text({ doc: 'Folder for what running tasks need', default: '/tmp/authorworks-runs' }),
      },
      kubernetes: {
        kubernetesNamespace: text({ doc: 'Namespace of the house, in which tasks run' }),
        consoleNamespaces: list({
          doc: 'Further namespaces whose pods and events operators see, as far as this service may',
        }),
        kubeconfig: optional(text({ doc: "File that tells where the cluster is; absent: the pod's own account" })),
      },
    },
  }),
});
