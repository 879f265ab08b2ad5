import {
  builtServiceNames,
  type InspectionApi,
  inspectionApiOf,
  jobsErrors,
  type ServiceName,
  services,
} from '@authorworks/contracts';
import type { Client } from '@authorworks/contracts/client';
import { type Base, fail, serviceClient } from '@authorworks/platform';

/** Clients for looking into the services of the house, this one included. */
export interface Inspections {
  readonly names: readonly ServiceName[];
  readonly of: (service: ServiceName) => Client<InspectionApi>;
  /** @throws AppError JOBS_SERVICE_WITHOUT_QUEUE for names that are none, or of a service that keeps nothing */
  readonly withQueue: (service: string) => Client<InspectionApi>;
}

export const openInspections = (base: Pick<Base, 'directory' | 'identity'>): Inspections => {
  const clients = new Map(
    builtServiceNames.map((name) => [name, serviceClient(base, name, inspectionApiOf(name))] as const),
  );
  const find = (service: string): Client<InspectionApi> => {
    const client = clients.get(service as ServiceName);
    if (!client) throw fail(jobsErrors.serviceWithoutQueue);
    return client;
  };
  return {
    names: builtServiceNames,
    of: find,
    withQueue: (service) => {
      const client = find(service);
      if (!services[service as ServiceName].needs.postgres) throw fail(jobsErrors.serviceWithoutQueue);
      return client;
    },
  };
};
