import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { exceptions, judge } from './exceptions.ts';
import { podsOf } from './pods.ts';
import { makeSchemas } from './schemas.ts';
import {
  chartNames,
  chartsFolder,
  exampleFile,
  examples,
  filesOf,
  helms,
  type KubeObject,
  missing,
  parse,
  render,
  renderEverything,
  root,
  run,
  template,
} from './tools.ts';

describe('charts/', () => {
  it('is what cdk8s/ writes', async () => {
    const check = promisify(execFile)(process.execPath, [join(root, 'cdk8s/src/write-charts.ts'), '--check'], {
      cwd: root,
    });
    await expect(check).resolves.toBeDefined();
  });

  it.each(chartNames)('%s has all parts of a chart', (chart) => {
    const files = filesOf(chart);
    for (const part of [
      'Chart.yaml',
      'README.md',
      'values.yaml',
      'values.schema.json',
      'templates/NOTES.txt',
      'templates/_helpers.tpl',
    ])
      expect(files, part).toContain(part);
  });

  it.each(chartNames)('%s has a `helm test`, which its notes or its README name', async (chart) => {
    const tests = (await render(chart)).filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'test');
    expect(tests.map(({ kind }) => kind).toSorted()).toEqual(['Job', 'NetworkPolicy', 'ServiceAccount']);
    const texts = ['README.md', 'templates/NOTES.txt'].map((file) =>
      readFileSync(join(chartsFolder, chart, file), 'utf8'),
    );
    expect(texts.join('\n')).toContain('helm test');
  });

  it.each(chartNames)('%s holds no Secret', async (chart) => {
    const templates = filesOf(chart).filter((file) => file.startsWith('templates/') && file.endsWith('.yaml'));
    for (const file of templates)
      expect(readFileSync(join(chartsFolder, chart, file), 'utf8')).not.toMatch(/^kind: Secret$/m);
  });
});

const byName = (objects: readonly KubeObject[]): Record<string, KubeObject> =>
  Object.fromEntries(
    objects.map((object) => [`${object.kind}/${object.metadata.namespace}/${object.metadata.name}`, object]),
  );

describe.skipIf(missing(...helms))('each chart, by Helm 3 and by Helm 4', () => {
  it.each(chartNames.flatMap((chart) => helms.map((helm) => [chart, helm] as const)))(
    '%s passes lint of %s',
    async (chart, helm) => {
      const { code, output, errors } = await run(helm, [
        'lint',
        '--strict',
        join(chartsFolder, chart),
        '--kube-version',
        '1.34.4',
      ]);
      expect(output + errors).not.toMatch(/\[(WARNING|ERROR)\]/);
      expect(code).toBe(0);
    },
  );

  it.each(chartNames)('%s renders the same objects', async (chart) => {
    const [three, four] = await Promise.all(helms.map(async (helm) => byName(await render(chart, { helm }))));
    expect(Object.keys(four ?? {}).length).toBeGreaterThan(3);
    expect(three).toEqual(four);
  });

  it.each(chartNames)('%s renders the same twice: nothing is made up', async (chart) => {
    const [first, second] = [await template(chart), await template(chart)];
    expect(second.output).toBe(first.output);
  });

  it('names every object once', async () => {
    const objects = await renderEverything();
    const names = objects.map((object) => `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('names every variable once', async () => {
    for (const object of await renderEverything()) {
      const spec = object['spec']?.jobTemplate?.spec?.template?.spec ?? object['spec']?.template?.spec;
      for (const container of spec?.containers ?? []) {
        const names = (container.env ?? []).map(({ name }: { name: string }) => name);
        expect(new Set(names).size, `${object.metadata.name}: ${names}`).toBe(names.length);
      }
    }
  });
});

describe.skipIf(missing('helm4', 'kubeconform', 'kubernetes.json', 'traefik-crds.yaml'))('every object', () => {
  let location = '';
  beforeAll(() => {
    location = makeSchemas();
  });
  const conforms = async (yaml: string) =>
    await run('kubeconform', ['-strict', '-summary', '-output', 'json', '-schema-location', location, '-'], yaml);

  it('is what Kubernetes and Traefik know, to the last key', async () => {
    const objects = await renderEverything();
    const { code, output } = await conforms(objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    const { resources, summary } = JSON.parse(output) as {
      resources: { name: string; msg: string }[];
      summary: { valid: number; skipped: number };
    };
    expect(resources.map(({ name, msg }) => `${name}: ${msg}`)).toEqual([]);
    expect(summary).toMatchObject({ valid: objects.length, skipped: 0 });
    expect(code).toBe(0);
  });

  it.each([
    ['a misspelt key', 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { clusterIp: None }'],
    [
      'a misspelt key of Traefik',
      'apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: { name: a }\nspec: { compres: {} }',
    ],
    ['an unknown kind', 'apiVersion: v1\nkind: Servise\nmetadata: { name: a }'],
  ])('would be refused with %s', async (_, yaml) => {
    expect((await conforms(yaml)).code).not.toBe(0);
  });
});

interface Score {
  readonly object_name: string;
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
  }[];
}

const CRITICAL = 1;

describe.skipIf(missing('helm4', 'kube-score'))('kube-score', () => {
  it('finds nothing critical, but for the exceptions with a reason; and none of these is stale', async () => {
    const objects = await renderEverything();
    const { output } = await run(
      'kube-score',
      ['score', '--kubernetes-version', 'v1.34', '--output-format', 'json', '-'],
      objects.map((object) => JSON.stringify(object)).join('\n---\n'),
    );
    const scores = JSON.parse(output) as Score[];
    const pods = podsOf(objects);
    const named = (owner: string) => pods.find((pod) => pod.owner === owner)?.workload ?? owner;
    const critical = scores.flatMap(({ type_meta, object_meta, checks }) =>
      checks
        .filter(({ grade, skipped }) => grade === CRITICAL && !skipped)
        .map(({ check }) => ({
          rule: `kube-score: ${check.id}`,
          workload: named(`${type_meta.kind}/${object_meta.name}`),
        })),
    );
    const list = exceptions.filter(({ rule }) => rule.startsWith('kube-score: '));
    const workloads = [...new Set(pods.map(({ workload }) => workload))];
    expect(judge(critical, workloads, list)).toEqual([]);
  });
});

describe.skipIf(missing('helm4'))('the example installation', () => {
  const cases = examples.flatMap((example) =>
    chartNames.flatMap((chart) => {
      const file = exampleFile(chart, example);
      return file === undefined ? [] : [[example, chart, file] as const];
    }),
  );

  it.each(cases)('%s of %s is rendered as it was seen and found good', async (example, chart, file) => {
    const { code, output, errors } = await template(chart, { files: [file] });
    expect(errors.split('\n').filter((line) => /error|warn/i.test(line))).toEqual([]);
    expect(code).toBe(0);
    expect(parse(output).length).toBeGreaterThan(3);
    await expect(output).toMatchFileSnapshot(`golden/${example}/${chart}.yaml`);
  });
});
