// The gateway with everything on beside http-proxy-middleware with nothing on: the same requests to the same service, one
// after the other, in several rounds. Each runs in a process of its own, so that memory and processor time can be told.
//   node bench/gateway.ts [rounds] [seconds]
import { fork, type ChildProcess } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gateway } from '@authorworks/gateway';
import { TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_TYPE } from '@authorworks/platform';
import { findRedis, startRedis } from '@authorworks/servers';
import autocannon from 'autocannon';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { median, memoryOf, newDataDirectory, printTable, removeDirectory } from './lib.ts';

const CONNECTIONS = 32;
const PAGE = '<!doctype html>'.padEnd(100_000, 'x');
const BOOK = JSON.stringify({ data: { id: 'book', title: 'The Tide Clerk', summary: 'x'.repeat(900) } });

/** What the parent tells a child, and a child the parent. */
interface Told {
  readonly port?: number;
  readonly cpuMs?: number;
}

const tell = (told: Told): void => void process.send?.(told);

const listen = (handle: RequestListener): void => {
  const server = createServer({ keepAliveTimeout: 75_000 }, handle);
  server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));
};

/** Stands for all services of the house. */
const runService = (jwks: string): void => {
  const json = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  listen((request, response) => {
    if (request.url === '/api/user/v1/jwks') response.writeHead(200, json).end(jwks);
    else if (request.url === '/page')
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': PAGE.length }).end(PAGE);
    else {
      request.resume();
      request.on('end', () =>
        response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(BOOK) }).end(BOOK),
      );
    }
  });
};

const runPeer = (service: string): void => {
  const app = express();
  app.use(createProxyMiddleware({ target: service }));
  listen(app);
};

const runOurs = async (service: string, redisUrl: string): Promise<void> => {
  const variables = {
    PORT: '0',
    HOST: '127.0.0.1',
    SERVICE_KEY: 'a key for the benchmark alone, long enough',
    REDIS_URL: redisUrl,
    // limits are counted, but must not end the measurement
    ACCOUNT_RATE_PER_MINUTE: '100000000',
    ADDRESS_RATE_PER_MINUTE: '100000000',
  };
  const running = await gateway.start({
    source: { variables, readFile: () => '' },
    directory: { urlOf: () => service },
  });
  tell({ port: running.port });
};

const next = async (child: ChildProcess): Promise<Told> =>
  await new Promise((resolve) => void child.once('message', (told) => resolve(told as Told)));

const start = async (...args: string[]): Promise<{ child: ChildProcess; url: string }> => {
  const child = fork(import.meta.filename, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const { port } = await next(child);
  return { child, url: `http://127.0.0.1:${port}` };
};

const cpuOf = async (child: ChildProcess): Promise<number> => {
  child.send('cpu');
  return (await next(child)).cpuMs ?? 0;
};

interface Scenario {
  readonly name: string;
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'read a book (1 kB, token)', path: '/api/content/v1/books/01936f5e-8c3a-7b21-9d4e-5f60718293a4' },
  { name: 'write (1 kB up, token)', path: '/api/content/v1/books', method: 'POST', body: BOOK },
  { name: 'a page of the web (100 kB)', path: '/page' },
];

interface Measured {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly cpuMicros: number;
}

const measure = async (
  proxy: { child: ChildProcess; url: string },
  scenario: Scenario,
  token: string,
  seconds: number,
): Promise<Measured> => {
  const before = await cpuOf(proxy.child);
  const { method = 'GET', body, path } = scenario;
  const result = await autocannon({
    url: proxy.url + path,
    method,
    connections: CONNECTIONS,
    duration: seconds,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(
      `${scenario.name} at ${proxy.url}: ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`,
    );
  const cpuMs = (await cpuOf(proxy.child)) - before;
  return {
    perSecond: result.requests.average,
    p99Ms: result.latency.p99,
    cpuMicros: (cpuMs * 1000) / result.requests.total,
  };
};

const main = async (rounds: number, seconds: number): Promise<void> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'b', alg: 'EdDSA', use: 'sig' }] });
  const token = await new SignJWT({ sid: crypto.randomUUID(), name: 'Mary', roles: ['author'] })
    .setProtectedHeader({ alg: 'EdDSA', typ: TOKEN_TYPE, kid: 'b' })
    .setSubject(crypto.randomUUID())
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(privateKey);
  const binary = findRedis(process.env['PATH'] ?? '');
  if (!binary) throw new Error('There is no redis-server or valkey-server on the PATH.');
  const directory = await newDataDirectory();
  const redis = await startRedis({ directory, binary });
  const service = await start('service', jwks);
  const peer = await start('peer', service.url);
  const ours = await start('ours', service.url, redis.url);
  const proxies = { ours, peer };
  const rest = { ours: memoryOf(ours.child.pid ?? 0).rssMiB, peer: memoryOf(peer.child.pid ?? 0).rssMiB };
  const rows = [['', 'ours/s', 'peer/s', 'ratio', 'ours p99 ms', 'peer p99 ms', 'ours µs', 'peer µs']];
  for (const scenario of SCENARIOS) {
    const figures: Record<'ours' | 'peer', Measured[]> = { ours: [], peer: [] };
    for (let round = 0; round <= rounds; round += 1)
      for (const name of ['ours', 'peer'] as const) {
        const measured = await measure(proxies[name], scenario, token, seconds);
        // the first round only warms up
        if (round > 0) figures[name].push(measured);
      }
    const of = (name: 'ours' | 'peer', key: keyof Measured): number => median(figures[name].map((one) => one[key]));
    rows.push([
      scenario.name,
      of('ours', 'perSecond').toFixed(0),
      of('peer', 'perSecond').toFixed(0),
      (of('ours', 'perSecond') / of('peer', 'perSecond')).toFixed(2),
      of('ours', 'p99Ms').toFixed(0),
      of('peer', 'p99Ms').toFixed(0),
      of('ours', 'cpuMicros').toFixed(0),
      of('peer', 'cpuMicros').toFixed(0),
    ]);
  }
  console.log(
    `Requests a second through the gateway (tokens, limits in Redis, headers, metrics: all on) and through bare\nhttp-proxy-middleware on express; ${CONNECTIONS} connections, median of ${rounds} rounds of ${seconds} s; µs = processor time of the proxy a request\n`,
  );
  printTable(rows);
  console.log(
    `\nresident at rest: ours ${rest.ours.toFixed(0)} MiB, peer ${rest.peer.toFixed(0)} MiB; after the load: ours ${memoryOf(ours.child.pid ?? 0).rssMiB.toFixed(0)} MiB, peer ${memoryOf(peer.child.pid ?? 0).rssMiB.toFixed(0)} MiB`,
  );
  for (const { child } of [ours, peer, service]) child.kill();
  await redis.stop();
  await removeDirectory(directory);
};

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  tell({ cpuMs: (user + system) / 1000 });
});
// the parent may have been interrupted
process.on('disconnect', () => process.exit(0));
const [role = '', first = '', second = ''] = process.argv.slice(2);
if (role === 'service') runService(first);
else if (role === 'peer') runPeer(first);
else if (role === 'ours') await runOurs(first, second);
else {
  await main(Number(role || 5), Number(first || 3));
  process.exit(0);
}
