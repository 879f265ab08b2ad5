import { COLOUR_COOKIE } from '@authorworks/contracts';
import { HookJob } from '../constructs/task.ts';
import { namespaceOf } from '../constructs/zones.ts';
import type { HelmChart } from '../packaging/index.ts';
import { imageFor } from './image-for.ts';

/** Asks as a reader does, by the name of the house; Traefik may need some seconds until it has read new routes. */
const LOOK = `
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
const [doors, host, open, cookie] = process.argv.slice(1);
const answerOf = (address, headers) => new Promise((done, fail) => {
  const ask = address.startsWith('https:') ? secure : plain;
  const options = { headers, servername: host, rejectUnauthorized: false, signal: AbortSignal.timeout(10000) };
  ask(address, options, (answer) => {
    let body = '';
    answer.setEncoding('utf8').on('data', (text) => { body += text; }).on('error', fail);
    answer.on('end', () => done([answer.statusCode, body]));
  }).on('error', fail).end();
});
const look = async (address, headers, wanted) => {
  const what = address + ' ' + JSON.stringify(headers);
  for (let tries = 10; ; tries -= 1) {
    const [status, body] = await answerOf(address, headers).catch((error) => [0, String(error)]);
    if (status === 200 && wanted.test(body)) return console.log('ok', what);
    if (tries === 0) throw new Error(what + ' answered ' + status + ': ' + body.slice(0, 500));
    await new Promise((done) => setTimeout(done, 2000));
  }
};
for (const colour of open.split(',')) await look('http://gateway-' + colour + ':3000/healthz', {}, /./);
await look(doors + '/healthz', { host }, /./);
await look(doors + '/', { host }, /<html/i);
for (const colour of open.split(',')) await look(doors + '/healthz', { host, cookie: cookie + '=' + colour }, /./);
`
  .trim()
  .replaceAll(/\n */g, ' ');

/** `helm test`: every open house is there, and Traefik lets readers in, by the name of the house, to each of them. */
export const addEdgeTest = (chart: HelmChart, open: string): void => {
  const { values } = chart;
  // as k3s calls them
  const doors = values.calculate(
    'string',
    (ref) =>
      `printf "%s://traefik.%s:%s" (ternary "https" "http" .Values.tls.enabled) ${ref(namespaceOf(chart, 'ingress'))} (ternary "80" "443" (eq .Values.tls.entryPoint "web"))`,
  );
  new HookJob(chart, {
    name: 'edge-test',
    component: 'test',
    zone: 'app',
    path: 'test',
    placement: 'any',
    image: imageFor('gateway'),
    command: ['node', '--input-type=module', '--eval', LOOK],
    args: [doors, values.builtIn('.Values.hosts.house'), open, COLOUR_COOKIE],
    memoryMiB: { request: 48, limit: 128 },
    cpuMillis: { request: 50, limit: 500 },
    hook: 'test',
    deadlineSeconds: 120,
  });
};
