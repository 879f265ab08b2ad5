import { Inspection, type JobsApi, type ServiceName, services } from '@authorworks/contracts';
import { type Operation, translateError } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { readStores } from './stores.ts';

interface Looked {
  readonly name: ServiceName;
  readonly title: string;
  readonly inspection: Inspection | null;
  readonly problem: string | null;
}

const inspect = async ({ inspections }: JobsContext, name: ServiceName, signal: AbortSignal): Promise<Looked> => {
  const known = { name, title: services[name].title };
  try {
    // a service of another version may tell other things
    const told = Inspection.safeParse(await inspections.of(name).readInspection(undefined, { signal }));
    return told.success
      ? { ...known, inspection: told.data, problem: null }
      : { ...known, inspection: null, problem: 'It answers, but not as expected.' };
  } catch (error) {
    return { ...known, inspection: null, problem: translateError(error).message };
  }
};

export const readHouse: Operation<JobsContext, JobsApi['readHouse']> = async (context, { signal }) => {
  const { machines, postgres, redis, inspections, clock } = context;
  const [state, stores, looked] = await Promise.all([
    machines.read(),
    readStores(postgres, redis),
    Promise.all(inspections.names.map(async (name) => await inspect(context, name, signal))),
  ]);
  return {
    mode: machines.mode,
    takenAt: clock.now().toISOString(),
    nodes: [...state.nodes],
    pods: [...state.pods],
    releases: [...state.releases],
    gaps: [...state.gaps],
    stores,
    services: looked,
  };
};
