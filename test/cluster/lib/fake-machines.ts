import { stringify } from 'yaml';
import { kubectl } from './cluster.ts';

const NAME = 'authorworks.io/scheduling-test';
/** Everything that is made here, so that it can be found again. */
const MARK = { [NAME]: 'true' };
const SELECTOR = `${NAME}=true`;
export const STORAGE_CLASS = 'authorworks-scheduling-test';
/** Those of the models are asked for twice, and what was once bound is not given again. */
const VOLUMES = 20;

/** As the deployment document has them: 55 GB; Pis with 1 GB, of which the system takes some. */
const SERVER = { cpu: '8', memory: '55G', pods: '110', 'ephemeral-storage': '200Gi' };
const PI = { cpu: '4', memory: '900Mi', pods: '110', 'ephemeral-storage': '28Gi' };

const nodeOf = (name: string, pool: 'server' | 'pi') => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    annotations: { 'kwok.x-k8s.io/node': 'fake' },
    labels: {
      ...MARK,
      type: 'kwok',
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': pool === 'pi' ? 'arm64' : 'amd64',
      'authorworks.io/pool': pool,
      // the example of a home asks for it
      ...(pool === 'server' ? { disk: 'fast' } : {}),
    },
  },
  spec: {
    taints: [
      { key: NAME, value: 'true', effect: 'NoSchedule' },
      ...(pool === 'pi' ? [{ key: 'authorworks.io/pi', value: 'true', effect: 'NoSchedule' }] : []),
    ],
  },
  status: { allocatable: pool === 'pi' ? PI : SERVER, capacity: pool === 'pi' ? PI : SERVER },
});

/** No provisioner works for a machine that is not there: the volumes are, before somebody wants them. */
const volumeOf = (index: number) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: `${STORAGE_CLASS}-${index}`, labels: MARK },
  spec: {
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '4Ti' },
    storageClassName: STORAGE_CLASS,
    persistentVolumeReclaimPolicy: 'Retain',
    hostPath: { path: `/nowhere/${index}` },
  },
});

const apply = async (objects: readonly object[]): Promise<void> =>
  void (await kubectl(['apply', '--filename', '-'], { input: objects.map((one) => stringify(one)).join('---\n') }));

/** What a pod of this test has, so that it goes to these machines, and nobody else's does. */
export const onFakeMachines = {
  nodeSelector: MARK,
  tolerations: [{ key: NAME, operator: 'Exists', effect: 'NoSchedule' }],
} as const;

/** Machines that only Kubernetes believes in: one server and so many Pis. */
export const addFakeMachines = async (pis: number): Promise<void> => {
  await removeFakeMachines();
  await apply([
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: STORAGE_CLASS, labels: MARK },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    },
    ...Array.from({ length: VOLUMES }, (_, index) => volumeOf(index)),
    nodeOf('fake-server', 'server'),
    ...Array.from({ length: pis }, (_, index) => nodeOf(`fake-pi-${String(index + 1).padStart(3, '0')}`, 'pi')),
  ]);
  await kubectl(['wait', '--for=condition=Ready', 'node', '--selector', SELECTOR, '--timeout=60s']);
};

/** Also after a run that was killed; without such machines it changes nothing. */
export const removeFakeMachines = async (): Promise<void> => {
  for (const kind of ['node', 'persistentvolume', 'storageclass'])
    await kubectl(['delete', kind, '--selector', SELECTOR, '--ignore-not-found', '--wait=false']);
};
