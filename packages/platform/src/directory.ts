import type { ServiceName } from '@authorworks/contracts';

/** Where the neighbours live. In pods `http://content:3000`, on a laptop the ports they got. */
export interface Directory {
  /** Origin of a service, without a slash at the end. */
  readonly urlOf: (service: ServiceName) => string;
}

/**
 * The directory inside a cluster: each service under its own name.
 * @param pattern Where `{service}` stands for the name, e.g. `http://{service}-blue:3000` in a house that runs twice.
 */
export const clusterDirectory = (pattern = 'http://{service}:3000'): Directory => ({
  urlOf: (service) => pattern.replaceAll('{service}', service),
});
