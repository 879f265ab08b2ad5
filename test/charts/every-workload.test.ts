import { beforeAll, describe, expect, it } from 'vitest';
import { type Exception, exceptions, judge } from './exceptions.ts';
import { podsOf } from './pods.ts';
import { brokenBy, rules, type Subject } from './rules.ts';
import { chartNames, exampleFile, examples, type KubeObject, missing, render, renderEverything } from './tools.ts';

const subjectsOf = (objects: readonly KubeObject[]): Subject[] => podsOf(objects).map((pod) => ({ pod, objects }));

/** The house with everything that it can have, and each example installation. */
const installations = async (): Promise<KubeObject[][]> => {
  const example = async (name: (typeof examples)[number]): Promise<KubeObject[]> => {
    const files = chartNames.map((chart) => ({ chart, file: exampleFile(chart, name) }));
    const rendered = files.map(async ({ chart, file }) =>
      file === undefined ? [] : await render(chart, { files: [file] }),
    );
    return (await Promise.all(rendered)).flat();
  };
  return await Promise.all([renderEverything(), ...examples.map(example)]);
};

describe.skipIf(missing('helm4'))('every workload', () => {
  let subjects: Subject[] = [];
  beforeAll(async () => {
    subjects = (await installations()).flatMap(subjectsOf);
  });

  it('keeps every rule, but for the exceptions with a reason; and none of these is stale', () => {
    const workloads = [...new Set(subjects.map(({ pod }) => pod.workload))];
    expect(workloads.length).toBeGreaterThan(30);
    const findings = subjects.flatMap((subject) =>
      brokenBy(subject).map((rule) => ({ rule, workload: subject.pod.workload })),
    );
    const list = exceptions.filter(({ rule }) => !rule.startsWith('kube-score: '));
    expect(judge(findings, workloads, list)).toEqual([]);
    for (const { rule, reason } of exceptions) expect(reason, rule).not.toBe('');
  });

  // oxlint-disable-next-line typescript/no-explicit-any -- as in tools.ts
  type Change = (pod: any, objects: KubeObject[]) => void;
  const without =
    (kind: string): Change =>
    (_, objects) => {
      objects.splice(0, objects.length, ...objects.filter((object) => object.kind !== kind));
    };
  const broken: Readonly<Record<string, Change>> = {
    labels: (pod) => delete pod.labels['app.kubernetes.io/version'],
    selector: (pod, objects) => {
      const owner = objects.find(({ kind, metadata }) => kind === pod.kind && metadata.name === pod.name);
      if (owner) owner['spec'].selector.matchLabels['app.kubernetes.io/version'] = '0.1.0';
    },
    'unrestricted among themselves': (pod) => (pod.namespace = 'authorworks-nodes'),
    user: (pod) => (pod.spec.containers[0].securityContext.runAsUser = 1000),
    'root file system': (pod) => (pod.spec.volumes = pod.spec.volumes.filter(({ name }: KubeObject) => name !== 'tmp')),
    budget: (pod) => delete pod.spec.containers[0].resources.limits['ephemeral-storage'],
    image: (pod) => (pod.spec.containers[0].image = 'ghcr.io/authorworks/content:latest'),
    probes: (pod) => (pod.spec.containers[0].livenessProbe.httpGet.path = '/readyz'),
    'waits before it ends': (pod) => delete pod.spec.containers[0].lifecycle,
    'time to end': (pod) => (pod.spec.terminationGracePeriodSeconds = 15 + 20),
    'rolls over': (pod, objects) => {
      const owner = objects.find(({ kind, metadata }) => kind === pod.kind && metadata.name === pod.name);
      if (owner) owner['spec'].strategy = { type: 'Recreate' };
    },
    'disruption budget': without('PodDisruptionBudget'),
    spread: (pod) => (pod.spec.topologySpreadConstraints[0].whenUnsatisfiable = 'DoNotSchedule'),
    'network policy': without('NetworkPolicy'),
    'stays in the cluster': (pod, objects) => {
      const { namespace } = pod;
      const egress = [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] }];
      const spec = { podSelector: {}, policyTypes: ['Egress'], egress };
      objects.push({ apiVersion: 'a', kind: 'NetworkPolicy', metadata: { name: 'out', namespace }, spec });
    },
    'account of its own': (pod) => delete pod.spec.serviceAccountName,
    'no token': (pod) => delete pod.spec.automountServiceAccountToken,
    'no variables of Services': (pod) => delete pod.spec.enableServiceLinks,
    checksums: (pod) => delete pod.annotations['checksum/settings'],
    place: (pod) => delete pod.spec.affinity,
    'one heavy watcher on a Pi': (pod) => (pod.labels['authorworks.io/heavy'] = 'true'),
    'leaves a dead node': (pod) => (pod.spec.tolerations = []),
    'drill in a namespace of its own': (pod) => Object.assign(pod, { name: 'x-drill', namespace: 'authorworks-data' }),
  };

  it('would be found breaking any rule', () => {
    const found = subjects.find(({ pod }) => pod.owner === 'Deployment/content-blue');
    if (!found) throw new Error('there is no service content');
    const content = structuredClone(found) as { pod: Subject['pod']; objects: KubeObject[] };
    // its one exception
    content.pod.spec.volumes = content.pod.spec.volumes.filter(({ configMap }: KubeObject) => !configMap);
    expect(brokenBy(content)).toEqual([]);
    // those of Pod Security are tried in pod-security.test.ts
    expect(Object.keys(broken)).toEqual(Object.keys(rules).filter((rule) => !rule.startsWith('Pod Security: ')));
    for (const [rule, change] of Object.entries(broken)) {
      const { pod, objects } = structuredClone(content);
      change(pod, objects);
      expect(
        brokenBy({ pod, objects }).map((one) => one.replace(/:.*/, '')),
        rule,
      ).toContain(rule);
    }
  });
});

describe('the list of exceptions', () => {
  const workloads = ['Job/a', 'Job/b', 'Deployment/c'];
  const found = [
    { rule: 'probes', workload: 'Job/a' },
    { rule: 'probes', workload: 'Job/b' },
  ];
  const excuse = (...names: string[]): Exception => ({ rule: 'probes', workloads: names, reason: 'they end' });

  it.each<[string, Exception[], string[]]>([
    ['is enough when it has all that is broken', [excuse('Job/a', 'Job/b')], []],
    ['may name a kind', [excuse('Job/*')], []],
    ['has to name all', [excuse('Job/a')], ['Job/b: probes']],
    [
      'has to know the rule',
      [excuse('Job/*'), { ...excuse('Job/a'), rule: 'spread' }],
      ['Job/a: spread is excused, and breaks nothing'],
    ],
    [
      'may not excuse what breaks nothing',
      [excuse('Job/*', 'Deployment/c')],
      ['Deployment/c: probes is excused, and breaks nothing'],
    ],
    [
      'may not excuse all when some do not need it',
      [excuse('*')],
      ['Deployment/c: probes is excused, and breaks nothing'],
    ],
    ['may not excuse a kind that is not there', [excuse('Job/*', 'CronJob/*')], ['there is no CronJob/* (probes)']],
    ['may not excuse twice', [excuse('Job/*'), excuse('Job/a')], ['Job/a: probes is excused twice']],
  ])('%s', (_, list, problems) => {
    expect(judge(found, workloads, list)).toEqual(problems);
  });
});
