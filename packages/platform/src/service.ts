import type { RequestListener } from 'node:http';
import type { ServiceName } from '@authorworks/contracts';
import type { Router } from 'express';
import type { JWTVerifyGetKey } from 'jose';
import type { DestinationStream } from 'pino';
import { type Clock, systemClock } from './clock.ts';
import { type ConfigOf, type ConfigSource, type ConfigSpec, readConfig } from './config.ts';
import type { Directory } from './directory.ts';
import { type Duty, FollowedDuty } from './duty.ts';
import { Health } from './health.ts';
import { createApp } from './http/app.ts';
import { remoteKeys } from './http/auth.ts';
import type { IdempotencyStore } from './http/idempotency.ts';
import { drain, type DrainOptions, listen, type Listener } from './http/listen.ts';
import type { Routes } from './http/routes.ts';
import { createIdentity, type ServiceIdentity } from './identity.ts';
import { type Inspectable, inspectionRoutes } from './inspection/routes.ts';
import { createLog, type Logger } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type BaseConfig, baseSettings } from './settings.ts';

type Disposal = () => Promise<void> | void;

/** What the platform gives a service to build its context from. */
export interface Base<C = unknown> {
  readonly name: ServiceName;
  readonly config: C & BaseConfig;
  /** The settings as they are at this moment: a file of a Secret may have changed. @throws ConfigError as when starting. */
  readonly reread: () => C & BaseConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly directory: Directory;
  readonly identity: ServiceIdentity;
  /** Whose turn the background work is, when two houses share the data. */
  readonly duty: Duty;
  /** Registers what operators may look into: the queue and the bus do it when they are opened. */
  readonly showOperators: (parts: Inspectable) => void;
  /** Registers what ends when the service does; the last opened is closed first. */
  readonly onClose: (what: string, dispose: Disposal) => void;
  /** Registers what happens first when the service is to stop, while it still answers: tell clients, finish work. */
  readonly onDrain: (what: string, prepare: Disposal) => void;
}

/** What a context may offer to the platform. */
export interface Context extends Base {
  /** Where answers to repeated POSTs are kept; without it Idempotency-Key is ignored. */
  readonly idempotency?: IdempotencyStore;
  /** Keys of access tokens, for the service that makes them; others fetch them from it. */
  readonly tokenKeys?: JWTVerifyGetKey;
}

export interface ServiceDefinition<S extends ConfigSpec, X extends Context> {
  readonly name: ServiceName;
  readonly version: string;
  /** The service's settings beside the base settings. */
  readonly config: S;
  /** Opens databases, queues, clients; built once. Whatever it opens it registers with `base.onClose`. */
  readonly context: (base: Base<ConfigOf<S>>) => Promise<X>;
  readonly routes: readonly Routes<X>[];
  /** Express handlers behind the routes: the gateway's proxy, the web's files. */
  readonly mount?: (context: X, app: Router) => void;
  /**
   * Stands before the express app and may answer by itself; the rest it hands to `app`. For the gateway, whose every
   * request would pay for express twice.
   */
  readonly front?: (context: X, app: RequestListener) => RequestListener;
  /** Attaches to the HTTP server before it listens for the world: socket.io, upgrades. */
  readonly attach?: (context: X, server: Listener['server']) => Promise<void> | void;
  /** Listeners, workers and schedules begin here, once the service can answer. */
  readonly start?: (context: X) => Promise<void> | void;
}

/** A service as its starter sees it: the types of its settings and context are its own affair. */
export interface Service {
  readonly name: ServiceName;
  readonly version: string;
  readonly config: ConfigSpec;
  readonly start: (options: StartOptions) => Promise<RunningService>;
}

export interface StartOptions {
  readonly source: ConfigSource;
  readonly directory: Directory;
  readonly clock?: Clock;
  /** Where log lines go; standard output when absent. */
  readonly logDestination?: DestinationStream;
  /** Replaces parts of the context, in tests. */
  readonly overrides?: Record<string, unknown>;
}

export interface RunningService {
  readonly name: ServiceName;
  readonly url: string;
  readonly port: number;
  readonly config: BaseConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The context, for tests and the launcher; its type is the service's own. */
  readonly context: unknown;
  /** From now on not ready, so that proxies send new work elsewhere; what comes is still answered. */
  readonly retire: () => void;
  /** Drains and closes; a second call waits for the first. */
  readonly close: () => Promise<void>;
}

interface Closing {
  readonly disposals: { what: string; dispose: Disposal }[];
  readonly drains: { what: string; prepare: Disposal }[];
}

const disposeAll = async ({ disposals }: Closing, log: Logger): Promise<void> => {
  for (const { what, dispose } of disposals.splice(0).reverse()) {
    try {
      await dispose();
    } catch (error) {
      log.warn({ err: error, what }, 'could not be closed');
    }
  }
};

const prepareAll = async ({ drains }: Closing, log: Logger): Promise<void> => {
  const prepare = async ({ what, prepare: run }: Closing['drains'][number]): Promise<void> => {
    try {
      await run();
    } catch (error) {
      log.warn({ err: error, what }, 'could not be drained');
    }
  };
  await Promise.all(drains.map(prepare));
};

/** HTTP before the gateway's is trusted for X-Forwarded-For: one hop, in a pod as on a laptop. */
const TRUSTED_HOPS = 1;

const readDuty = async (
  { colour, houseStateDirectory: directory }: BaseConfig,
  rest: Omit<Parameters<typeof FollowedDuty.read>[0], 'colour' | 'directory'>,
): Promise<FollowedDuty> => await FollowedDuty.read({ colour, directory, ...rest });

/** In a cluster others hold connections to a pod that ends, and find another pod when they are told. */
const FAREWELL_MS = 2_000;

const drainOf = ({ colour, drainSeconds }: BaseConfig): DrainOptions => ({
  farewellMs: colour === undefined ? 0 : FAREWELL_MS,
  drainMs: drainSeconds * 1000,
});

const closeService = async (closing: Closing, { health, duty, log }: Base & { duty: FollowedDuty }): Promise<void> => {
  health.draining();
  await duty.close();
  await prepareAll(closing, log);
  await disposeAll(closing, log);
  log.info('closed');
};

const startDefined = async <S extends ConfigSpec, X extends Context>(
  definition: ServiceDefinition<S, X>,
  options: StartOptions,
): Promise<RunningService> => {
  const { name } = definition;
  const read = () =>
    readConfig(name, { ...baseSettings, ...definition.config }, options.source) as unknown as ConfigOf<S> & BaseConfig;
  const config = read();
  const log = createLog(name, config.logLevel, options.logDestination);
  const closing: Closing = { disposals: [], drains: [] };
  const health = new Health();
  const clock = options.clock ?? systemClock;
  const metrics = createMetrics(name);
  const duty = await readDuty(config, { log, metrics, monotonicMs: clock.monotonicMs });
  const shown: Inspectable = {};
  const base: Base<ConfigOf<S>> = {
    name,
    config,
    reread: read,
    log,
    clock,
    metrics,
    health,
    directory: options.directory,
    identity: createIdentity(name, config.serviceKey),
    duty,
    showOperators: (parts) => void Object.assign(shown, parts),
    onClose: (what, dispose) => void closing.disposals.push({ what, dispose }),
    onDrain: (what, prepare) => void closing.drains.push({ what, prepare }),
  };
  try {
    const context = { ...(await definition.context(base)), ...options.overrides };
    const app = createApp(
      {
        service: name,
        version: definition.version,
        log,
        metrics: base.metrics,
        health,
        authenticator: {
          keys: context.tokenKeys ?? remoteKeys(() => options.directory.urlOf('user')),
          identity: base.identity,
          now: base.clock.now,
        },
        idempotency: context.idempotency,
        checkAnswers: config.checkAnswers,
        trustedProxies: TRUSTED_HOPS,
        ...(definition.mount ? { mount: (router: Router) => definition.mount?.(context, router) } : {}),
      },
      context,
      [...definition.routes, inspectionRoutes(shown, { ...definition, startedAt: base.clock.now() })],
    );
    const listener = await listen(definition.front?.(context, app) ?? app, config);
    closing.disposals.push({ what: 'http', dispose: () => drain(listener.server, drainOf(config)) });
    await definition.attach?.(context, listener.server);
    await definition.start?.(context);
    duty.follow();
    health.serving();
    log.info({ port: listener.port }, 'ready');
    let closed: Promise<void> | undefined;
    return {
      name,
      url: listener.url,
      port: listener.port,
      config,
      log,
      metrics: base.metrics,
      context,
      retire: () => health.draining(),
      close: () => (closed ??= closeService(closing, { ...base, duty })),
    };
  } catch (error) {
    await disposeAll(closing, log);
    throw error;
  }
};

/** A service as a value. Who starts it, and where its neighbours live, are arguments of `start`. */
export const defineService = <const S extends ConfigSpec, X extends Context>(
  definition: ServiceDefinition<S, X>,
): Service => ({
  name: definition.name,
  version: definition.version,
  config: definition.config,
  start: async (options) => await startDefined(definition, options),
});
