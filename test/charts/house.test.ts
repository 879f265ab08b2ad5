import { builtServiceNames, jobsTasks, type ServiceName, services } from '@authorworks/contracts';
import { baseSettings, type ConfigSpec, describeConfig } from '@authorworks/platform';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { containersOf, memoryLimitOf, mebibytes, type Pod, podsOf } from './pods.ts';
import { LABELS } from './rules.ts';
import { type KubeObject, missing, render, renderEverything, root } from './tools.ts';

/** 55 GB, as the deployment document has it, in MiB. */
const SERVER_MIB = 55e9 / 2 ** 20;
/** A Pi of 1 GB, without the system and the agent of k3s (CLUSTER: 450–600 MB). */
const PI_MIB = 600;

const needsPi = (pod: Pod): boolean =>
  JSON.stringify(pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? {}).includes(
    '"values":["pi"]',
  );
const isHeavy = (pod: Pod): boolean => pod.labels['authorworks.io/heavy'] === 'true';
const serviceOf = (pod: Pod): ServiceName | undefined =>
  builtServiceNames.find(
    (name) => pod.labels['app.kubernetes.io/name'] === name && pod.labels['app.kubernetes.io/component'] === 'service',
  );

describe.skipIf(missing('helm4'))('the house on its machines', () => {
  let objects: KubeObject[] = [];
  let pods: Pod[] = [];
  beforeAll(async () => {
    objects = await renderEverything();
    pods = podsOf(objects);
  });

  it('has every built service twice, with the memory of the table', () => {
    for (const name of builtServiceNames) {
      const own = pods.filter((pod) => serviceOf(pod) === name);
      const { memoryMiB } = services[name];
      expect(own.map((pod) => pod.name)).toEqual([`${name}-blue`, `${name}-green`]);
      for (const pod of own) {
        const [{ resources }] = pod.spec.containers;
        expect(mebibytes(resources.requests.memory)).toBe(memoryMiB.request);
        expect(mebibytes(resources.limits.memory)).toBe(memoryMiB.limit);
      }
    }
  });

  it('fits on the server with all limits together: both colours, all data, all models, all backups at once', () => {
    const onServer = pods.filter(
      (pod) => (pod.lasting || pod.kind === 'CronJob') && pod.kind !== 'DaemonSet' && !needsPi(pod),
    );
    const everywhere = pods.filter((pod) => pod.kind === 'DaemonSet');
    const sum = [...onServer, ...everywhere].reduce((total, pod) => total + memoryLimitOf(pod) * pod.replicas, 0);
    console.log(
      `limits on the server: ${Math.round(sum)} of ${Math.round(SERVER_MIB)} MiB, in ${onServer.length + everywhere.length} pods`,
    );
    expect(sum).toBeLessThanOrEqual(SERVER_MIB);
  });

  it('fits on the server with the planned services of the table as well, when one colour is idle', () => {
    const planned = Object.values(services)
      .filter(({ state, placement }) => state === 'planned' && placement !== 'pi')
      .reduce((total, { memoryMiB }) => total + memoryMiB.limit, 0);
    const lasting = pods.filter(
      (pod) => pod.lasting && !needsPi(pod) && pod.labels['authorworks.io/colour'] !== 'green',
    );
    const sum = lasting.reduce((total, pod) => total + memoryLimitOf(pod) * pod.replicas, 0) + planned;
    console.log(`limits on the server, with what is planned: ${Math.round(sum)} of ${Math.round(SERVER_MIB)} MiB`);
    expect(sum).toBeLessThanOrEqual(SERVER_MIB);
  });

  it('fits on Pis: a heavy watcher and what runs on each machine are less than a Pi has', () => {
    const everywhere = pods
      .filter((pod) => pod.kind === 'DaemonSet')
      .reduce((total, pod) => total + memoryLimitOf(pod), 0);
    const onPis = pods.filter((pod) => needsPi(pod) && pod.lasting && pod.kind !== 'DaemonSet');
    const watchers = onPis.filter((pod) => serviceOf(pod) === undefined);
    expect(watchers.map((pod) => pod.name).toSorted()).toEqual([
      'alertmanager',
      'grafana',
      'loki',
      'prometheus',
      'syncthing',
      'uptime-kuma',
    ]);
    const heavy = watchers.filter(isHeavy);
    expect(heavy.map((pod) => pod.name).toSorted()).toEqual(['grafana', 'loki', 'prometheus', 'syncthing']);
    for (const pod of watchers) expect(memoryLimitOf(pod) + everywhere, pod.name).toBeLessThanOrEqual(PI_MIB);
    // the light ones beside the lightest heavy ones
    const light = watchers.filter((pod) => !isHeavy(pod)).reduce((total, pod) => total + memoryLimitOf(pod), 0);
    expect(light + everywhere).toBeLessThanOrEqual(PI_MIB);
    console.log(`on each Pi: ${everywhere} MiB of limits are taken by what runs everywhere`);
    for (const pod of onPis) expect(memoryLimitOf(pod) + everywhere, pod.name).toBeLessThanOrEqual(PI_MIB);
  });

  it('mounts only volumes that are there, and no two secrets at one path', () => {
    for (const pod of pods) {
      const own: { name: string; projected?: { sources: { secret: { items: { path: string }[] } }[] } }[] =
        pod.spec.volumes;
      const claims: string[] = (
        objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === pod.name)?.['spec']
          .volumeClaimTemplates ?? []
      ).map(({ metadata }: KubeObject) => metadata.name);
      const names = [...own.map(({ name }) => name), ...claims];
      expect(new Set(names).size, pod.owner).toBe(names.length);
      const mounted: string[] = containersOf(pod).flatMap(({ volumeMounts }) =>
        volumeMounts.map(({ name }: { name: string }) => name),
      );
      expect([...new Set(mounted)].toSorted(), pod.owner).toEqual(names.toSorted());
      for (const { name, projected } of own) {
        const paths = (projected?.sources ?? []).flatMap(({ secret }) => secret.items.map(({ path }) => path));
        expect(new Set(paths).size, `${pod.owner} ${name}`).toBe(paths.length);
      }
    }
  });

  it('has the labels that Kubernetes recommends on all that it is made of', () => {
    for (const object of objects)
      for (const label of LABELS)
        expect(object.metadata.labels?.[label], `${object.kind}/${object.metadata.name} ${label}`).toBeTruthy();
  });

  it('keeps a visitor in the house that his page came from, with all services and its gateway, while both are open', async () => {
    const routesOf = async (set: string[]) =>
      (await render('authorworks-edge', { set })).find(
        ({ kind, metadata }) => kind === 'IngressRoute' && metadata.name === 'house',
      )?.['spec'].routes as { match: string; priority: number; middlewares: object[]; services: object[] }[];
    const ofVisitors = (routes: { match: string }[], colour: string) =>
      routes.filter(({ match }) => match.includes(`authorworks-colour=${colour}`));
    // the gateway once more: for what Traefik finds no pod
    const routed = [...builtServiceNames.filter((name) => services[name].paths.length > 0), 'gateway'];
    const both = await routesOf(['weights.blue=90', 'weights.green=10']);
    const others = both.filter(({ match }) => !match.includes('authorworks-colour'));
    expect(others.length).toBe(routed.length);
    for (const colour of ['blue', 'green']) {
      const routes = ofVisitors(both, colour) as typeof both;
      expect(routes.map(({ services }) => services)).toMatchObject(
        routed.map((name) => [{ kind: 'Service', name: `${name}-${colour}` }]),
      );
      for (const { middlewares, priority } of routes) {
        expect(middlewares.at(-1)).toEqual({ name: `authorize-${colour}` });
        for (const other of others) expect(priority).toBeGreaterThan(other.priority);
      }
    }
    const one = await routesOf([]);
    expect([...ofVisitors(one, 'blue'), ...ofVisitors(one, 'green')]).toEqual([]);
  });

  it('has the gateway answer for a service without pods, and never the pages', async () => {
    const routes = (await render('authorworks-edge')).find(
      ({ kind, metadata }) => kind === 'IngressRoute' && metadata.name === 'house',
    )?.['spec'].routes as { match: string; priority: number; services: { name: string }[] }[];
    const priorities = (name: string): number[] =>
      routes.filter(({ services: [to] }) => to?.name === name).map(({ priority }) => priority);
    const instead = routes.find(({ match }) => match.includes('PathPrefix(`/api/`)'));
    expect(instead?.services).toMatchObject([{ name: 'gateway' }]);
    expect(instead?.priority).toBeGreaterThan(Math.max(...priorities('web')));
    for (const name of builtServiceNames.filter((one) => one !== 'web' && one !== 'gateway'))
      expect(instead?.priority).toBeLessThan(Math.min(...priorities(name)));
  });

  it.each([
    [['weights.blue=100'], { working: 'blue', open: 'blue' }],
    [['weights.green=10'], { working: 'blue', open: 'blue,green' }],
    [['weights.green=10', 'working=none'], { working: 'none', open: 'blue,green' }],
    [['weights.green=100', 'weights.blue=0', 'live=green'], { working: 'green', open: 'green' }],
    [['weights.green=50', 'working=green'], { working: 'green', open: 'blue,green' }],
  ])('tells the pods of both houses who works and who is open: %j', async (set, data) => {
    const state = (await render('authorworks-edge', { set })).find(({ metadata }) => metadata.name === 'house-state');
    expect(state).toMatchObject({ kind: 'ConfigMap', data });
  });

  it('asks the gateway by a name that Traefik, which is in another namespace, can resolve', () => {
    const asked: string[] = objects.flatMap((object) => object['spec']?.forwardAuth?.address ?? []);
    expect(asked.length).toBe(5);
    for (const address of asked)
      expect(new URL(address).hostname).toMatch(/^(gateway-(blue|green)|authelia)\.authorworks$/);
  });

  it('lets nobody tell the gateway what he is asking for: what Traefik says comes after what clients say is removed', () => {
    const removed = objects.find(({ kind, metadata }) => kind === 'Middleware' && metadata.name === 'clean')?.['spec']
      .headers.customRequestHeaders;
    for (const header of [
      'Remote-User',
      'Remote-Groups',
      'Remote-Name',
      'Remote-Email',
      'X-Forwarded-Uri',
      'X-Forwarded-Method',
    ])
      expect(removed[header]).toBe('');
    const routes = objects.filter(
      ({ kind, metadata }) =>
        kind === 'IngressRoute' && metadata.namespace === 'authorworks' && metadata.name !== 'authelia',
    );
    expect(routes.map(({ metadata }) => metadata.name).toSorted()).toEqual(['house', 'house-sign-in', 'preview']);
    for (const { middlewares } of routes.flatMap(({ spec }) => spec.routes)) {
      const names: string[] = middlewares.map(({ name }: { name: string }) => name);
      const asks = names.findIndex((name) => name.startsWith('authorize'));
      expect(asks).toBe(names.length - 1);
      expect(names.indexOf('clean')).toBeGreaterThanOrEqual(0);
      expect(names.indexOf('clean')).toBeLessThan(asks);
    }
  });

  it('lets nobody change anything in Kubernetes but Jobs, nor read a Secret', () => {
    const roles = objects.filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role');
    const rules = roles.flatMap((role) => role['rules'] as { resources: string[]; verbs: string[] }[]);
    const writing = rules.filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)));
    // the one thing that anybody may change: Jobs, by the service that is for them
    expect(new Set(writing.flatMap(({ resources }) => resources))).toEqual(new Set(['jobs']));
    expect(rules.flatMap(({ resources }) => resources)).not.toContain('secrets');
  });

  it('lets the service jobs run tasks in its own namespace, read what operators see, and nothing more', () => {
    const granted = (kind: 'Role' | 'ClusterRole', name: RegExp): string[] => {
      const roles = objects.filter((object) => object.kind === kind && name.test(object.metadata.name));
      const rules = roles.flatMap((role) =>
        (role['rules'] as { apiGroups: string[]; resources: string[]; verbs: string[] }[]).flatMap(
          ({ apiGroups, resources, verbs }) =>
            resources.map((resource) => `${role.metadata.namespace} ${apiGroups.join()}/${resource} ${verbs.join()}`),
        ),
      );
      return [...new Set(rules)].toSorted();
    };
    const console = ['/events', '/pods', 'apps/deployments', 'apps/statefulsets', 'metrics.k8s.io/pods'];
    const read = (namespace: string) => console.map((resource) => `${namespace} ${resource} get,list`);
    expect(granted('Role', /^jobs-(blue|green)$/)).toEqual(
      [
        ...read('authorworks'),
        'authorworks /pods/log get',
        'authorworks batch/cronjobs get,list',
        'authorworks batch/jobs get,list,watch,create,delete',
      ].toSorted(),
    );
    expect(granted('Role', /^operators-console$/)).toEqual(
      ['authorworks-ai', 'authorworks-data', 'authorworks-nodes', 'authorworks-watch'].flatMap(read).toSorted(),
    );
    expect(granted('ClusterRole', /-jobs-(blue|green)$/).map((rule) => rule.replace(/^\S+ /, ''))).toEqual([
      '/nodes get,list',
      'metrics.k8s.io/nodes get,list',
    ]);
  });

  it('has a template of each task for the service jobs, which Kubernetes itself never starts', () => {
    for (const colour of ['blue', 'green']) {
      for (const { type, memoryMiB, timeoutMs } of Object.values(jobsTasks)) {
        const template = objects.find(
          ({ kind, metadata }) =>
            kind === 'CronJob' &&
            metadata.labels?.['authorworks.io/task'] === type &&
            metadata.labels['authorworks.io/colour'] === colour,
        );
        expect(template?.['spec'].suspend).toBe(true);
        const job = template?.['spec'].jobTemplate.spec;
        expect(job).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: timeoutMs / 1000 });
        const pod = pods.find(({ name }) => name === template?.metadata.name);
        if (!pod) throw new Error(`there is no pod of ${type}`);
        expect(memoryLimitOf(pod)).toBe(memoryMiB.limit);
        // it knows the services by their key, and no database
        expect(JSON.stringify(pod.spec.volumes)).not.toContain('database-url');
      }
    }
  });

  it('leaves less heap to JavaScript than the pod has memory', () => {
    for (const pod of pods.filter(serviceOf)) {
      const [{ env }] = pod.spec.containers;
      const options: string = env.find(({ name }: { name: string }) => name === 'NODE_OPTIONS').value;
      const heap = Number(/^--max-old-space-size=(\d+)$/.exec(options)?.[1]);
      expect(heap).toBeGreaterThanOrEqual(memoryLimitOf(pod) * 0.45);
      expect(heap).toBeLessThanOrEqual(memoryLimitOf(pod) * 0.75);
    }
  });
});

describe.skipIf(missing('helm4'))('the settings of a service', () => {
  const specOf = async (name: ServiceName): Promise<ConfigSpec> => ({
    ...((await import(join(root, 'services', name, 'src/config.ts'))) as { config: ConfigSpec }).config,
    ...baseSettings,
  });
  /** Read by platform/run.ts and Node itself. */
  const OF_THE_PROCESS = ['SERVICE_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'NODE_OPTIONS'];

  it.each(builtServiceNames)('%s are all known to it, none is missing, and secrets come as files', async (name) => {
    const objects = await renderEverything();
    const rows = describeConfig(await specOf(name));
    const settings = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === `${name}-blue`)?.[
      'data'
    ] as Record<string, string>;
    const pod = podsOf(objects).find((one) => one.name === `${name}-blue`);
    const env: { name: string }[] = pod?.spec.containers[0].env;
    const given = [...Object.keys(settings), ...env.map((one) => one.name)];
    const known = new Set([...rows.flatMap(({ variable }) => [variable, `${variable}_FILE`]), ...OF_THE_PROCESS]);
    expect(given.filter((variable) => !known.has(variable))).toEqual([]);
    const chosen = new Map(Object.entries(settings));
    const due = rows.filter(({ required, doc }) => {
      const condition = /\(when (\w+) is (\w+)\)/.exec(doc);
      return required && (!condition || chosen.get(condition[1] ?? '') === condition[2]);
    });
    expect(due.length).toBeGreaterThan(0);
    for (const { variable, secret } of due) expect(given, variable).toContain(secret ? `${variable}_FILE` : variable);
    for (const { variable, secret } of rows) if (secret) expect(given).not.toContain(variable);
  });
});
