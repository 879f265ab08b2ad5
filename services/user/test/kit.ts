import {
  type Client,
  createClient,
  type EventEnvelope,
  type ServiceName,
  userApi,
  type UserApi,
} from '@authorworks/contracts';
import { type Clock, createIdentity, newId } from '@authorworks/platform';
import {
  eventually,
  startTestServers,
  startTestService,
  TEST_SERVICE_KEY,
  type TestServers,
  type TestService,
  type TestServiceOptions,
} from '@authorworks/platform/testing';
import type { UserContext } from '../src/context.ts';
import { user } from '../src/index.ts';

export const PASSWORD = 'a lake in a wet summer';
export const v1 = '/api/user/v1';

export interface MovableClock extends Clock {
  readonly move: (milliseconds: number) => void;
}

/** A clock that stands still until it is moved: for rules of seconds, on machines that take seconds for what is asked. */
export const stoppedClock = (): MovableClock => {
  let [wall, monotonic] = [Date.now(), performance.now()];
  return {
    now: () => new Date(wall),
    monotonicMs: () => monotonic,
    move: (milliseconds) => {
      wall += milliseconds;
      monotonic += milliseconds;
    },
  };
};

/** A clock that goes with the real one and can be moved. */
export const movableClock = (): MovableClock => {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    monotonicMs: () => performance.now() + Math.max(0, offset),
    move: (milliseconds) => {
      offset += milliseconds;
    },
  };
};

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** An answer as it came, for looking at codes, headers and cookies. */
export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Headers;
  readonly text: string;
  /** The `data` of a good answer. */
  readonly data: Record<string, unknown>;
}

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
  readonly user: Client<UserApi>;
}

export interface CallOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly token?: string;
  /** The client's address, as the one trusted proxy tells it. */
  readonly from?: string;
}

/** A running user service and ways to speak to it. */
export interface TestUser {
  readonly servers: TestServers;
  readonly service: TestService;
  readonly context: UserContext;
  readonly call: (path: string, options?: CallOptions) => Promise<Answer>;
  readonly anonymous: Client<UserApi>;
  /** Speaks for another service of the house. */
  readonly asService: (name?: ServiceName, key?: string) => Client<UserApi>;
  readonly as: (accessToken: string) => Client<UserApi>;
  readonly signIn: (email: string, password?: string) => Promise<Omit<Person, 'id' | 'email'>>;
  readonly signUp: (name?: string, email?: string) => Promise<Person>;
  readonly operator: () => Promise<Person>;
  readonly events: (type: string) => Promise<EventEnvelope<Record<string, unknown>>[]>;
  /** Waits for the mails to an address, newest first. */
  readonly mailsTo: (
    email: string,
    count?: number,
  ) => Promise<{ subject: string; text: string; html: string | null }[]>;
  readonly stop: () => Promise<void>;
}

const parsed = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

export const callTo =
  (url: string) =>
  async (path: string, options: CallOptions = {}): Promise<Answer> => {
    const { method = options.body === undefined ? 'GET' : 'POST', body, headers = {}, token, from } = options;
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(from === undefined ? {} : { 'x-forwarded-for': from }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = parsed(text) as { error?: { code?: string }; data?: Record<string, unknown> };
    return { status: response.status, code: json.error?.code, headers: response.headers, text, data: json.data ?? {} };
  };

/** The token behind the # of a mail's link. */
export const tokenIn = (text: string): string => /#token=([\w-]+)/.exec(text)?.[1] ?? '';

let people = 0;

/** Attaches to a running service; several may share one set of servers. */
export const speakTo = (servers: TestServers, service: TestService): TestUser => {
  const context = service.context as UserContext;
  const clientWith = (token: () => Promise<string>): Client<UserApi> =>
    createClient(userApi, {
      baseUrl: service.url,
      headers: async () => ({ authorization: `Bearer ${await token()}` }),
    });
  const as = (accessToken: string): Client<UserApi> => clientWith(() => Promise.resolve(accessToken));
  const asService = (name: ServiceName = 'gateway', key = TEST_SERVICE_KEY): Client<UserApi> =>
    clientWith(async () => await createIdentity(name, key).tokenFor('user'));
  const anonymous = createClient(userApi, { baseUrl: service.url });
  const signIn = async (email: string, password = PASSWORD): Promise<Omit<Person, 'id' | 'email'>> => {
    const { accessToken, refreshToken, sessionId } = await anonymous.createSession({ body: { email, password } });
    return { accessToken, refreshToken: refreshToken ?? '', sessionId, user: as(accessToken) };
  };
  const addressFor = (name: string): string => {
    people += 1;
    return `${name.toLowerCase().replaceAll(/[^a-z]/g, '')}-${people}@books.example`;
  };
  const mailsTo: TestUser['mailsTo'] = async (email, count = 1) =>
    await eventually(async () => {
      const page = await context.mail.outbox?.list({ limit: 500 });
      const found = (page?.mails ?? []).filter(({ to }) => to.toLowerCase() === email.toLowerCase());
      if (found.length < count) throw new Error(`${found.length} of ${count} mails to ${email}`);
      return found;
    });
  return {
    servers,
    service,
    context,
    call: callTo(service.url),
    anonymous,
    as,
    asService,
    signIn,
    mailsTo,
    signUp: async (name = 'Mary', email = addressFor(name)) => {
      const { id } = await anonymous.createAccount({ body: { email, password: PASSWORD, name } });
      return { id, email, ...(await signIn(email)) };
    },
    operator: async () => {
      const body = { email: `operator-${newId()}@books.example`, password: PASSWORD, name: 'Operator' };
      const { email } = await asService().ensureOperator({ body });
      const session = await signIn(email);
      const { id } = await session.user.readAccount();
      return { id, email, ...session };
    },
    events: async (type) => {
      const rows = await context.postgres.sql.query<{ envelope: EventEnvelope<Record<string, unknown>> }>(
        'SELECT envelope FROM outbox WHERE type = $1 ORDER BY seq',
        [type],
      );
      return rows.map(({ envelope }) => envelope);
    },
    stop: async () => {
      await service.close();
      await servers.stop();
    },
  };
};

export const startUser = async (options: TestServiceOptions = {}): Promise<TestUser> => {
  const servers = await startTestServers();
  return speakTo(servers, await startTestService(user, servers, options));
};

/** Another replica, or the same after a restart. */
export const startAnother = async (
  { servers }: Pick<TestUser, 'servers'>,
  options: TestServiceOptions = {},
): Promise<TestUser> => speakTo(servers, await startTestService(user, servers, options));
