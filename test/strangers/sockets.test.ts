import { builtServiceNames, houseSocketMessages, services, type SocketAnswer, sockets } from '@authorworks/contracts';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { CANARY, type Fixtures, makeWorld, openStreet, signInAgain, type World } from './world.ts';

// FAULTS 22, for sockets. Generated from the list of sockets and their messages in contracts, from which the servers take what
// they answer: a new message is tried by itself, or fails here until it tells what it takes and what it answers.

interface Example {
  /** A message about the things in `fixtures`, as somebody sends it who has nothing of them open. */
  readonly message: (fixtures: Fixtures) => Record<string, unknown>;
  /** Codes that somebody gets who has nothing to do with the thing; `ok`: a harmless answer. */
  readonly toStrangers: string;
  /** What beta readers get, who have opened the thing. */
  readonly toBetaReaders: string;
}

/** A paragraph in a live document. */
const slippedIn = (): Uint8Array => {
  const doc = new Y.Doc();
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText('Slipped in.')]);
  doc.getXmlFragment('manuscript').insert(0, [paragraph]);
  return Y.encodeStateAsUpdate(doc);
};
/** "I am Mary": an awareness update (y-protocols) of one client. */
const presence = (): Uint8Array => {
  const state = new TextEncoder().encode(JSON.stringify({ user: { name: 'Mary' } }));
  return Uint8Array.from([1, 7, 1, state.length, ...state]);
};

const EXAMPLES: Readonly<Record<string, Example>> = {
  'editor.open': {
    message: ({ sceneId }) => ({ sceneId }),
    toStrangers: 'EDITOR_SCENE_NOT_FOUND',
    toBetaReaders: 'ok',
  },
  // before `close`, which takes away what it needs
  'editor.update': {
    message: ({ sceneId, generation }) => ({ sceneId, generation, update: slippedIn() }),
    toStrangers: 'EDITOR_SCENE_NOT_OPEN',
    toBetaReaders: 'EDITOR_READ_ONLY',
  },
  'editor.awareness': {
    message: ({ sceneId }) => ({ sceneId, update: presence() }),
    toStrangers: 'EDITOR_SCENE_NOT_OPEN',
    toBetaReaders: 'ok',
  },
  'editor.close': { message: ({ sceneId }) => ({ sceneId }), toStrangers: 'ok', toBetaReaders: 'ok' },
  // a connection belongs to one account: the token of another does not make it theirs
  'house.renew': {
    message: ({ token }) => ({ token }),
    toStrangers: 'AUTH_TOKEN_INVALID',
    toBetaReaders: 'AUTH_TOKEN_INVALID',
  },
};

const targets = Object.entries(sockets).map(([service, contract]) => ({ service, contract }));
type Target = (typeof targets)[number];
const messages = targets.flatMap(({ service, contract }) => [
  ...Object.keys(contract.messages).map((name) => ({ key: `${service}.${name}`, name, contract })),
  ...Object.keys(houseSocketMessages).map((name) => ({ key: `house.${name}`, name, contract })),
]);
/** In the order of the examples. */
const ordered = messages.toSorted(
  (a, b) => Object.keys(EXAMPLES).indexOf(a.key) - Object.keys(EXAMPLES).indexOf(b.key),
);

describe("other people's live documents", () => {
  let world: World;
  let door: string;
  let generation: string;
  const open: Socket[] = [];
  const tried = new Set<string>();

  beforeAll(async () => {
    const house = await openStreet();
    world = await makeWorld(house);
    door = house.urlOf('gateway');
    const mary = await enter(await signInAgain(world, world.mary));
    const answer = await ask(mary, 'open', { sceneId: world.hers.sceneId });
    if (!answer.ok) throw new Error(answer.error.code);
    ({ generation } = answer.data as { generation: string });
    mary.disconnect();
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.disconnect();
  });
  afterAll(async () => {
    await world?.house.stop();
  });

  const dial = (auth: object, contract: Target['contract'] = sockets.editor): Socket => {
    const socket = io(door + contract.namespace, {
      path: contract.path,
      auth,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    open.push(socket);
    return socket;
  };
  /** Resolves with the socket, or with the code of the refusal. */
  const knock = async (auth: object, contract?: Target['contract']): Promise<Socket | string> =>
    await new Promise((resolve) => {
      const socket = dial(auth, contract);
      socket.once('connect', () => resolve(socket));
      socket.once('connect_error', (error: Error & { data?: { code?: string } }) =>
        resolve(error.data?.code ?? error.message),
      );
    });
  const enter = async (token: string, contract?: Target['contract']): Promise<Socket> => {
    const socket = await knock({ token }, contract);
    if (typeof socket === 'string') throw new Error(`not let in: ${socket}`);
    return socket;
  };
  const ask = async (socket: Socket, name: string, message: object): Promise<SocketAnswer<unknown>> =>
    (await socket.timeout(20_000).emitWithAck(name, message)) as SocketAnswer<unknown>;
  const codeOf = (answer: SocketAnswer<unknown>): string => (answer.ok ? 'ok' : answer.error.code);
  const exampleOf = (key: string): Example => {
    const example = EXAMPLES[key];
    if (!example) throw new Error(`the message ${key} has no example in test/strangers/sockets.test.ts`);
    return example;
  };
  /** What Mary's scene says, and what those hear who have it open meanwhile. */
  const watch = async (): Promise<() => Promise<unknown>> => {
    const params = { sceneId: world.hers.sceneId };
    const read = async (): Promise<unknown> =>
      await world.mary.content.readSceneText({ params, query: { format: 'markdown' } });
    const before = await read();
    const mary = await enter(await signInAgain(world, world.mary));
    await ask(mary, 'open', params);
    const heard: string[] = [];
    mary.onAny((name: string, message: { update?: Uint8Array }) =>
      heard.push(`${name} ${message.update ? new TextDecoder().decode(message.update) : ''}`),
    );
    return async () => {
      // an answer comes after everything that was sent to her before
      await ask(mary, 'open', params);
      expect(await read()).toEqual(before);
      mary.disconnect();
      return heard;
    };
  };

  it('are behind sockets of which every one is known here, with every message', () => {
    const inTheTable = builtServiceNames.filter((name) => 'sockets' in services[name]);
    expect(targets.map(({ service }) => service)).toEqual(inTheTable);
    for (const { service, contract } of targets) {
      const { sockets: paths = [] } = services[service as keyof typeof sockets];
      expect(paths).toContain(contract.path);
    }
    for (const { key } of messages) expect(exampleOf(key)).toBeDefined();
    expect(Object.keys(EXAMPLES).filter((key) => !messages.some((message) => message.key === key))).toEqual([]);
  });

  it('let nobody in without a token that holds', async () => {
    const good = await signInAgain(world, world.stranger);
    const [header = '', payload = '', signature = ''] = good.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const forgeries: Record<string, object> = {
      nothing: {},
      'an empty token': { token: '' },
      'no text': { token: 7 },
      'a list': { token: [good] },
      'an object': { token: { toString: good } },
      'any word': { token: 'let me in' },
      'no algorithm': { token: `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.` },
      'no signature': { token: `${header}.${payload}.` },
      "another's name": { token: `${header}.${encode({ ...claims, sub: world.mary.accountId })}.${signature}` },
      'a later end': { token: `${header}.${encode({ ...claims, exp: 9_999_999_999 })}.${signature}` },
      'a service key': { authorization: 'Bearer service', service: 'content' },
      'a huge token': { token: 'x'.repeat(100_000) },
    };
    for (const { contract } of targets)
      for (const [what, auth] of Object.entries(forgeries))
        expect(await knock(auth, contract), what).toEqual(expect.stringMatching(/^AUTH_/));
  });

  it('answer nothing to somebody who says messages without having come in', async () => {
    for (const { contract } of targets) {
      const url = `${door.replace('http', 'ws')}${contract.path}/?EIO=4&transport=websocket`;
      const socket = new WebSocket(url);
      const answers: string[] = [];
      await new Promise<void>((resolve) => {
        socket.addEventListener('message', ({ data }: { data: unknown }) => {
          const text = String(data);
          if (text.startsWith('0{')) {
            for (const [index, { name, key }] of messages.entries())
              socket.send(
                `42${contract.namespace},${index}${JSON.stringify([name, exampleOf(key).message({ ...world.hers, generation })])}`,
              );
            // somebody else's namespace, and the default one, say no
            socket.send('40{}');
          } else answers.push(text);
        });
        socket.addEventListener('close', () => resolve());
      });
      expect(answers.filter((text) => !text.startsWith('44'))).toEqual([]);
      expect(answers.join(' ')).not.toContain(CANARY);
    }
  });

  it.each(['stranger', 'removed'] as const)('look like nothing at all to somebody who is %s', async (who) => {
    const unchanged = await watch();
    const wrong: string[] = [];
    for (const { key, name, contract } of ordered) {
      // each on a connection of its own, and with the names of their own things beside
      const socket = await enter(await signInAgain(world, world[who]), contract);
      const heard: unknown[] = [];
      socket.onAny((...message: unknown[]) => heard.push(message));
      const fixtures = { ...world.hers, generation, token: world.mary.accessToken };
      const { message, toStrangers } = exampleOf(key);
      const answer = await ask(socket, name, message(fixtures));
      tried.add(key);
      if (codeOf(answer) !== toStrangers) wrong.push(`${key} ${codeOf(answer)}`);
      if (JSON.stringify([answer, heard]).includes(CANARY) || heard.length > 0) wrong.push(`${key} tells something`);
      socket.disconnect();
    }
    expect(wrong).toEqual([]);
    expect(await unchanged()).toEqual([]);
  });

  it("are not reached by opening one's own scene and naming somebody else's", async () => {
    const unchanged = await watch();
    const socket = await enter(await signInAgain(world, world.stranger));
    const own = await ask(socket, 'open', { sceneId: world.strangers.sceneId });
    expect(own.ok).toBe(true);
    const wrong: string[] = [];
    for (const { key, name } of ordered.filter((one) => one.key !== 'house.renew')) {
      const { message, toStrangers } = exampleOf(key);
      const answer = await ask(socket, name, message({ ...world.hers, generation }));
      if (codeOf(answer) !== toStrangers) wrong.push(`${key} ${codeOf(answer)}`);
      if (JSON.stringify(answer).includes(CANARY)) wrong.push(`${key} tells something`);
    }
    expect(wrong).toEqual([]);
    expect(await unchanged()).toEqual([]);
  });

  it('can be read, but not changed, by a beta reader, who is shown by their own name', async () => {
    const unchanged = await watch();
    const socket = await enter(await signInAgain(world, world.betaReader));
    const wrong: string[] = [];
    for (const { key, name } of ordered) {
      const { message, toBetaReaders } = exampleOf(key);
      const answer = await ask(
        socket,
        name,
        message({ ...world.hers, generation, token: await signInAgain(world, world.mary) }),
      );
      if (codeOf(answer) !== toBetaReaders) wrong.push(`${key} ${codeOf(answer)}`);
    }
    expect(wrong).toEqual([]);
    const heard = (await unchanged()) as string[];
    for (const line of heard) expect(line).toMatch(/^awareness /);
    expect(heard.join(' ')).not.toContain('"Mary"');
  });

  it('leave no message untried', () => {
    const keys = [...new Set(messages.map(({ key }) => key))];
    expect(keys.filter((key) => !tried.has(key))).toEqual([]);
    console.log(`strangers at the sockets: ${tried.size} of ${keys.length} messages covered`);
  });
});
