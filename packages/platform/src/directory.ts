import type { ServiceName } from '@authorworks/contracts';

/** Where the neighbours live. In pods `http://content:3000`, on a laptop the ports they got. */
export interface Directory {
  /** Origin of a service, without a slash at the end. */
  readonly urlOf: (service: ServiceName) => string;
}

/** The directory inside a cluster: each service under its own name. */
export const clusterDirectory = (port = 3000): Directory => ({ urlOf: (service) => `http://${service}:${port}` });
