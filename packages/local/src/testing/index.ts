import { Writable } from 'node:stream';
import {
  type AccountId,
  type Client,
  contentApi,
  type ContentApi,
  createClient,
  type ServiceName,
  storageApi,
  type StorageApi,
  userApi,
  type UserApi,
} from '@authorworks/contracts';
import { startTestServers, TEST_SERVICE_KEY, type TestServers } from '@authorworks/platform/testing';
import { type Network, openNetwork } from '../network.ts';

export { eventually } from '@authorworks/platform/testing';

/** A person with an account, signed in, and typed clients that speak for them. */
export interface TestPerson {
  readonly accountId: AccountId;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly user: Client<UserApi>;
  readonly content: Client<ContentApi>;
  readonly storage: Client<StorageApi>;
}

export interface TestHouseOptions {
  readonly services: readonly ServiceName[];
  /** Further settings of single services. */
  readonly variables?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
}

/** Real services in one process on real PostgreSQL and Redis, for tests of services that need neighbours. */
export interface TestHouse {
  readonly servers: TestServers;
  readonly network: Network;
  /** Origin of a service, or of the gateway where it is part of the house. */
  readonly urlOf: (service: ServiceName) => string;
  /** The context of a running service, for looking behind the curtain. */
  readonly contextOf: <Context>(service: ServiceName) => Context;
  /** Signs up and in through the user service. */
  readonly signUp: (name?: string) => Promise<TestPerson>;
  readonly logged: readonly Record<string, unknown>[];
  readonly stop: () => Promise<void>;
}

const PASSWORD = 'correct horse battery staple';

const collect = (lines: Record<string, unknown>[]): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      for (const line of chunk.toString().split('\n'))
        if (line) lines.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });

const variablesFor = (servers: TestServers): Record<string, string> => ({
  PORT: '0',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'debug',
  SERVICE_KEY: TEST_SERVICE_KEY,
  CHECK_ANSWERS: 'true',
  DRAIN_SECONDS: '2',
  DATABASE_URL: servers.databaseUrl,
  REDIS_URL: servers.redis.url,
  BLOBS: 'disk',
  BLOBS_DIRECTORY: `${servers.directory}/blobs`,
  MAIL: 'outbox',
  MAIL_OUTBOX_DIRECTORY: `${servers.directory}/outbox`,
  RUNNER: 'process',
  RUNS_DIRECTORY: `${servers.directory}/runs`,
});

export const startTestHouse = async (options: TestHouseOptions): Promise<TestHouse> => {
  const servers = await startTestServers();
  const logged: Record<string, unknown>[] = [];
  const network = await openNetwork({
    services: options.services,
    variablesOf: (name) => ({ ...variablesFor(servers), ...options.variables?.[name] }),
    logDestinationOf: () => collect(logged),
  });
  const urlOf = (service: ServiceName): string => network.directory.urlOf(service);
  let people = 0;
  const signUp = async (name = 'Mary'): Promise<TestPerson> => {
    people += 1;
    const email = `${name.toLowerCase().replaceAll(/[^a-z]/g, '')}-${people}@example.org`;
    const anonymous = createClient(userApi, { baseUrl: () => urlOf('user') });
    const { id } = await anonymous.createAccount({ body: { email, password: PASSWORD, name } });
    const { accessToken } = await anonymous.createSession({ body: { email, password: PASSWORD } });
    const as = { headers: () => ({ authorization: `Bearer ${accessToken}` }) };
    return {
      accountId: id,
      name,
      email,
      password: PASSWORD,
      accessToken,
      user: createClient(userApi, { baseUrl: () => urlOf('user'), ...as }),
      content: createClient(contentApi, { baseUrl: () => urlOf('content'), ...as }),
      storage: createClient(storageApi, { baseUrl: () => urlOf('storage'), ...as }),
    };
  };
  return {
    servers,
    network,
    urlOf,
    contextOf: <Context>(service: ServiceName) => network.running.get(service)?.context as Context,
    signUp,
    logged,
    stop: async () => {
      await network.close();
      await servers.stop();
    },
  };
};
