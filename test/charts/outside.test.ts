import { builtServiceNames, services } from '@authorworks/contracts';
import { describe, expect, it } from 'vitest';
import { connects } from './network.ts';
import { nameOf, podsOf } from './pods.ts';
import { type ChartName, missing, render } from './tools.ts';

const WORLD = '93.184.216.34';
const HOME = '192.168.1.20';

/** Everybody who leaves a chart with these values, where to. */
const leaving = async (chart: ChartName, set: readonly string[], ports: readonly number[]): Promise<string[]> => {
  const objects = await render(chart, { set });
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  return [
    ...new Set(
      podsOf(objects).flatMap((pod) =>
        ports.flatMap((port) => [
          ...(connects(policies, pod, { address: WORLD }, port) ? [`${nameOf(pod)} → world:${port}`] : []),
          ...(connects(policies, pod, { address: HOME }, port) ? [`${nameOf(pod)} → home:${port}`] : []),
        ]),
      ),
    ),
  ].toSorted();
};
const bothPlaces = (names: readonly string[], port: number): string[] =>
  names.flatMap((name) => [`${name} → home:${port}`, `${name} → world:${port}`]).toSorted();

describe.skipIf(missing('helm4'))('where a value leads', () => {
  const blobs = builtServiceNames.filter((name) => services[name].needs.blobs);
  const minio = {
    namespace: 'authorworks-data',
    labels: { 'app.kubernetes.io/name': 'minio', 'app.kubernetes.io/part-of': 'authorworks' },
  };
  /** Who may leave for MinIO of the house; whether it lets them in is its own chart's affair. */
  const askMinio = async (chart: ChartName, set: readonly string[]): Promise<string[]> => {
    const objects = await render(chart, { set });
    const out = objects
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map((policy) => ({ ...policy, spec: { ...policy['spec'], policyTypes: ['Egress'] } }));
    return [
      ...new Set(
        podsOf(objects)
          .filter((pod) => connects(out, pod, minio, 9000))
          .map(nameOf),
      ),
    ].toSorted();
  };

  it.each([
    ['https://s3.eu-central-1.amazonaws.com', 443],
    ['http://nas.home', 80],
    ['http://192.168.1.20:9000', 9000],
    ['https://nas.home:8333', 8333],
    ['http://minio.elsewhere:9000', 9000],
  ])(
    'lets those who have files out to %s, in the world or at home, and no more to MinIO of the house',
    async (url, port) => {
      const set = [`files.url=${url}`];
      expect(await leaving('authorworks', set, [80, 443, 8333, 9000, 9001])).toEqual(bothPlaces(blobs, port));
      expect(await askMinio('authorworks', set)).toEqual([]);
    },
  );

  it.each(['', 'http://minio.authorworks-data:9000', 'http://minio.authorworks-data.svc.cluster.local:9000'])(
    'lets those who have files to MinIO of the house, and nowhere else, when files.url is "%s"',
    async (url) => {
      const set = [`files.url=${url}`];
      expect(await askMinio('authorworks', set)).toEqual(blobs);
      expect(await leaving('authorworks', set, [80, 443, 9000])).toEqual([]);
    },
  );

  it('lets copies be made of another S3, and to one at home or on another port', async () => {
    const other = ['mirror.url=https://nas.home:8333'];
    expect(await askMinio('authorworks-data', [])).toContain('files-mirror');
    expect(await askMinio('authorworks-data', other)).not.toContain('files-mirror');
    expect(await leaving('authorworks-data', [], [80, 443, 8333, 9000])).toEqual([]);
    expect(await leaving('authorworks-data', other, [80, 443, 8333, 9000])).toEqual(bothPlaces(['files-mirror'], 8333));
    for (const [repository, port] of [
      ['s3:https://s3.eu-central-1.amazonaws.com/a', 443],
      ['s3:http://nas.friend:9000/a/b', 9000],
    ] as const) {
      const set = ['offsite.enabled=true', `offsite.repository=${repository}`];
      expect(await leaving('authorworks-data', set, [80, 443, 9000])).toEqual(bothPlaces(['offsite'], port));
    }
  });

  it.each([
    ['http://collector.home:4318', 4318],
    ['http://collector.home/otlp', 80],
    ['https://key:secret@traces.example/otlp:9', 443],
    ['http://[fd00::1]:4318', 4318],
  ])('lets every service hand its traces to %s, in the world or at home', async (endpoint, port) => {
    const found = await leaving('authorworks', [`telemetry.endpoint=${endpoint}`], [9, 80, 443, 4317, 4318]);
    expect(found).toEqual(bothPlaces(builtServiceNames, port));
  });

  it('lets those who write mails to the ports of mail, in the world or at home, and only when mail leaves by SMTP', async () => {
    const mailers = builtServiceNames.filter((name) => services[name].needs.mail);
    const ports = [25, 465, 587, 2525];
    expect(await leaving('authorworks', [], ports)).toEqual([]);
    expect(await leaving('authorworks', ['mail.kind=smtp'], ports)).toEqual(
      [25, 465, 587].flatMap((port) => bothPlaces(mailers, port)).toSorted(),
    );
    expect(await leaving('authorworks', ['mail.kind=smtp', 'mail.ports={2525}'], ports)).toEqual(
      bothPlaces(mailers, 2525),
    );
  });

  it.each([
    ['submissions://mail.home:2465', 2465],
    ['submissions://mail.home', 465],
    ['submission://mail.home', 587],
    ['smtp://mail.home', 25],
  ])('lets Authelia to the mail server %s, in the world or at home', async (address, port) => {
    const set = ['authelia.enabled=true', `authelia.smtpAddress=${address}`];
    expect(await leaving('authorworks-edge', set, [25, 465, 587, 2465])).toEqual(bothPlaces(['authelia'], port));
  });

  it.each([
    ['https://auth.books.example', 443],
    ['http://nas.home:8080/realms/books', 8080],
  ])('lets only those who sign people in to the provider %s, in the world or at home', async (issuer, port) => {
    const ports = [80, 443, 8080];
    expect(await leaving('authorworks', [`oidc.issuer=${issuer}`], ports)).toEqual([]);
    const found = await leaving('authorworks', ['oidc.enabled=true', `oidc.issuer=${issuer}`], ports);
    expect(found).toEqual(bothPlaces(['user'], port));
  });

  it('lets Alertmanager to the mail server and the bridges that are named, in the world or at home, when it sends', async () => {
    const alerts = async (channels: string): Promise<string[]> => {
      const set = [
        'alertmanager.smtpAddress=mail.home:2525',
        'alertmanager.bridgePorts={8448}',
        `alertmanager.channels=${channels}`,
      ];
      const found = await leaving('authorworks-watch', set, [25, 443, 465, 587, 2525, 8448]);
      return found.filter((one) => one.startsWith('alertmanager '));
    };
    expect(await alerts('none')).toEqual([]);
    expect(await alerts('mail')).toEqual(bothPlaces(['alertmanager'], 2525));
    expect(await alerts('all')).toEqual(
      [...bothPlaces(['alertmanager'], 2525), ...bothPlaces(['alertmanager'], 8448)].toSorted(),
    );
  });
});
