import {
  apis,
  type EndpointDefinition,
  platformErrors,
  gatewayErrors,
  type ServiceName,
  serviceNames,
  serviceOfPath,
  services,
} from '@authorworks/contracts';
import { fail } from '@authorworks/platform';

export interface Route {
  readonly service: ServiceName;
  /** Name in metrics and limits: `content.createBook`, or the service alone where no endpoint is at this address. */
  readonly name: string;
  /** undefined: files of the web, socket.io's polling, or nothing at all; the service will tell. */
  readonly endpoint: EndpointDefinition | undefined;
  /** Under one of the service's socket paths. */
  readonly socket: boolean;
}

interface Entry {
  readonly segments: readonly string[];
  readonly route: Route;
}

const entries = (): Map<string, Entry[]> => {
  const table = new Map<string, Entry[]>();
  for (const [service, api] of Object.entries(apis) as [ServiceName, Readonly<Record<string, EndpointDefinition>>][]) {
    for (const [name, endpoint] of Object.entries(api)) {
      if (endpoint.audience === 'service') continue;
      const segments = endpoint.path.split('/');
      const key = `${endpoint.method} ${segments.length}`;
      const route: Route = { service, name: `${service}.${name}`, endpoint, socket: false };
      table.set(key, [...(table.get(key) ?? []), { segments, route }]);
    }
  }
  // fixed words before parameters: /sessions/current is not /sessions/:sessionId
  const parameters = ({ segments }: Entry): number => segments.filter((segment) => segment.startsWith(':')).length;
  for (const list of table.values()) list.sort((a, b) => parameters(a) - parameters(b));
  return table;
};

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.every((word, index) => (word.startsWith(':') ? segments[index] !== '' : word === segments[index]));

const isUnder = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

const plannedAt = (path: string): ServiceName | undefined =>
  serviceNames.find(
    (name) => services[name].state === 'planned' && services[name].paths.some((prefix) => isUnder(path, prefix)),
  );

/** Addresses → services and endpoints, from the table and the contracts. */
export class RouteTable {
  readonly #entries = entries();
  readonly #bare = new Map<string, Route>();

  /** @throws AppError GATEWAY_SERVICE_PLANNED for what is not built yet, ROUTE_NOT_FOUND for what is not public. */
  find(method: string, path: string): Route {
    const service = serviceOfPath(path);
    if (service === undefined) {
      const planned = plannedAt(path);
      if (planned)
        throw fail(gatewayErrors.servicePlanned, {
          message: `${services[planned].title} is planned, but not built yet.`,
        });
      throw fail(platformErrors.routeNotFound);
    }
    const segments = path.split('/');
    const candidates = this.#entries.get(`${method === 'HEAD' ? 'GET' : method} ${segments.length}`) ?? [];
    const found = candidates.find((entry) => entry.route.service === service && fits(entry.segments, segments));
    return found?.route ?? this.#bareRoute(service, path);
  }

  #bareRoute(service: ServiceName, path: string): Route {
    const socket = (services[service].sockets ?? []).some((prefix) => isUnder(path, prefix));
    const name = socket ? `${service}.socket` : service;
    let route = this.#bare.get(name);
    if (!route) this.#bare.set(name, (route = { service, name, endpoint: undefined, socket }));
    return route;
  }
}
