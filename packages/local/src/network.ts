import { readFileSync } from 'node:fs';
import { services, type ServiceName } from '@authorworks/contracts';
import type { Directory, RunningService, Service, StartOptions } from '@authorworks/platform';

/** What all services of a house are started with. */
export interface NetworkOptions {
  readonly services: readonly ServiceName[];
  /** Settings of a service, as variables. */
  readonly variablesOf: (service: ServiceName) => Readonly<Record<string, string>>;
  readonly logDestinationOf?: (service: ServiceName) => StartOptions['logDestination'];
  readonly clock?: StartOptions['clock'];
  /** Told when a service can answer. */
  readonly onStarted?: (service: ServiceName, milliseconds: number) => void;
}

/** Services in one process that find each other through a directory. */
export interface Network {
  readonly running: ReadonlyMap<ServiceName, RunningService>;
  readonly directory: Directory;
  readonly start: (service: ServiceName) => Promise<RunningService>;
  readonly stop: (service: ServiceName) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The service value of a service's package: its only export. */
export const loadService = async (name: ServiceName): Promise<Service> => {
  const module = (await import(`@authorworks/${name}`)) as Record<string, Service | undefined>;
  const service = module[name];
  if (!service) throw new Error(`The package @authorworks/${name} does not export ${name}`);
  return service;
};

/**
 * A neighbour that is not there (yet) is an address where nobody listens, as in a cluster. Port 2, because fetch refuses
 * some well-known ports itself, and that is another failure than a closed door (WHATWG Fetch, "bad port").
 */
const NOBODY = 'http://127.0.0.1:2';

/**
 * Starts services in this process, each on a free port of 127.0.0.1, the gateway last. They start side by side: a call to
 * a neighbour that is still starting is refused and retried, as in a cluster.
 */
export const openNetwork = async (options: NetworkOptions): Promise<Network> => {
  const running = new Map<ServiceName, RunningService>();
  // a service that was stopped is still asked for where it was: its name does not change in a cluster either
  const urls = new Map<ServiceName, string>();
  const directory: Directory = { urlOf: (name) => urls.get(name) ?? NOBODY };
  const start = async (name: ServiceName): Promise<RunningService> => {
    const began = performance.now();
    const service = await loadService(name);
    const logDestination = options.logDestinationOf?.(name);
    const started = await service.start({
      source: { variables: options.variablesOf(name), readFile: (path) => readFileSync(path, 'utf8') },
      directory,
      ...(options.clock ? { clock: options.clock } : {}),
      ...(logDestination ? { logDestination } : {}),
    });
    running.set(name, started);
    urls.set(name, started.url);
    options.onStarted?.(name, Math.round(performance.now() - began));
    return started;
  };
  const stop = async (name: ServiceName): Promise<void> => {
    const service = running.get(name);
    running.delete(name);
    await service?.close();
  };
  const close = async (): Promise<void> => {
    // the door first, so that nothing new comes in while the rest drains
    if (running.has('gateway')) await stop('gateway');
    await Promise.all([...running.keys()].map(stop));
  };
  const wanted = options.services.filter((name) => services[name].state === 'built');
  try {
    await Promise.all(wanted.filter((name) => name !== 'gateway').map(start));
    if (wanted.includes('gateway')) await start('gateway');
  } catch (error) {
    await close();
    throw error;
  }
  return { running, directory, start, stop, close };
};
