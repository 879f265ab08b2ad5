import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as sendRequest, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../src/testing/index.ts';

interface Pod {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly code: Promise<number | null>;
}

describe('a pod', () => {
  const pods: Pod[] = [];
  afterEach(() => {
    for (const { child } of pods.splice(0)) child.kill('SIGKILL');
  });

  const start = (variables: Record<string, string>, main = './run-toy.ts'): Pod => {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [new URL(main, import.meta.url).pathname], {
      env: { PATH, HOST: '127.0.0.1', PORT: '0', ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    const code = once(child, 'exit').then(([status]) => status as number | null);
    const pod = { child, output: () => output, code };
    pods.push(pod);
    return pod;
  };
  const KEY = 'a key of the house that is long enough';
  const urlOf = async ({ output }: Pod): Promise<string> =>
    await eventually(() => {
      const port = /"port":(\d+)/.exec(output())?.[1];
      if (!port) throw new Error(output());
      return `http://127.0.0.1:${port}`;
    });

  it('ends with 78 and a table of all problems when its settings are wrong', async () => {
    const pod = start({ PORT: 'x', LOG_LEVEL: 'loud' });
    expect(await pod.code).toBe(78);
    expect(pod.output()).toMatch(/The settings of content are not complete:\n\s+PORT\s+must be an integer/);
    expect(pod.output()).toMatch(/LOG_LEVEL\s+must be one of/);
    expect(pod.output()).toMatch(/SERVICE_KEY\s+is missing/);
  });

  it('ends with 1 when it cannot start, and says why', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const pod = start({ SERVICE_KEY: KEY, PORT: String((taken.address() as AddressInfo).port) });
    expect(await pod.code).toBe(1);
    expect(pod.output()).toMatch(/content could not start: .*EADDRINUSE/);
    taken.close();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends as always when %s comes while it starts', async (signal) => {
    const pod = start({ SERVICE_KEY: KEY }, './run-slow-toy.ts');
    await eventually(() => expect(pod.output()).toContain('it starts'));
    pod.child.kill(signal);
    expect(await pod.code).toBe(0);
    expect(pod.output()).toContain('"msg":"closed"');
  });

  it('is not ready from SIGTERM on, finishes what is under way, takes nothing new, and ends with 0', async () => {
    const pod = start({ SERVICE_KEY: KEY, DRAIN_SECONDS: '30' });
    const url = await urlOf(pod);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const upload = sendRequest(`${url}/api/content/v1/upload`, {
      method: 'PUT',
      headers: { 'content-length': '2000' },
    });
    upload.write('x'.repeat(1000));
    await once(upload, 'socket');
    pod.child.kill('SIGTERM');
    // proxies learn that it goes, and what still arrives is answered
    await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(503));
    expect((await fetch(`${url}/api/content/v1/find?q=late`)).status).toBe(200);
    await eventually(async () => await expect(fetch(`${url}/livez`)).rejects.toThrow());
    upload.end('y'.repeat(1000));
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    expect([response.statusCode, text]).toEqual([200, '{"data":{"bytes":2000}}']);
    expect(await pod.code).toBe(0);
    expect(pod.output()).toContain('"msg":"closed"');
  });

  it('does not wait longer than it was told for a request that never ends', async () => {
    const pod = start({ SERVICE_KEY: KEY, DRAIN_SECONDS: '1' });
    const url = await urlOf(pod);
    const upload = sendRequest(`${url}/api/content/v1/upload`, {
      method: 'PUT',
      headers: { 'content-length': '2000' },
    });
    upload.on('error', () => undefined);
    upload.write('x');
    await once(upload, 'socket');
    pod.child.kill('SIGINT');
    expect(await pod.code).toBe(0);
  });

  it('goes at once when it is asked twice', async () => {
    const pod = start({ SERVICE_KEY: KEY, DRAIN_SECONDS: '600' });
    const url = await urlOf(pod);
    const upload = sendRequest(`${url}/api/content/v1/upload`, {
      method: 'PUT',
      headers: { 'content-length': '2000' },
    });
    upload.on('error', () => undefined);
    upload.write('x');
    await eventually(async () =>
      expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/http_requests_open\{[^}]*\} 2/),
    );
    pod.child.kill('SIGINT');
    await eventually(() => expect(pod.output()).toContain('"msg":"stopping"'));
    pod.child.kill('SIGINT');
    expect(await pod.code).toBe(130);
  });
});
