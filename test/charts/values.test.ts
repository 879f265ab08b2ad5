import { describe, expect, it } from 'vitest';
import { type ChartName, helms, missing, template } from './tools.ts';

/** A wrong values file, and what the refusal has to name. */
type Wrong = readonly [what: string, chart: ChartName, values: string, named: RegExp];

const wrong: readonly Wrong[] = [
  ['a misspelt key at the top', 'authorworks', 'servces: {}', /servces/],
  ['a misspelt service', 'authorworks', 'services: { contents: { replicas: 1 } }', /services.*contents/s],
  ['a misspelt key of a service', 'authorworks', 'services: { content: { replcas: 1 } }', /services.content.*replcas/s],
  [
    'more replicas than the table allows',
    'authorworks',
    'services: { gateway: { replicas: 9 } }',
    /services.gateway.replicas/,
  ],
  ['replicas as a text', 'authorworks', 'services: { gateway: { replicas: "two" } }', /services.gateway.replicas/],
  ['half a replica', 'authorworks', 'services: { gateway: { replicas: 1.5 } }', /services.gateway.replicas/],
  ['a third colour', 'authorworks', 'colour: red', /colour/],
  ['an address without http', 'authorworks', 'house: { publicUrl: books.example }', /house.publicUrl/],
  ['an address with a path', 'authorworks', 'house: { publicUrl: "https://books.example/shelf" }', /house.publicUrl/],
  ['a log level that does not exist', 'authorworks', 'house: { logLevel: loud }', /house.logLevel/],
  ['a value set to null', 'authorworks', 'house: { logLevel: null }', /house.*logLevel/s],
  [
    'memory with a unit',
    'authorworks',
    'services: { editor: { memory: { limitMiB: 2Gi } } }',
    /services.editor.memory.limitMiB/,
  ],
  [
    'a request above its limit',
    'authorworks',
    'services: { editor: { memory: { requestMiB: 4096 } } }',
    /services\.editor\.memory\.requestMiB is more than services\.editor\.memory\.limitMiB/,
  ],
  [
    'a setting that the chart makes',
    'authorworks',
    'services: { user: { settings: { PORT: "80" } } }',
    /services.user.settings/,
  ],
  [
    'a secret among the settings',
    'authorworks',
    'services: { user: { settings: { SERVICE_KEY: "x" } } }',
    /services.user.settings/,
  ],
  [
    'a setting in small letters',
    'authorworks',
    'services: { user: { settings: { signUp: closed } } }',
    /services.user.settings/,
  ],
  [
    'a setting that is no text',
    'authorworks',
    'services: { user: { settings: { SIGN_UP: true } } }',
    /services.user.settings.SIGN_UP/,
  ],
  ['mail through no port', 'authorworks', 'mail: { ports: [] }', /mail.ports/],
  ['mail through a port that does not exist', 'authorworks', 'mail: { ports: [70000] }', /mail.ports/],
  ['mail by pigeon', 'authorworks', 'mail: { kind: pigeon }', /mail.kind/],
  ['the name of a Secret in capitals', 'authorworks', 'existingSecret: My_Secret', /existingSecret/],
  ['a secret in the values', 'authorworks', 'serviceKey: 0123456789abcdef0123456789abcdef', /serviceKey/],
  [
    'the version latest',
    'authorworks',
    'services: { web: { image: { tag: latest } } }',
    /services\.web\.image\.tag must not be latest/,
  ],
  [
    'half a digest',
    'authorworks',
    'services: { web: { image: { digest: "sha256:abc" } } }',
    /services.web.image.digest/,
  ],
  ['a registry with a scheme', 'authorworks', 'images: { registry: "https://registry.home" }', /images.registry/],
  ['a pull secret as a name', 'authorworks', 'images: { pullSecrets: [registry] }', /images.pullSecrets/],
  [
    'a node selector that is a list',
    'authorworks',
    'services: { web: { nodeSelector: [a] } }',
    /services.web.nodeSelector/,
  ],
  ['no network where one is due', 'authorworks-watch', 'network: { home: ["everything"] }', /network.home/],
  ['a size without a number', 'authorworks-data', 'postgres: { size: big }', /postgres.size/],
  ['a size as a number', 'authorworks-data', 'postgres: { size: 50 }', /postgres.size/],
  ['a name of a database with a blank', 'authorworks-data', 'postgres: { database: "my house" }', /postgres.database/],
  ['a password in the values', 'authorworks-data', 'postgres: { password: secret }', /postgres.*password/s],
  ['too few connections', 'authorworks-data', 'postgres: { maxConnections: 3 }', /postgres.maxConnections/],
  ['a schedule in words', 'authorworks-data', 'dump: { schedule: every hour }', /dump.schedule/],
  ['no dump kept', 'authorworks-data', 'dump: { keep: 0 }', /dump.keep/],
  ['a switch that is a text', 'authorworks-data', 'minio: { enabled: "yes" }', /minio.enabled/],
  [
    'a class of storage from which nothing can be read back',
    'authorworks-data',
    'offsite: { storageClass: DEEP_ARCHIVE }',
    /offsite.storageClass/,
  ],
  ['a storage class with a blank', 'authorworks-data', 'storage: { className: "my drive" }', /storage.className/],
  ['a weight above 100', 'authorworks-edge', 'weights: { blue: 101 }', /weights.blue/],
  [
    'no weight at all',
    'authorworks-edge',
    'weights: { blue: 0, green: 0 }',
    /weights\.blue and weights\.green are both 0/,
  ],
  ['a live house without weight', 'authorworks-edge', 'live: green', /live is green, but weights\.green is 0/],
  ['a host with a scheme', 'authorworks-edge', 'hosts: { house: "https://books.example" }', /hosts.house/],
  ['a host that breaks out of its rule', 'authorworks-edge', 'hosts: { house: "a`) || Host(`b" }', /hosts.house/],
  ['an entry point that k3s does not have', 'authorworks-edge', 'tls: { entryPoint: https }', /tls.entryPoint/],
  ['a network that is none', 'authorworks-edge', 'preview: { networks: [home] }', /preview.networks/],
  ['a model with a blank', 'authorworks-ai', 'ollama: { models: ["llama; rm -rf /"] }', /ollama.models/],
  ['a model that is not in a list', 'authorworks-ai', 'ollama: { models: llama3.2 }', /ollama.models/],
  ['a time without a unit', 'authorworks-ai', 'ollama: { keepAlive: 10 minutes }', /ollama.keepAlive/],
  [
    'an address without a port',
    'authorworks-watch',
    'alertmanager: { smtpAddress: mail.books.example }',
    /alertmanager.smtpAddress/,
  ],
  ['a folder that is not absolute', 'authorworks-watch', 'syncthing: { path: sync }', /syncthing.path/],
  ['figures kept for ever', 'authorworks-watch', 'prometheus: { retention: forever }', /prometheus.retention/],
  ['Prometheus twice', 'authorworks-watch', 'prometheus: { replicas: 2 }', /prometheus.*replicas/s],
];

/** Helm 3 names keys as a.b.c, Helm 4 as /a/b/c. */
const flat = (text: string): string => text.replaceAll('/', '.');

describe.skipIf(missing(...helms))('a wrong values file', () => {
  it.each(wrong)('with %s is refused by name (%s)', async (_, chart, values, named) => {
    for (const helm of helms) {
      const { code, output, errors } = await template(chart, { helm, values });
      expect(code, helm).not.toBe(0);
      expect(output, helm).toBe('');
      expect(flat(errors), helm).toMatch(named);
    }
  });
});

describe.skipIf(missing('helm4'))('a values file', () => {
  it('may leave everything as it is', async () => {
    expect((await template('authorworks', { values: '{}' })).code).toBe(0);
  });

  it('with texts that look like other things keeps them as texts', async () => {
    const values =
      'services: { user: { settings: { A: "on", B: "1.10", C: "012", D: "a: b", E: "{{ .Values }}", F: "x\\ny" } } }';
    const { output } = await template('authorworks', { values });
    for (const line of ['A: "on"', 'B: "1.10"', 'C: "012"', "D: 'a: b'", 'E: "{{ .Values }}"'])
      expect(output.replaceAll("'{{ .Values }}'", '"{{ .Values }}"')).toContain(line);
    expect(output).toMatch(/F: \|-\n +x\n +y/);
  });

  it('with a large number is not rendered with an exponent', async () => {
    const { output } = await template('authorworks', {
      values: 'services: { content: { memory: { limitMiB: 16777216 } } }',
    });
    expect(output).toContain('memory: "16777216Mi"');
    expect(output).not.toMatch(/e\+0/);
  });
});
