import { readFileSync } from 'node:fs';
import type { ServiceName } from '@authorworks/contracts';
import { Writable } from 'node:stream';
import type { RunningService, Service, StartOptions } from '../service.ts';
import type { TestServers } from './servers.ts';

/** The secret that all services of a test share. */
export const TEST_SERVICE_KEY = 'a key that only tests know, 32 characters and more';

export interface TestServiceOptions {
  readonly variables?: Readonly<Record<string, string>>;
  /** Where the neighbours live; asking for one that is not named is an error. */
  readonly neighbours?: Partial<Record<ServiceName, string>>;
  readonly overrides?: StartOptions['overrides'];
  readonly clock?: StartOptions['clock'];
}

/** A running service together with what it logged. */
export interface TestService extends RunningService {
  readonly logged: readonly Record<string, unknown>[];
}

const collectingLog = (lines: Record<string, unknown>[]): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      for (const line of chunk.toString().split('\n'))
        if (line) lines.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });

/** Starts a service on a free port against the test's servers, with answers checked against their contracts. */
export const startTestService = async (
  service: Service,
  servers: TestServers,
  options: TestServiceOptions = {},
): Promise<TestService> => {
  const logged: Record<string, unknown>[] = [];
  const running = await service.start({
    source: {
      variables: {
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
        ...options.variables,
      },
      readFile: (path) => readFileSync(path, 'utf8'),
    },
    directory: {
      urlOf: (name) => {
        const url = options.neighbours?.[name];
        if (!url) throw new Error(`this test has no ${name}`);
        return url;
      },
    },
    logDestination: collectingLog(logged),
    ...(options.overrides ? { overrides: options.overrides } : {}),
    ...(options.clock ? { clock: options.clock } : {}),
  });
  return { ...running, logged };
};
