import { App } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import { describe, expect, it } from 'vitest';
import { HelmChart, manifest, unless, ValueError, whenItems, whenKeys } from '../src/packaging/index.ts';

const chartOf = (): HelmChart =>
  new HelmChart(new App(), 'toy', {
    description: 'A toy',
    version: '1.2.3',
    appVersion: '4.5.6',
    readme: 'A toy.',
    notes: () => 'Installed.',
  });

const CONFIG = { apiVersion: 'v1', kind: 'ConfigMap' };

/** What a ConfigMap with this data becomes. */
const written = (data: (chart: HelmChart) => Record<string, unknown>): string => {
  const chart = chartOf();
  manifest<k8s.KubeConfigMapProps>(chart, 'one', CONFIG, {
    metadata: { name: 'one' },
    data: data(chart) as Record<string, string>,
  });
  const template = chart.write().get('templates/one.yaml') ?? '';
  return template.slice(template.indexOf('\ndata:') + 1);
};

const file = (chart: HelmChart, path: string): string => chart.write().get(path) ?? '';
const schemaOf = (chart: HelmChart) => JSON.parse(file(chart, 'values.schema.json')) as Record<string, never>;

describe('a value in a manifest', () => {
  it('is quoted when it is a text, and bare when it is a number or a truth', () => {
    const text = written(({ values }) => ({
      a: values.string('a.text', { doc: 'A', default: 'x' }),
      b: values.integer('b', { doc: 'B', default: 1 }),
      c: values.boolean('c', { doc: 'C', default: true }),
    }));
    expect(text).toContain('a: {{ .Values.a.text | quote }}');
    expect(text).toContain('b: {{ int64 .Values.b }}');
    expect(text).toContain('c: {{ .Values.c }}');
  });

  it('can be part of a longer text; a large number in it is not written with an exponent', () => {
    const text = written(({ values }) => ({
      url: `http://${values.string('host', { doc: 'H', default: 'x' })}:${values.integer('port', { doc: 'P', default: 80 })}/100%`,
    }));
    expect(text).toContain('url: {{ printf "http://%v:%d/100%%" .Values.host (int64 .Values.port) | quote }}');
  });

  it('as items that are calculated is written at its own column; there is always one', () => {
    const chart = chartOf();
    const { values } = chart;
    const [ports] = values.list<number>('ports', { doc: 'P', default: [1], items: { type: 'integer' }, min: 1 });
    const items = values.calculate('items', (ref) => `fromYamlArray (include "authorworks.ports" ${ref(ports)})`);
    manifest<k8s.KubePodProps>(
      chart,
      'pod',
      { apiVersion: 'v1', kind: 'Pod' },
      { metadata: { name: 'pod' }, spec: { containers: [{ name: 'a', ports: [items] }] } as never },
    );
    expect(file(chart, 'templates/pod.yaml')).toContain(
      [
        '      ports:',
        '        {{- toYaml (fromYamlArray (include "authorworks.ports" .Values.ports)) | nindent 8 }}',
      ].join('\n'),
    );
    expect(schemaOf(chart)).toMatchObject({ properties: { ports: { type: 'array', minItems: 1 } } });
  });

  it('as a map or a list is written at its own column, and leaves nothing behind when it is empty', () => {
    const chart = chartOf();
    const { values } = chart;
    const tolerations = values.list<k8s.Toleration>('tolerations', {
      doc: 'T',
      default: [],
      items: { type: 'object' },
    });
    manifest<k8s.KubePodProps>(
      chart,
      'pod',
      { apiVersion: 'v1', kind: 'Pod' },
      {
        metadata: { name: 'pod' },
        spec: {
          containers: [],
          nodeSelector: values.map('nodeSelector', { doc: 'N', default: {} }),
          tolerations: [{ key: 'always' }, ...tolerations] as never,
        },
      },
    );
    expect(file(chart, 'templates/pod.yaml')).toContain(
      [
        '  {{- if .Values.nodeSelector }}',
        '  nodeSelector:',
        '    {{- with .Values.nodeSelector }}',
        '    {{- toYaml . | nindent 4 }}',
        '    {{- end }}',
        '  {{- end }}',
        '  tolerations:',
        '    - key: always',
        '    {{- with .Values.tolerations }}',
        '    {{- toYaml . | nindent 4 }}',
        '    {{- end }}',
      ].join('\n'),
    );
  });

  it('as a map cannot be put where a text is due', () => {
    expect(() => written(({ values }) => ({ a: Object.keys(values.map('m', { doc: 'M', default: {} }))[0] }))).toThrow(
      ValueError,
    );
  });

  it('cannot be a key', () => {
    expect(() => written(({ values }) => ({ [`x-${values.string('k', { doc: 'K', default: 'k' })}`]: 'y' }))).toThrow(
      /cannot be \(part of\) the key/,
    );
  });

  it('of another chart is refused', () => {
    const stranger = chartOf().values.string('a', { doc: 'A', default: 'x' });
    expect(() => written(() => ({ a: stranger }))).toThrow(/made by another chart/);
  });
});

describe('a plain text in a manifest', () => {
  it.each([
    '1.10',
    'on',
    'yes',
    'No',
    '012',
    '1e3',
    '0x1F',
    'null',
    '~',
    '',
    'true',
    '2026-01-01',
    '1:30',
    '- a',
    '# a',
    'a: b',
  ])('stays the text %j', (text) => {
    const line = written(() => ({ a: text })).split('\n')[1] ?? '';
    expect(line).toMatch(/^ {2}a: (".*"|'.*')$/);
    expect(line.slice(6, -1)).toBe(text);
  });

  it('with braces is no template', () => {
    expect(written(() => ({ a: 'rate {{ $labels.pod }}' }))).toContain('a: rate {{ "{{" }} $labels.pod }}');
  });

  it('with several lines stays one text', () => {
    expect(written(() => ({ a: 'one\ntwo' }))).toContain('a: "one\\ntwo"');
  });
});

describe('a file of the chart', () => {
  it('is shipped as it is, braces and all', () => {
    const chart = chartOf();
    const text = 'expr: up\nsummary: "{{ $labels.instance }} is down"\n';
    manifest<k8s.KubeConfigMapProps>(chart, 'one', CONFIG, {
      metadata: { name: 'one' },
      data: { 'rules.yaml': chart.file('rules.yaml', text) },
    });
    expect(file(chart, 'files/rules.yaml')).toBe(text);
    expect(file(chart, 'templates/one.yaml')).toContain(
      '  rules.yaml: |\n    {{- .Files.Get "files/rules.yaml" | nindent 4 }}',
    );
  });

  it('that begins with a space would lose it, and is refused', () => {
    expect(() => chartOf().file('a.txt', '  a')).toThrow(/begins with a space/);
  });

  it('cannot be two texts', () => {
    const chart = chartOf();
    chart.file('a.txt', 'a');
    expect(() => chart.file('a.txt', 'b')).toThrow(/twice/);
  });
});

describe('a condition', () => {
  it('holds whole objects, also when conditions are in each other', () => {
    const chart = chartOf();
    const outer = chart.values.boolean('outer.enabled', { doc: 'O', default: true });
    const inner = chart.values.boolean('inner.enabled', { doc: 'I', default: true });
    chart.when(outer, () => {
      chart.when(
        inner,
        () => void manifest<k8s.KubeConfigMapProps>(chart, 'one', CONFIG, { metadata: { name: 'one' } }),
      );
    });
    expect(file(chart, 'templates/one.yaml')).toMatch(
      /\{\{- if and \.Values\.outer\.enabled \.Values\.inner\.enabled \}\}\n---\n[\s\S]*\{\{- end \}\}\n$/,
    );
  });

  it('holds entries of a map and items of a list; a map of nothing else goes with them', () => {
    const chart = chartOf();
    const on = chart.values.boolean('on', { doc: 'O', default: true });
    manifest<k8s.KubePodProps>(
      chart,
      'pod',
      { apiVersion: 'v1', kind: 'Pod' },
      {
        metadata: { name: 'pod', labels: { ...whenKeys(chart, on, { a: 'b' }) } },
        spec: { containers: [{ name: 'always' }, ...whenItems(chart, unless(chart, on), [{ name: 'else' }])] },
      },
    );
    const text = file(chart, 'templates/pod.yaml');
    expect(text).toContain(
      '  {{- if .Values.on }}\n  labels:\n    {{- if .Values.on }}\n    a: b\n    {{- end }}\n  {{- end }}',
    );
    expect(text).toContain('    - name: always\n    {{- if not .Values.on }}\n    - name: else\n    {{- end }}');
  });

  it('between values is a rule with a sentence', () => {
    const chart = chartOf();
    const [low, high] = ['low', 'high'].map((path) => chart.values.integer(path, { doc: path, default: 1 }));
    chart.refuse('low is more than high', (ref) => `gt ${ref(low)} ${ref(high)}`);
    expect(file(chart, 'templates/rules.yaml')).toContain(
      '{{- if gt (int64 .Values.low) (int64 .Values.high) }}\n{{- fail "low is more than high" }}\n{{- end }}',
    );
  });
});

describe('what is collected', () => {
  const described = (): HelmChart => {
    const chart = chartOf();
    const { values } = chart;
    values.string('mail.kind', { doc: 'How mail leaves', default: 'outbox', enum: ['outbox', 'smtp'] });
    values.integer('pods', { doc: 'Pods', default: 2, min: 1, max: 4 });
    values.quantity('size', { doc: 'Size', default: '10Gi' });
    values.map('settings', { doc: 'Settings', default: {}, keys: '^[A-Z]+$', reserved: ['PORT'] });
    return chart;
  };

  it('is a values file with comments', () => {
    expect(
      file(described(), 'values.yaml'),
    ).toBe(`# Values of the chart toy. Written by cdk8s/: change it there. What is not listed here is refused.

mail:
  # How mail leaves (outbox | smtp)
  kind: outbox

# Pods (integer from 1 to 4)
pods: 2

# Size
size: 10Gi

# Settings
settings: {}
`);
  });

  it('is a schema that refuses what it does not know, and what was set to null', () => {
    const schema = schemaOf(described());
    expect(schema).toMatchObject({
      additionalProperties: false,
      required: ['mail', 'pods', 'size', 'settings'],
      properties: {
        global: { type: 'object' },
        mail: { additionalProperties: false, required: ['kind'], properties: { kind: { enum: ['outbox', 'smtp'] } } },
        pods: { type: 'integer', minimum: 1, maximum: 4 },
        size: { pattern: expect.stringContaining('Gi') as string },
        settings: {
          patternProperties: { '^[A-Z]+$': { type: 'string' } },
          properties: { PORT: false },
          additionalProperties: false,
        },
      },
    });
  });

  it('is a table for the README', () => {
    expect(file(described(), 'README.md')).toContain('| `mail.kind` | How mail leaves | outbox \\| smtp | `outbox` |');
  });

  it('may be declared in several places, if it is the same', () => {
    const { values } = chartOf();
    const declare = (fallback: string) => values.string('a', { doc: 'A', default: fallback });
    expect(declare('x')).toBe(declare('x'));
    expect(() => declare('y')).toThrow(/declared twice/);
    expect(() => values.string('a.b', { doc: 'B', default: 'x' })).toThrow(/one holds the other/);
    expect(() => values.string('Not a path', { doc: 'B', default: 'x' })).toThrow(/no path/);
    expect(() => values.string('c', { doc: 'C', default: 'x', pattern: '^y$' })).toThrow(/does not match/);
  });
});

describe('an object', () => {
  it('keeps keys that the library spells otherwise, and those that it does not know', () => {
    const chart = chartOf();
    manifest<k8s.KubeServiceProps & { later: string }>(
      chart,
      'service',
      { apiVersion: 'v1', kind: 'Service' },
      {
        metadata: { name: 'service' },
        spec: { clusterIp: 'None' },
        later: 'kept',
      },
    );
    const text = file(chart, 'templates/service.yaml');
    expect(text).toContain('clusterIP: None');
    expect(text).toContain('later: kept');
  });

  it('keeps what is empty: an empty selector chooses everything, none chooses nothing', () => {
    const chart = chartOf();
    manifest<k8s.KubeNetworkPolicyProps>(
      chart,
      'policy',
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
      {
        metadata: { name: 'policy' },
        spec: { podSelector: {}, ingress: [] },
      },
    );
    expect(file(chart, 'templates/policy.yaml')).toContain('spec:\n  ingress: []\n  podSelector: {}');
  });
});
