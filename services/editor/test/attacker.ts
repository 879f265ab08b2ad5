// Somebody who means no good, in a process of their own. Told by its parent what to do; ends when it is done or told to.
import { EDITOR_NAMESPACE, EDITOR_SOCKET_PATH } from '@authorworks/contracts';
import * as Y from 'yjs';
import { presenceOf } from './raw-client.ts';

export interface AttackOrder {
  readonly attack: 'flood' | 'frames' | 'connections' | 'openings' | 'garbage' | 'bombs' | 'silence';
  readonly url: string;
  readonly tokens: readonly string[];
  readonly sceneId: string;
  readonly generation: string;
  readonly count: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as AttackOrder;
const address = `${order.url.replace('http', 'ws')}${EDITOR_SOCKET_PATH}/?EIO=4&transport=websocket`;
process.on('disconnect', () => process.exit(0));

const nap = async (milliseconds: number): Promise<void> =>
  await new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A bare WebSocket that has said its name, without any client library that would behave. */
const enter = async (token: string): Promise<WebSocket | undefined> =>
  await new Promise((resolve) => {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }: { data: unknown }) => {
      if (typeof data !== 'string') return;
      if (data.startsWith('0{')) socket.send(`40${EDITOR_NAMESPACE},${JSON.stringify({ token })}`);
      else if (data.startsWith(`40${EDITOR_NAMESPACE}`)) resolve(socket);
      else if (data.startsWith(`44${EDITOR_NAMESPACE}`)) resolve(undefined);
      else if (data === '2') socket.send('3');
    });
    socket.addEventListener('error', () => resolve(undefined));
    socket.addEventListener('close', () => resolve(undefined));
  });

const message = (name: string, body: object, bytes?: Uint8Array): [string, Uint8Array?] => {
  const json = JSON.stringify([name, bytes ? { ...body, update: { _placeholder: true, num: 0 } } : body]);
  return bytes ? [`451-${EDITOR_NAMESPACE},1${json}`, bytes] : [`42${EDITOR_NAMESPACE},1${json}`];
};
const send = (socket: WebSocket, name: string, body: object, bytes?: Uint8Array): void => {
  for (const part of message(name, body, bytes))
    if (part !== undefined && socket.readyState === 1) socket.send(part as string);
};
const opened = async (token: string): Promise<WebSocket | undefined> => {
  const socket = await enter(token);
  if (socket) send(socket, 'open', { sceneId: order.sceneId });
  await nap(300);
  return socket;
};

/** Valid changes, cursors and questions: ten thousand messages in a second, if they are taken. */
const flood = async (): Promise<void> => {
  const sockets = (await Promise.all(order.tokens.map(opened))).filter((socket) => socket !== undefined);
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (bytes: Uint8Array) => updates.push(Uint8Array.from(bytes)));
  const fragment = doc.getXmlFragment('manuscript');
  for (let index = 0; index < order.count / 3; index += 1) fragment.insert(0, [new Y.XmlElement('paragraph')]);
  const began = performance.now();
  for (const [index, update] of updates.entries()) {
    const socket = sockets[index % sockets.length];
    if (!socket) return;
    send(socket, 'update', { sceneId: order.sceneId, generation: order.generation }, update);
    send(socket, 'awareness', { sceneId: order.sceneId }, presenceOf([index, 1, {}]));
    send(socket, 'open', { sceneId: order.sceneId });
    const due = began + ((index + 1) * 3) / 10;
    if (index % 30 === 29 && due > performance.now()) await nap(due - performance.now());
  }
  // what was not taken yet waits in the network
  await nap(2_000);
};

const frames = async (): Promise<void> => {
  const big = new Uint8Array(50 * 1024 * 1024);
  for (let index = 0; index < order.count; index += 1) {
    const socket = await opened(order.tokens[0] ?? '');
    if (!socket) continue;
    send(socket, 'update', { sceneId: order.sceneId, generation: order.generation }, big);
    await new Promise<void>((resolve) => {
      socket.addEventListener('close', () => resolve());
      setTimeout(resolve, 5_000);
    });
  }
};

const connections = async (): Promise<void> => {
  for (let begun = 0; begun < order.count; begun += 100)
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => await enter(order.tokens[index % order.tokens.length] ?? '')),
    );
};

const openings = async (): Promise<void> => {
  const socket = await enter(order.tokens[0] ?? '');
  if (!socket) return;
  for (let index = 0; index < order.count; index += 1) {
    const tail = index.toString(16).padStart(12, '0');
    send(socket, 'open', { sceneId: index % 2 ? order.sceneId : `0190a0a0-0000-7000-8000-${tail}` });
    if (index % 100 === 99) await nap(1);
  }
  await nap(2_000);
};

const GARBAGE = [
  '',
  '4',
  '49',
  '4999999',
  '451-',
  `451-${EDITOR_NAMESPACE},["update",{"update":{"_placeholder":true,"num":9}}]`,
  `42${EDITOR_NAMESPACE},["__proto__",{}]`,
  `42${EDITOR_NAMESPACE},["update"]`,
  `41${EDITOR_NAMESPACE},`,
  `40${EDITOR_NAMESPACE},{}`,
  '2probe',
  '5',
  '6',
  '1',
];
const garbage = async (): Promise<void> => {
  for (let index = 0; index < order.count; index += 1) {
    const socket = await opened(order.tokens[0] ?? '');
    if (!socket) continue;
    const random = Uint8Array.from({ length: 200 }, () => Math.floor(Math.random() * 256));
    for (let wrong = 0; wrong < 15; wrong += 1)
      send(socket, 'update', { sceneId: order.sceneId, generation: order.generation }, random);
    send(socket, 'awareness', { sceneId: order.sceneId }, random);
    const text = GARBAGE[index % GARBAGE.length] ?? '';
    if (socket.readyState === 1) socket.send(index % 3 === 0 ? random : text);
    await nap(5);
    socket.close();
  }
};

/** Updates that are small and claim to be huge, or large and made of a million parts. */
const bombs = async (): Promise<void> => {
  const claims = Uint8Array.from([1, 0xff, 0xff, 0xff, 0x7f, 1, 0]);
  const parts = new Uint8Array(4 * 1024 * 1024 - 1024).fill(1);
  parts.set([1, 0xc0, 0x84, 0x3d, 5, 0]);
  for (let index = 6; index + 1 < parts.length; index += 2) parts.set([0, 1], index);
  for (let index = 0; index < order.count; index += 1) {
    const socket = await opened(order.tokens[0] ?? '');
    if (!socket) continue;
    for (const update of [claims, parts])
      send(socket, 'update', { sceneId: order.sceneId, generation: order.generation }, update);
    await nap(200);
    socket.close();
  }
};

/** Connects and says nothing at all. */
const silence = async (): Promise<void> => {
  const sockets = Array.from({ length: order.count }, () => new WebSocket(address));
  for (const socket of sockets) socket.addEventListener('error', () => undefined);
  await nap(4_000);
};

await { flood, frames, connections, openings, garbage, bombs, silence }[order.attack]();
process.exit(0);
