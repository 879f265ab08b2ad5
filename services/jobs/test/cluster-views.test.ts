import type { V1Deployment, V1Node, V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { viewEvent, viewNode, viewPod, viewReleases } from '../src/house/cluster-views.ts';

// Objects as k3s v1.34 tells them, as far as they are read: a home server, a Pi, what our charts bring.

const MIB = 2 ** 20;
const at = (time: string): Date => new Date(`2026-11-23T${time}:00Z`);

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

const healthy: readonly Condition[] = [
  { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory' },
  { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure' },
  { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID' },
  { type: 'Ready', status: 'True', reason: 'KubeletReady' },
];

const pi = (changed: { labels?: Record<string, string>; spec?: object; conditions?: readonly Condition[] }): V1Node =>
  ({
    metadata: {
      name: 'pi-03',
      creationTimestamp: at('09:00'),
      labels: changed.labels ?? { 'kubernetes.io/arch': 'arm64', 'authorworks.io/pool': 'pi' },
    },
    spec: { taints: [{ key: 'authorworks.io/pi', value: 'true', effect: 'NoSchedule' }], ...changed.spec },
    status: {
      allocatable: { cpu: '4', 'ephemeral-storage': '28263166711', memory: '921600Ki', pods: '110' },
      capacity: { cpu: '4', 'ephemeral-storage': '29053872Ki', memory: '948304Ki', pods: '110' },
      conditions: changed.conditions ?? healthy,
      nodeInfo: {
        architecture: 'arm64',
        kubeletVersion: 'v1.34.4+k3s1',
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 13 (trixie)',
      },
    },
  }) as unknown as V1Node;

const server = {
  metadata: {
    name: 'home-server',
    creationTimestamp: at('08:00'),
    labels: { 'kubernetes.io/arch': 'amd64', 'authorworks.io/pool': 'server' },
  },
  spec: {},
  status: {
    allocatable: { cpu: '7500m', memory: '55G', pods: '110' },
    conditions: healthy,
    nodeInfo: { architecture: 'amd64', kubeletVersion: 'v1.34.4+k3s1', osImage: 'Ubuntu 24.04.3 LTS' },
  },
} as unknown as V1Node;

interface Wanted {
  readonly name?: string;
  readonly phase?: string;
  /** Memory of each container. */
  readonly memory?: readonly { readonly request?: string; readonly limit?: string }[];
  readonly statuses?: readonly object[];
  readonly more?: { readonly metadata?: object; readonly status?: object };
}

const pod = ({ name = 'prometheus-0', phase = 'Running', memory = [], statuses, more }: Wanted): V1Pod =>
  ({
    metadata: {
      name,
      namespace: 'authorworks-watch',
      labels: {
        'app.kubernetes.io/name': 'prometheus',
        'app.kubernetes.io/component': 'monitor',
        'app.kubernetes.io/version': 'v3.5.0',
      },
      ...more?.metadata,
    },
    spec: {
      nodeName: 'pi-03',
      containers: memory.map(({ request, limit }, index) => ({
        name: `container-${index}`,
        resources: {
          ...(request === undefined ? {} : { requests: { cpu: '50m', memory: request } }),
          ...(limit === undefined ? {} : { limits: { cpu: '1', memory: limit } }),
        },
      })),
    },
    status: {
      phase,
      startTime: at('10:00'),
      containerStatuses: statuses ?? [{ name: 'container-0', ready: true, restartCount: 0, state: { running: {} } }],
      ...more?.status,
    },
  }) as unknown as V1Pod;

describe('a machine', () => {
  it('that is a Pi shows what pods may take of its memory, what is taken, and what is promised', () => {
    const pods = [
      pod({ memory: [{ request: '150Mi' }, { request: '24Mi' }] }),
      pod({ phase: 'Pending', memory: [{ request: '64Mi' }] }),
      // what has ended holds nothing any more, and what asks for nothing is promised nothing
      pod({ phase: 'Succeeded', memory: [{ request: '500Mi' }] }),
      pod({ memory: [{}] }),
    ];
    expect(viewNode(pi({}), pods, { memoryBytes: 431 * MIB, cpuMillis: 210 })).toEqual({
      name: 'pi-03',
      role: 'pi',
      arch: 'arm64',
      os: 'Debian GNU/Linux 13 (trixie)',
      version: 'v1.34.4+k3s1',
      ready: true,
      problems: [],
      memory: { usedBytes: 431 * MIB, requestedBytes: 238 * MIB, totalBytes: 900 * MIB },
      cpu: { usedMillis: 210, totalMillis: 4000 },
      pods: 4,
      since: '2026-11-23T09:00:00.000Z',
    });
  });

  it('that is the server has 55 GB, of which nobody measures what is in use', () => {
    expect(viewNode(server, [pod({ memory: [{ request: '4Gi' }] })], undefined)).toMatchObject({
      name: 'home-server',
      role: 'server',
      arch: 'amd64',
      memory: { usedBytes: null, requestedBytes: 4096 * MIB, totalBytes: 55e9 },
      cpu: { usedMillis: null, totalMillis: 7500 },
      pods: 1,
    });
  });

  it('is known by its label, and without one by what it is made of', () => {
    expect(viewNode(pi({ labels: { 'authorworks.io/pool': 'server' } }), [], undefined).role).toBe('server');
    expect(viewNode(pi({ labels: {} }), [], undefined).role).toBe('pi');
    const other = structuredClone(server);
    other.metadata = { name: 'desk' };
    expect(viewNode(other, [], undefined)).toMatchObject({ role: 'other', since: '1970-01-01T00:00:00.000Z' });
  });

  it('that lost its power is not ready, and says why', () => {
    const unknown = healthy.map(({ type }) => ({ type, status: 'Unknown', reason: 'NodeStatusUnknown' }));
    expect(viewNode(pi({ conditions: unknown }), [], undefined)).toMatchObject({
      ready: false,
      problems: ['NotReady (NodeStatusUnknown)'],
    });
  });

  it('that is full, or that pods are kept away from, is ready, and says so', () => {
    const conditions = healthy.map((one) => (one.type === 'MemoryPressure' ? { ...one, status: 'True' } : one));
    expect(viewNode(pi({ conditions, spec: { unschedulable: true } }), [], undefined)).toMatchObject({
      ready: true,
      problems: ['MemoryPressure', 'SchedulingDisabled'],
    });
  });

  it('that has just joined and told nothing yet is shown with what is known', () => {
    expect(viewNode({ metadata: { name: 'pi-04' } }, [], undefined)).toMatchObject({
      name: 'pi-04',
      role: 'other',
      arch: 'unknown',
      ready: false,
      memory: { usedBytes: null, requestedBytes: 0, totalBytes: 0 },
    });
  });
});

describe('a pod', () => {
  it('shows whose it is, where it is, and what it may take', () => {
    const memory = [{ limit: '300Mi' }, { limit: '128974848' }];
    expect(viewPod(pod({ memory }), { memoryBytes: 180 * MIB, cpuMillis: 30 })).toEqual({
      name: 'prometheus-0',
      namespace: 'authorworks-watch',
      service: 'prometheus',
      component: 'monitor',
      colour: null,
      version: 'v3.5.0',
      node: 'pi-03',
      phase: 'Running',
      ready: true,
      restarts: 0,
      reason: null,
      memory: { usedBytes: 180 * MIB, limitBytes: 300 * MIB + 128_974_848 },
      startedAt: '2026-11-23T10:00:00.000Z',
    });
  });

  it('one of whose containers may take what it likes has no limit', () => {
    expect(viewPod(pod({ memory: [{ limit: '300Mi' }, {}] }), undefined).memory).toEqual({
      usedBytes: null,
      limitBytes: null,
    });
  });

  it('of a house of two says of which', () => {
    const labels = { 'app.kubernetes.io/name': 'content', 'authorworks.io/colour': 'green' };
    expect(viewPod(pod({ more: { metadata: { labels } } }), undefined)).toMatchObject({
      service: 'content',
      colour: 'green',
      component: null,
    });
  });

  it.each<[string, Wanted, object]>([
    [
      'whose program ends again and again says so',
      { statuses: [{ ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
      { ready: false, restarts: 7, reason: 'CrashLoopBackOff' },
    ],
    [
      'that took too much memory once runs again, and it is known',
      {
        statuses: [
          {
            ready: true,
            restartCount: 1,
            state: { running: {} },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
          },
        ],
      },
      { ready: true, restarts: 1, reason: 'OOMKilled' },
    ],
    [
      'that is being made has nothing wrong with it',
      {
        phase: 'Pending',
        statuses: [{ ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } }],
      },
      { phase: 'Pending', ready: false, reason: null },
    ],
    [
      'for which there is no room says so',
      {
        phase: 'Pending',
        statuses: [],
        more: { status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] } },
      },
      { phase: 'Pending', ready: false, reason: 'Unschedulable' },
    ],
    [
      'that was sent away from a full machine says so',
      { phase: 'Failed', statuses: [], more: { status: { reason: 'Evicted' } } },
      { phase: 'Failed', reason: 'Evicted' },
    ],
    [
      'that is about to go says so',
      { more: { metadata: { deletionTimestamp: at('11:00') } } },
      { phase: 'Terminating' },
    ],
    [
      'that has done its work has nothing wrong with it',
      {
        phase: 'Succeeded',
        statuses: [{ ready: false, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
      },
      { phase: 'Succeeded', ready: false, reason: null },
    ],
  ])('%s', (_, wanted, expected) => expect(viewPod(pod(wanted), undefined)).toMatchObject(expected));
});

const labelsOf = (instance: string, version: string, chart: string, colour?: string): Record<string, string> => ({
  'app.kubernetes.io/instance': instance,
  'app.kubernetes.io/managed-by': 'Helm',
  'app.kubernetes.io/part-of': 'authorworks',
  'app.kubernetes.io/version': version,
  'helm.sh/chart': chart,
  ...(colour === undefined ? {} : { 'authorworks.io/colour': colour }),
});

interface Part {
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly replicas?: number;
  readonly ready?: number;
  readonly changedAt?: Date;
}

const deployment = ({ namespace, labels, replicas, ready, changedAt }: Part): V1Deployment =>
  ({
    metadata: { name: 'any', namespace, labels, creationTimestamp: at('09:00') },
    spec: replicas === undefined ? {} : { replicas },
    status: {
      ...(ready === undefined ? {} : { readyReplicas: ready }),
      conditions: [
        { type: 'Available', status: 'True', lastUpdateTime: at('23:00') },
        ...(changedAt ? [{ type: 'Progressing', status: 'True', lastUpdateTime: changedAt }] : []),
      ],
    },
  }) as unknown as V1Deployment;

describe('a release', () => {
  const blue = labelsOf('authorworks-blue', '1.4.2', 'authorworks-1.4.2', 'blue');
  const green = labelsOf('authorworks-green', '1.5.0-rc.1', 'authorworks-1.5.0-rc.1', 'green');
  const app = 'authorworks';

  it('is told of by the labels of its parts: version, colour, how much of it is ready, when it was changed', () => {
    const parts = [
      deployment({ namespace: app, labels: blue, replicas: 2, ready: 2, changedAt: at('10:00') }),
      deployment({ namespace: app, labels: blue, replicas: 2, ready: 1, changedAt: at('10:05') }),
      // Kubernetes takes one where a chart says nothing, and tells of none that is ready where none is
      deployment({ namespace: app, labels: blue }),
    ];
    expect(viewReleases(parts)).toEqual([
      {
        name: 'authorworks-blue',
        namespace: app,
        chart: 'authorworks-1.4.2',
        version: '1.4.2',
        colour: 'blue',
        ready: 3,
        wanted: 5,
        updatedAt: '2026-11-23T10:05:00.000Z',
      },
    ]);
  });

  it('of each house is one of its own, also when it is switched off', () => {
    const parts = [
      deployment({ namespace: app, labels: blue, replicas: 0 }),
      deployment({ namespace: app, labels: green, replicas: 1, ready: 1 }),
    ];
    expect(viewReleases(parts)).toMatchObject([
      { name: 'authorworks-blue', colour: 'blue', ready: 0, wanted: 0 },
      { name: 'authorworks-green', colour: 'green', version: '1.5.0-rc.1', ready: 1, wanted: 1 },
    ]);
  });

  it('whose parts are of several makers has the version of its chart', () => {
    const chart = 'authorworks-data-1.4.2';
    const namespace = 'authorworks-data';
    const set = deployment({ namespace, labels: labelsOf('authorworks-data', '18.1', chart), replicas: 1, ready: 1 });
    // a StatefulSet tells less of itself
    set.status = { readyReplicas: 1 };
    const parts = [
      set,
      deployment({ namespace, labels: labelsOf('authorworks-data', '8.2', chart), replicas: 1, ready: 1 }),
    ];
    expect(viewReleases(parts)).toMatchObject([
      { chart, version: '1.4.2', colour: null, ready: 2, wanted: 2, updatedAt: '2026-11-23T09:00:00.000Z' },
    ]);
  });

  it('with parts in two namespaces is one, and where most of it is', () => {
    const labels = labelsOf('authorworks-watch', '1.4.2', 'authorworks-watch-1.4.2');
    const parts = ['authorworks-nodes', 'authorworks-watch', 'authorworks-watch'].map((namespace) =>
      deployment({ namespace, labels, replicas: 1, ready: 1 }),
    );
    expect(viewReleases(parts)).toMatchObject([
      { name: 'authorworks-watch', namespace: 'authorworks-watch', ready: 3, wanted: 3 },
    ]);
  });

  it('of the same name but another chart is another', () => {
    const parts = ['authorworks-data', 'authorworks-ai'].map((chart) =>
      deployment({ namespace: chart, labels: labelsOf('home', '1.4.2', `${chart}-1.4.2`) }),
    );
    expect(viewReleases(parts).map(({ namespace }) => namespace)).toEqual(['authorworks-data', 'authorworks-ai']);
  });

  it('while it is being changed, with parts of the old and of the new chart, is one', () => {
    const parts = ['1.4.2', '1.5.0'].map((version) =>
      deployment({ namespace: app, labels: labelsOf('authorworks-blue', version, `authorworks-${version}`, 'blue') }),
    );
    expect(viewReleases(parts)).toMatchObject([{ name: 'authorworks-blue', wanted: 2 }]);
  });

  it('is none of ours without labels of Helm', () => {
    expect(viewReleases([deployment({ namespace: app, labels: { app: 'stranger' }, replicas: 1 })])).toEqual([]);
  });
});

describe('an event', () => {
  it('is as old as when it was last seen, however Kubernetes notes that', () => {
    const event = {
      metadata: { uid: 'u', namespace: 'authorworks', creationTimestamp: at('09:00') },
      involvedObject: { kind: 'Job', name: 'task-1' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
    };
    expect(viewEvent({ ...event, lastTimestamp: at('10:00'), count: 4 })).toEqual({
      id: 'u',
      namespace: 'authorworks',
      kind: 'warning',
      object: 'Job/task-1',
      reason: 'BackOff',
      message: 'Back-off restarting failed container',
      count: 4,
      at: '2026-11-23T10:00:00.000Z',
    });
    const series = { count: 9, lastObservedTime: at('11:00') };
    expect(viewEvent({ ...event, series })).toMatchObject({
      count: 9,
      at: '2026-11-23T11:00:00.000Z',
    });
    expect(viewEvent(event)).toMatchObject({ count: 1, at: '2026-11-23T09:00:00.000Z' });
  });
});
