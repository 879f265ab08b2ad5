import { beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from './lib/cluster.ts';
import { namespaces } from './lib/house.ts';

interface Container {
  readonly name: string;
  readonly env: unknown[];
  readonly envFrom?: unknown[];
}

interface PodSpec {
  readonly volumes: unknown[];
  readonly containers: readonly [Container];
  initContainers?: Container[];
  serviceAccountName?: string;
  automountServiceAccountToken: boolean;
}

/** As `kubectl create job --from` writes it. */
interface Job {
  readonly spec: {
    readonly template: { readonly metadata: { readonly labels: Record<string, string> }; readonly spec: PodSpec };
  };
}

const NAMESPACE = namespaces.app;
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:jobs-blue`;

/** What Kubernetes says to a wish for a Job; it is not made. */
const wish = async (job: Job, as: readonly string[] = [`--as=${ACCOUNT}`]): Promise<string> => {
  const args = ['--namespace', NAMESPACE, 'create', '--dry-run=server', ...as, '--filename=-'];
  return await kubectl(args, { input: JSON.stringify(job) }).catch((error: unknown) => (error as Error).message);
};

describe('who holds the account of the service jobs', () => {
  let template: Job;
  beforeAll(async () => {
    const args = ['create', 'job', 'wish', '--from=cronjob/task-check-house-blue', '--dry-run=client', '--output=json'];
    template = JSON.parse(await kubectl(['--namespace', NAMESPACE, ...args])) as Job;
  });

  const changed = (change: (pod: PodSpec, job: Job) => void): Job => {
    const job = structuredClone(template);
    change(job.spec.template.spec, job);
    return job;
  };

  it('may start a task as the chart has it', async () => {
    expect(await wish(template)).toMatch(/job\.batch\/wish created/);
  });

  it.each<[string, RegExp, (pod: PodSpec, job: Job) => void]>([
    [
      'mounts a Secret',
      /mounts nothing but empty folders and service-key/,
      (pod) => pod.volumes.push({ name: 'more', secret: { secretName: 'authorworks-house' } }),
    ],
    [
      'mounts all keys of the Secret of the house',
      /mounts nothing but/,
      (pod) => pod.volumes.push({ name: 'more', projected: { sources: [{ secret: { name: 'authorworks-house' } }] } }),
    ],
    [
      'mounts another key of it',
      /mounts nothing but/,
      (pod) => {
        const secret = { name: 'authorworks-house', items: [{ key: 'database-url-user', path: 'x' }] };
        pod.volumes.push({ name: 'more', projected: { sources: [{ secret }] } });
      },
    ],
    [
      'mounts a volume with data',
      /mounts nothing but/,
      (pod) => pod.volumes.push({ name: 'more', persistentVolumeClaim: { claimName: 'any' } }),
    ],
    [
      'takes a variable from a Secret',
      /takes no variable/,
      (pod) => {
        const valueFrom = { secretKeyRef: { name: 'authorworks-house', key: 'database-url-user' } };
        pod.containers[0].env.push({ name: 'DATABASE_URL', valueFrom });
      },
    ],
    [
      'takes all variables from a Secret, before it begins',
      /takes no variable/,
      (pod) => {
        const envFrom = [{ secretRef: { name: 'authorworks-house' } }];
        pod.initContainers = [{ ...pod.containers[0], name: 'first', envFrom }];
      },
    ],
    [
      'has an account that can do something',
      /has the account task-blue/,
      (pod) => (pod.serviceAccountName = 'jobs-blue'),
    ],
    ['has the token of its account', /and no token of it/, (pod) => (pod.automountServiceAccountToken = true)],
    [
      'is called content to the network',
      /is called task to the network/,
      (_pod, job) => {
        job.spec.template.metadata.labels['app.kubernetes.io/name'] = 'content';
      },
    ],
    [
      'is of no house to the network',
      /is called task to the network/,
      (_pod, job) => delete job.spec.template.metadata.labels['app.kubernetes.io/part-of'],
    ],
  ])('may start none that %s', async (_what, said, change) => {
    const job = changed(change);
    expect(await wish(job)).toMatch(said);
    // it is the policy that says so, which is for this account alone
    expect(await wish(job, [])).not.toMatch(said);
  });
});
