import { type Placement, services, type ServiceName } from '@authorworks/contracts';
import { parties } from '../../../cdk8s/src/constructs/house.ts';
import type { KubeObject } from '../../charts/tools.ts';
import { list } from './cluster.ts';

/** Where the deployment document wants a part of the house: a service by the table, all else by whom it belongs to. */
export const placementOf = (app: string): Placement => {
  if (Object.hasOwn(services, app)) return services[app as ServiceName].placement;
  const zone = parties[app]?.zone;
  if (zone === 'data' || zone === 'ai') return 'server';
  if (zone === 'watch') return 'pi';
  if (zone === undefined) throw new Error(`${app} is nobody of the house`);
  return 'any';
};

export type Pool = 'server' | 'pi';

/** Pools of the nodes, by what they are: a Pi is arm64. */
export const poolsOfNodes = async (): Promise<ReadonlyMap<string, Pool>> =>
  new Map(
    (await list('nodes')).map((node: KubeObject) => [
      node.metadata.name,
      node.metadata.labels?.['kubernetes.io/arch'] === 'arm64' ? 'pi' : 'server',
    ]),
  );
