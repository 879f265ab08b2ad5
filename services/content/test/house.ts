import {
  type AccountId,
  type Client,
  contentApi,
  type ContentApi,
  createClient,
  type ServiceName,
  userApi,
} from '@authorworks/contracts';
import type { Service } from '@authorworks/platform';
import { startTestService, startTestServers, type TestService } from '@authorworks/platform/testing';
import { user } from '@authorworks/user';
import type { ContentContext } from '../src/context.ts';
import { content } from '../src/index.ts';
import { fakeEditor, type LiveTexts } from './fake-editor.ts';
import { fakeStorage, type KeptFiles } from './fake-storage.ts';

/** Somebody with an account, signed in. */
export interface Person {
  readonly accountId: AccountId;
  readonly name: string;
  readonly email: string;
  readonly token: string;
  readonly content: Client<ContentApi>;
}

const PASSWORD = 'correct horse battery staple';
const DAY_MS = 24 * 60 * 60_000;

/** The content service on real PostgreSQL and Redis, with its neighbours. */
export interface ContentHouse {
  readonly live: LiveTexts;
  readonly files: KeptFiles;
  readonly urlOf: (name: ServiceName) => string;
  readonly start: (name: ServiceName, overrides?: Record<string, unknown>) => Promise<void>;
  readonly stop: (name: ServiceName) => Promise<void>;
  readonly signUp: (name?: string, email?: string) => Promise<Person>;
  /** Content's own context, for looking behind the curtain. */
  readonly context: () => ContentContext;
  /** The same, with its clock some days ahead. */
  readonly later: (days: number) => ContentContext;
  readonly close: () => Promise<void>;
}

export const startContentHouse = async (): Promise<ContentHouse> => {
  const servers = await startTestServers();
  const live: LiveTexts = new Map();
  const files: KeptFiles = new Map();
  const services: Partial<Record<ServiceName, Service>> = {
    user,
    content,
    editor: fakeEditor(live),
    storage: fakeStorage(files),
  };
  const running = new Map<ServiceName, TestService>();
  // a service that was stopped is still asked for where it was, and nobody answers there, as in a cluster
  const urls = new Map<ServiceName, string>();
  const urlOf = (name: ServiceName): string => urls.get(name) ?? 'http://127.0.0.1:1';
  const neighbours = Object.defineProperties(
    {},
    Object.fromEntries(Object.keys(services).map((name) => [name, { get: () => urlOf(name as ServiceName) }])),
  );
  const start: ContentHouse['start'] = async (name, overrides = {}) => {
    const service = await startTestService(services[name] as Service, servers, { neighbours, overrides });
    running.set(name, service);
    urls.set(name, service.url);
  };
  const stop: ContentHouse['stop'] = async (name) => {
    const service = running.get(name);
    running.delete(name);
    await service?.close();
  };
  let people = 0;
  const signUp: ContentHouse['signUp'] = async (name = 'Mary', email) => {
    people += 1;
    const address = email ?? `${name.toLowerCase()}-${people}@example.org`;
    const anonymous = createClient(userApi, { baseUrl: () => urlOf('user') });
    const { id } = await anonymous.createAccount({ body: { email: address, password: PASSWORD, name } });
    const { accessToken: token } = await anonymous.createSession({ body: { email: address, password: PASSWORD } });
    const headers = (): Record<string, string> => ({ authorization: `Bearer ${token}` });
    const client = createClient(contentApi, { baseUrl: () => urlOf('content'), headers });
    return { accountId: id, name, email: address, token, content: client };
  };
  const context = (): ContentContext => running.get('content')?.context as ContentContext;
  for (const name of Object.keys(services) as ServiceName[]) await start(name);
  return {
    live,
    files,
    urlOf,
    start,
    stop,
    signUp,
    context,
    later: (days) => {
      const own = context();
      return { ...own, clock: { ...own.clock, now: () => new Date(own.clock.now().getTime() + days * DAY_MS) } };
    },
    close: async () => {
      await Promise.all([...running.keys()].map(stop));
      await servers.stop();
    },
  };
};
