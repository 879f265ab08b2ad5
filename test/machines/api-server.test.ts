import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, startApiServer } from './api-server.ts';
import { labProgram, lacks } from './checkers.ts';
import { newFolder, root, run, script, version, write } from './machine.ts';

const settings = join(root, 'k3s');

describe.skipIf(lacks(labProgram('kine'), labProgram('kube-apiserver'), labProgram('kubectl')))(
  'a real API server with the settings of k3s/',
  () => {
    let server: ApiServer;
    beforeAll(async () => {
      server = await startApiServer();
      for (const namespace of ['authorworks', 'kube-system']) await server.kubectl(['create', 'namespace', namespace]);
      // a controller does this elsewhere
      for (const namespace of ['authorworks', 'kube-system'])
        await server.kubectl(['create', 'serviceaccount', 'default', '--namespace', namespace]);
    });
    afterAll(async () => await server?.stop());

    const pod = (name: string, spec: object): string =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
    const RESTRICTED = {
      securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'one',
          image: 'docker.io/library/busybox:1.36.1',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    };
    const create = async (namespace: string, object: string) =>
      await server.kubectl(['create', '--namespace', namespace, '--filename', '-'], object);

    it('refuses a pod that is not restricted, in a namespace that says nothing about it', async () => {
      const plain = { containers: [{ name: 'one', image: 'docker.io/library/busybox:1.36.1' }] };
      const { code, said } = await create('authorworks', pod('plain', plain));
      expect(code).not.toBe(0);
      expect(said).toContain('violates PodSecurity "restricted:v1.34"');
      const reading = { ...RESTRICTED, volumes: [{ name: 'host', hostPath: { path: '/' } }] };
      expect((await create('authorworks', pod('reading', reading))).said).toContain('restricted volume types');
    });

    it('takes a restricted one there, and k3s’ own in kube-system', async () => {
      expect(await create('authorworks', pod('restricted', RESTRICTED))).toMatchObject({ code: 0 });
      const host = { hostNetwork: true, containers: [{ name: 'one', image: 'docker.io/library/busybox:1.36.1' }] };
      expect(await create('kube-system', pod('traefik', host))).toMatchObject({ code: 0 });
    });

    it('writes down who made a Secret, and nothing of what is in it', async () => {
      await server.kubectl([
        'create',
        'secret',
        'generic',
        'one',
        '--namespace',
        'authorworks',
        '--from-literal=word=canary-4711',
      ]);
      const lines = server.audited();
      const made = lines.filter(
        ({ verb, objectRef }) =>
          verb === 'create' && (objectRef as { resource?: string } | undefined)?.resource === 'secrets',
      );
      expect(made).toMatchObject([{ level: 'Metadata', user: { username: 'admin' }, objectRef: { name: 'one' } }]);
      const text = JSON.stringify(lines);
      expect(text).not.toContain('canary-4711');
      expect(text).not.toContain(Buffer.from('canary-4711').toString('base64'));
    });

    it('writes down a change of rights with all that was asked, once', async () => {
      await server.kubectl([
        'create',
        'clusterrolebinding',
        'everything',
        '--clusterrole=cluster-admin',
        '--user=somebody',
      ]);
      const changes = server
        .audited()
        .filter(({ objectRef }) => (objectRef as { name?: string } | undefined)?.name === 'everything');
      expect(changes).toHaveLength(1);
      expect(changes[0]).toMatchObject({ level: 'Request', requestObject: { subjects: [{ name: 'somebody' }] } });
      await server.kubectl(['delete', 'clusterrolebinding', 'everything']);
    });

    it('writes down what people look at, and not what programs do all day', async () => {
      await server.kubectl(['get', 'pods', '--all-namespaces']);
      await server.kubectl(['get', '--raw', '/readyz']);
      const lines = server.audited().map(({ verb, requestURI, user }) => ({
        verb,
        requestURI: String(requestURI),
        name: (user as { username: string }).username,
      }));
      expect(lines.some(({ verb, requestURI }) => verb === 'list' && requestURI.startsWith('/api/v1/pods'))).toBe(true);
      expect(lines.filter(({ requestURI }) => /^\/(readyz|livez|healthz|version)/.test(requestURI))).toEqual([]);
      expect(
        lines.filter(
          ({ verb, name }) => ['list', 'watch', 'get'].includes(String(verb)) && name === 'system:apiserver',
        ),
      ).toEqual([]);
    });

    it('takes the class of volumes', async () => {
      const { code, said } = await server.kubectl([
        'apply',
        '--filename',
        join(settings, 'manifests/authorworks-storage.yaml'),
      ]);
      expect(said).toContain('storageclass.storage.k8s.io/external-drive created');
      expect(code).toBe(0);
    });

    describe('scripts/upgrade-k3s', () => {
      const path = (): string => `${dirname(labProgram('kubectl'))}:${process.env['PATH'] ?? ''}`;
      const upgrade = async (...args: string[]) =>
        await script('upgrade-k3s', args, { KUBECONFIG: server.kubeconfig, PATH: path() });
      const node = async (name: string, kubeletVersion: string): Promise<void> => {
        await server.kubectl(
          ['create', '--filename', '-'],
          JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name } }),
        );
        const { code, said } = await server.kubectl([
          'patch',
          `node/${name}`,
          '--subresource=status',
          '--type=merge',
          `--patch=${JSON.stringify({ status: { nodeInfo: { kubeletVersion, architecture: '', bootID: '', containerRuntimeVersion: '', kernelVersion: '', kubeProxyVersion: '', machineID: '', operatingSystem: '', osImage: '', systemUUID: '' } } })}`,
        ]);
        if (code !== 0) throw new Error(said);
      };
      const plans = async (): Promise<string> =>
        (await server.kubectl(['get', 'plans', '--namespace', 'system-upgrade', '--output', 'name'])).output;

      it('skips no minor version: it names the node, and makes no plan', async () => {
        await node('home', 'v1.33.5+k3s1');
        await node('pi-01', 'v1.32.9+k3s1');
        const { code, said } = await upgrade();
        expect(code).toBe(1);
        expect(said).toContain(
          `error: pi-01: k3s v1.32.9+k3s1 is installed: ${version} would skip a minor version. Upgrade to v1.33 first`,
        );
        expect(await plans()).toBe('');
        await server.kubectl(['delete', 'node', 'pi-01']);
      });

      it('shows with --dry-run who would be upgraded', async () => {
        await node('pi-02', version);
        const { code, said } = await upgrade('--dry-run');
        expect(code).toBe(0);
        expect(said).toBe(`home: v1.33.5+k3s1 → ${version}\n1 nodes would be upgraded\n`);
        expect(await plans()).toBe('');
      });

      it('makes the plans, and makes them again without harm', async () => {
        for (const _ of ['first', 'again']) {
          const { code, said } = await upgrade();
          expect(said).toContain('the plans are made');
          expect(code).toBe(0);
          expect(await plans()).toBe('plan.upgrade.cattle.io/pis\nplan.upgrade.cattle.io/server\n');
        }
        const { output } = await server.kubectl([
          'get',
          'namespace/system-upgrade',
          '--output',
          'jsonpath={.metadata.labels}',
        ]);
        expect(output).toContain('"pod-security.kubernetes.io/enforce":"privileged"');
      });

      it('refuses a plan with a slip of the pen', async () => {
        const text = readFileSync(join(settings, 'upgrade/plans.yaml'), 'utf8');
        const { said } = await server.kubectl(
          ['apply', '--dry-run=server', '--filename', '-'],
          text.replaceAll(version, 'v1.34'),
        );
        expect(said).toContain('spec.version: Invalid value: "v1.34"');
        expect(
          (
            await server.kubectl(
              ['apply', '--validate=strict', '--dry-run=server', '--filename', '-'],
              text.replace('concurrency', 'concurency'),
            )
          ).said,
        ).toContain('unknown field "spec.concurency"');
      });

      it('has nothing to do where all are there', async () => {
        await server.kubectl(['delete', 'node', 'home']);
        expect(await upgrade()).toEqual({ code: 0, output: '', said: `every node is ${version}: nothing to do\n` });
      });
    });
  },
);

describe.skipIf(lacks(labProgram('kubelet')))('a real kubelet', () => {
  it.each(['server', 'agent'])('takes the settings of the %s', async (which) => {
    const start = async (text: string) => {
      const folder = newFolder();
      write(folder, 'settings/50-authorworks.conf', text);
      // ends by itself, after it has read its settings: there is no such kubeconfig
      const ran = await run(labProgram('kubelet'), [
        `--config-dir=${join(folder, 'settings')}`,
        `--root-dir=${folder}`,
        `--kubeconfig=${folder}/none`,
        '--container-runtime-endpoint=unix:///none.sock',
      ]);
      rmSync(folder, { recursive: true, force: true });
      return ran;
    };
    const text = readFileSync(join(settings, which, 'kubelet.conf'), 'utf8');
    const { said } = await start(text);
    expect(said).toContain('invalid kubeconfig');
    expect(said).not.toMatch(/failed to (load|parse|merge) .*config|validate/);
    // it would say so
    expect(
      (
        await start(
          text.replace('maxPods: 20', 'maxPods: many').replace('imageMaximumGCAge: 672h', 'imageMaximumGCAge: -1h'),
        )
      ).said,
    ).not.toContain('invalid kubeconfig');
  });
});
