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
