import { userApi } from '@authorworks/contracts';
import { type Base, type ConfigOf, type Context, serviceClient } from '@authorworks/platform';
import { openRedis } from '@authorworks/platform/redis';
import type { config } from './config.ts';
import type { Door } from './door/admit.ts';
import { RouteTable } from './door/route-table.ts';
import { Tokens } from './door/tokens.ts';
import { HouseHealth } from './house/house-health.ts';
import { HouseApi } from './house/house-api.ts';
import { SharedLimits } from './limits/shared-limits.ts';
import { Upstreams } from './proxy/upstreams.ts';

type GatewayBase = Base<ConfigOf<typeof config>>;

export interface GatewayContext extends Context {
  readonly config: GatewayBase['config'];
  readonly door: Door;
  readonly upstreams: Upstreams;
  readonly houseHealth: HouseHealth;
  readonly houseApi: HouseApi;
}

export const createContext = async (base: GatewayBase): Promise<GatewayContext> => {
  const { accountRatePerMinute, addressRatePerMinute } = base.config;
  const redis = openRedis(base).connect('limits', { enableAutoPipelining: true });
  const upstreams = new Upstreams(base);
  base.onClose('upstreams', async () => await upstreams.close());
  return {
    ...base,
    door: {
      routes: new RouteTable(),
      tokens: new Tokens({
        userUrl: () => base.directory.urlOf('user'),
        user: serviceClient(base, 'user', userApi),
        clock: base.clock,
      }),
      limits: new SharedLimits(redis, base.log),
      accountRatePerMinute,
      addressRatePerMinute,
    },
    upstreams,
    houseHealth: new HouseHealth(base.directory, upstreams),
    houseApi: new HouseApi(base.directory),
  };
};
