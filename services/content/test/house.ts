import {
  type Client,
  createClient,
  contentApi,
  type ContentApi,
  type ServiceName,
  userApi,
} from '@authorworks/contracts';
import { startTestHouse, type TestHouse } from '@authorworks/local/testing';
import type { ContentContext } from '../src/context.ts';

/** Somebody with an account, signed in. */
export interface Person {
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly token: string;
  readonly content: Client<ContentApi>;
}

/** Content with its real neighbours, all in this process. */
export interface ContentHouse {
  readonly urlOf: (name: ServiceName) => string;
  readonly start: (name: ServiceName) => Promise<void>;
  readonly stop: (name: ServiceName) => Promise<void>;
  readonly signUp: (name?: string, email?: string) => Promise<Person>;
  /** Content's own context, for looking behind the curtain. */
  readonly context: () => ContentContext;
  /** The same, with its clock some days ahead. */
  readonly later: (days: number) => ContentContext;
  /** Works while content meets other neighbours than it has: one that answers, say, but whose answers are lost. */
  readonly withParts: <T>(parts: Partial<ContentContext>, work: () => Promise<T>) => Promise<T>;
  readonly logged: TestHouse['logged'];
  readonly close: () => Promise<void>;
}

const PASSWORD = 'correct horse battery staple';
const DAY_MS = 24 * 60 * 60_000;

export const startContentHouse = async (variables: Readonly<Record<string, string>> = {}): Promise<ContentHouse> => {
  const house = await startTestHouse({
    services: ['user', 'content', 'editor', 'storage'],
    variables: { content: variables },
  });
  const context = (): ContentContext => house.contextOf<ContentContext>('content');
  let people = 0;
  const signUp: ContentHouse['signUp'] = async (name = 'Mary', email) => {
    people += 1;
    const address = email ?? `${name.toLowerCase()}-${people}@example.org`;
    const anonymous = createClient(userApi, { baseUrl: () => house.urlOf('user') });
    const { id } = await anonymous.createAccount({ body: { email: address, password: PASSWORD, name } });
    const { accessToken: token } = await anonymous.createSession({ body: { email: address, password: PASSWORD } });
    const headers = (): Record<string, string> => ({ authorization: `Bearer ${token}` });
    const content = createClient(contentApi, { baseUrl: () => house.urlOf('content'), headers });
    return { accountId: id, name, email: address, token, content };
  };
  return {
    urlOf: house.urlOf,
    start: async (name) => void (await house.network.start(name)),
    stop: house.network.stop,
    signUp,
    context,
    later: (days) => {
      const own = context();
      return { ...own, clock: { ...own.clock, now: () => new Date(own.clock.now().getTime() + days * DAY_MS) } };
    },
    withParts: async (parts, work) => {
      const own = context();
      const before = Object.fromEntries(Object.keys(parts).map((key) => [key, own[key as keyof ContentContext]]));
      Object.assign(own, parts);
      try {
        return await work();
      } finally {
        Object.assign(own, before);
      }
    },
    logged: house.logged,
    close: house.stop,
  };
};
