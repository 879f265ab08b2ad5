import { ClusterReader } from '../constructs/cluster-reader.ts';
import { JobBoundary } from '../constructs/job-boundary.ts';
import { CONSOLE_RULES, NamespaceRights } from '../constructs/namespace-rights.ts';
import type { HelmChart } from '../packaging/index.ts';
import type { HouseValues } from './house-values.ts';
import { TASK } from './tasks.ts';

/**
 * What the service jobs may do in Kubernetes: start, watch and end tasks in its own namespace, from templates that the chart
 * has; read what operators see. It can read no Secret, also not through a task, and change nothing that runs beside tasks.
 */
export const addJobsRights = (chart: HelmChart, { colour, secret }: HouseValues): void => {
  const { values } = chart;
  const named = { name: 'jobs', component: 'service', colour };
  new NamespaceRights(chart, {
    ...named,
    as: `jobs-${colour}`,
    rules: [
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch', 'create', 'delete'] },
      { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      ...CONSOLE_RULES,
    ],
    subjects: [{ kind: 'ServiceAccount', name: `jobs-${colour}`, namespace: values.builtIn('.Release.Namespace') }],
  });
  new JobBoundary(chart, { ...named, secret, keys: [TASK.secretKey], podName: TASK.name });
  new ClusterReader(chart, named, [
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] },
    { apiGroups: ['metrics.k8s.io'], resources: ['nodes'], verbs: ['get', 'list'] },
  ]);
};
