import { lookup } from 'node:dns/promises';
import { type Colour, COLOUR_COOKIE } from '@authorworks/contracts';
import { Agent, request } from 'undici';
import { lineOf } from './problem.ts';
import type { Values } from './values.ts';

const ANSWER_MS = 10_000;

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

export interface DoorOptions {
  /** Where Traefik is reached, e.g. http://127.0.0.1:8080; absent: at the names themselves. */
  readonly address: string | undefined;
  /** Certificates are not checked: before a real one is there. */
  readonly insecure: boolean;
}

const at = (values: Values, path: string, fallback: string | boolean): string | boolean => {
  let found: unknown = values;
  for (const key of path.split('.')) found = (found as Values | undefined)?.[key];
  return (typeof found === 'string' && found !== '') || typeof found === 'boolean' ? found : fallback;
};

/** The name of a door, as the chart authorworks-edge makes it of its values. */
export const hostOf = (values: Values, which: 'house' | 'preview'): string => {
  const house = String(at(values, 'hosts.house', 'books.example'));
  return which === 'house' ? house : String(at(values, 'preview.host', `preview.${house}`));
};

/** The house as people and the preview's visitors reach it, from the values of the chart authorworks-edge. */
export class FrontDoor {
  readonly #agent: Agent;
  readonly #origin: string;
  readonly #host: string;

  private constructor(host: string, secure: boolean, { address, insecure }: DoorOptions) {
    this.#host = host;
    this.#origin = address ?? `${secure ? 'https' : 'http'}://${host}`;
    this.#agent = new Agent({ connect: { rejectUnauthorized: !insecure, servername: host } });
  }

  static of(values: Values, which: 'house' | 'preview', options: DoorOptions): FrontDoor {
    return new FrontDoor(hostOf(values, which), at(values, 'tls.enabled', true) === true, options);
  }

  get url(): string {
    return `${this.#origin} (${this.#host})`;
  }

  /** @throws Error when nobody answers in time */
  async ask(path: string, colour?: Colour): Promise<Answered> {
    const began = performance.now();
    const { statusCode, body } = await request(this.#origin + path, {
      dispatcher: this.#agent,
      headers: {
        host: this.#host,
        accept: path === '/' ? 'text/html' : '*/*',
        ...(colour === undefined ? {} : { cookie: `${COLOUR_COOKIE}=${colour}` }),
      },
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    });
    return { status: statusCode, body: await body.text(), ms: Math.round(performance.now() - began) };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

const TRY_THIS = 'say with --address where the server is, e.g. https://192.168.1.10';
const CERTIFICATE = /certificate|CERT|SIGNATURE/;

/**
 * Whether a release would find the doors, asked before anything is done: the house has to be reached in some way (what it
 * answers is for later), and the preview's name has to lead somewhere. It is not asked for itself: its route is not there yet.
 * @param isOpen A house is there.
 * @returns in one line what is wrong and what to do
 */
export const whyUnreachable = async (
  values: Values,
  options: DoorOptions,
  isOpen: boolean,
): Promise<string | undefined> => {
  const preview = hostOf(values, 'preview');
  if (options.address === undefined) {
    try {
      await lookup(preview);
    } catch (error) {
      return `${preview}, under which the new house is looked at, leads nowhere from here (${(error as NodeJS.ErrnoException).code}): ${TRY_THIS}, or let the name lead there`;
    }
  }
  if (!isOpen) return undefined;
  const door = FrontDoor.of(values, 'house', options);
  try {
    await door.ask('/healthz');
    return undefined;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const what = `the house cannot be visited at ${door.url}: ${lineOf(error)}`;
    return CERTIFICATE.test(`${code} ${lineOf(error)}`)
      ? `${what}; give it a certificate (tls.secretName, tls.certResolver), or say --insecure`
      : `${what}; ${TRY_THIS}`;
  } finally {
    await door.close();
  }
};

interface Check {
  readonly path: string;
  readonly what: string;
  readonly isGood: (answer: Answered) => boolean;
}

/** What a house must answer; none of it leaves anything behind. */
const checks: readonly Check[] = [
  { path: '/healthz', what: 'the health of all services', isGood: ({ status }) => status === 200 },
  {
    path: '/api/services',
    what: 'the list of services',
    isGood: ({ status, body }) => status === 200 && body.includes('"content"'),
  },
  { path: '/', what: 'the first page', isGood: ({ status, body }) => status === 200 && /<html/i.test(body) },
  {
    path: '/api/openapi.json',
    what: 'the description of the API',
    isGood: ({ status, body }) => status === 200 && body.includes('"openapi"'),
  },
  {
    path: '/api/user/v1/account',
    what: 'a stranger is not let in',
    isGood: ({ status }) => status === 401 || status === 404,
  },
  {
    path: '/api/editor/socket/?EIO=4&transport=polling',
    what: 'a socket to the editor',
    isGood: ({ status, body }) => status === 200 && body.startsWith('0{'),
  },
];

/** Asks a house everything once. @returns what is wrong with it, in words; undefined when nothing is. */
export const lookAt = async (door: FrontDoor, colour?: Colour): Promise<string | undefined> => {
  for (const { path, what, isGood } of checks) {
    try {
      const answer = await door.ask(path, colour);
      if (!isGood(answer))
        return `${what} (${path}): ${answer.status} ${answer.body.replace(/\s+/g, ' ').slice(0, 200)}`;
    } catch (error) {
      return `${what} (${path}): ${lineOf(error)}`;
    }
  }
  return undefined;
};

/** One short visit. @returns what was wrong with it; undefined when nothing was. */
export const visit = async (door: FrontDoor, colour: Colour, index: number): Promise<string | undefined> => {
  const { path } = checks[index % checks.length] ?? { path: '/' };
  try {
    const { status, body } = await door.ask(path, colour);
    return status >= 500 ? `${path}: ${status} ${body.replace(/\s+/g, ' ').slice(0, 200)}` : undefined;
  } catch (error) {
    return `${path}: ${lineOf(error)}`;
  }
};
