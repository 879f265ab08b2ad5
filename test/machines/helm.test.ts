import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ChartName, chartNames, exampleFile, type Helm, helms, missing, tool } from '../charts/tools.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { labProgram, lacks } from './checkers.ts';
import { root, run } from './machine.ts';

const CRDS = 'traefik-crds.yaml';
const isPossible =
  !missing(...helms, CRDS) && !lacks(labProgram('kine'), labProgram('kube-apiserver'), labProgram('kubectl'));

const namespaceOf = (chart: ChartName): string =>
  chart === 'authorworks' || chart === 'authorworks-edge' ? 'app' : (chart.split('-')[1] ?? '');

/** The example of a home, in namespaces of its own. */
const settingsOf = (chart: ChartName, house: string): string[] => {
  const values = parse(readFileSync(join(root, 'charts', chart, 'values.yaml'), 'utf8')) as { namespaces?: object };
  const zones = Object.keys(values.namespaces ?? {}).filter((zone) => zone !== 'ingress');
  const example = exampleFile(chart, 'home');
  return [
    ...(example === undefined ? [] : ['--values', example]),
    ...zones.flatMap((zone) => ['--set', `namespaces.${zone}=${house}-${zone}`]),
  ];
};

// Nothing runs here: what is tested is that the API server, with what k3s/ tells it, takes every object in the way in which
// each Helm hands it over. Version 4 lets the server merge; that refuses lists in which a key stands twice.
describe.runIf(isPossible)('a real API server with the settings of k3s/', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer();
    expect((await server.kubectl(['apply', '--server-side', '--filename', tool(CRDS)])).code).toBe(0);
    await server.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  });
  afterAll(async () => await server?.stop());

  const ask = async (helm: Helm, args: readonly string[]) =>
    await run(tool(helm), args, { KUBECONFIG: server.kubeconfig });

  describe.each(helms)('%s', (helm) => {
    it.each(chartNames)('installs and upgrades %s', async (chart) => {
      const release = chart === 'authorworks' ? 'authorworks-blue' : chart;
      const namespace = ['--namespace', `${helm}-${namespaceOf(chart)}`];
      // hooks are Jobs, and nobody is here to run one
      const how = ['--no-hooks', ...settingsOf(chart, helm)];
      const install = ['install', release, join(root, 'charts', chart), '--create-namespace', ...namespace, ...how];
      expect(await ask(helm, install)).toMatchObject({ code: 0 });
      expect((await ask(helm, ['status', release, ...namespace])).said).toMatch(/STATUS: deployed/);
      const upgrade = ['upgrade', release, join(root, 'charts', chart), ...namespace, ...how];
      expect(await ask(helm, upgrade)).toMatchObject({ code: 0 });
    });
  });
});
