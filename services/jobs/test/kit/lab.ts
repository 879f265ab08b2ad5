import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
  type V1CronJob,
  type V1PolicyRule,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';

const GOLDEN = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  '..',
  'test',
  'charts',
  'golden',
  'home',
  'authorworks.yaml',
);

export interface Lab {
  readonly namespace: string;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  /** A kubeconfig of an account that may do what the chart lets the service jobs do in its namespace, and nothing else. */
  readonly kubeconfigOf: (folder: string) => Promise<string>;
  readonly addTemplate: (task: string, script: string, limits?: { memory?: string; seconds?: number }) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** The rules of the Role that the chart has for the service jobs, as it was rendered and found good. */
const rulesOfChart = (): V1PolicyRule[] => {
  const objects = parseAllDocuments(readFileSync(GOLDEN, 'utf8')).map(
    (document) => document.toJS() as { kind?: string; metadata?: { name: string }; rules?: V1PolicyRule[] } | null,
  );
  const role = objects.find((object) => object?.kind === 'Role' && object.metadata?.name === 'jobs-blue');
  if (!role?.rules) throw new Error('the chart has no Role jobs-blue');
  return role.rules;
};

const templateOf = (task: string, script: string, limits: { memory?: string; seconds?: number }): V1CronJob => {
  const labels = { 'authorworks.io/task': task, 'app.kubernetes.io/name': 'task' };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: `task-${task.replace('.', '-')}`, labels },
    spec: {
      suspend: true,
      schedule: '0 0 1 1 *',
      jobTemplate: {
        metadata: { labels },
        spec: {
          activeDeadlineSeconds: limits.seconds ?? 120,
          template: {
            metadata: { labels },
            spec: {
              restartPolicy: 'Never',
              terminationGracePeriodSeconds: 1,
              tolerations: [{ key: 'authorworks.io/pi', operator: 'Exists' }],
              nodeSelector: { 'authorworks.io/pool': 'pi' },
              containers: [
                {
                  name: 'task',
                  image: 'docker.io/library/node:24-bookworm-slim',
                  imagePullPolicy: 'IfNotPresent',
                  command: ['node', '-e', script],
                  resources: {
                    limits: { memory: limits.memory ?? '96Mi' },
                    requests: { memory: limits.memory ?? '32Mi' },
                  },
                },
              ],
            },
          },
        },
      },
    },
  };
};

/** A namespace of its own, for one test file, in the cluster of KUBECONFIG, which `npm run test:cluster` sets. */
export const openLab = async (): Promise<Lab> => {
  const config = new KubeConfig();
  config.loadFromDefault();
  const core = config.makeApiClient(CoreV1Api);
  const batch = config.makeApiClient(BatchV1Api);
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const namespace = `jobs-test-${Math.random().toString(36).slice(2, 8)}`;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const metadata = { name: 'jobs-blue' };
  await core.createNamespacedServiceAccount({ namespace, body: { metadata } });
  await rbac.createNamespacedRole({ namespace, body: { metadata, rules: rulesOfChart() } });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name };
  const subjects = [{ kind: 'ServiceAccount', name: metadata.name, namespace }];
  await rbac.createNamespacedRoleBinding({ namespace, body: { metadata, roleRef, subjects } });
  return {
    namespace,
    core,
    batch,
    kubeconfigOf: async (folder) => {
      const body = { spec: { audiences: [], expirationSeconds: 3_600 } };
      const { status } = await core.createNamespacedServiceAccountToken({ namespace, name: metadata.name, body });
      const cluster = config.getCurrentCluster();
      if (!cluster || !status?.token) throw new Error('the cluster gives no token');
      const least = new KubeConfig();
      least.loadFromClusterAndUser(cluster, { name: metadata.name, token: status.token });
      const path = join(folder, 'kubeconfig');
      await writeFile(path, least.exportConfig(), { mode: 0o600 });
      return path;
    },
    addTemplate: async (task, script, limits = {}) => {
      await batch.createNamespacedCronJob({ namespace, body: templateOf(task, script, limits) });
    },
    remove: async () => {
      await core.deleteNamespace({ name: namespace, propagationPolicy: 'Background' });
    },
  };
};
