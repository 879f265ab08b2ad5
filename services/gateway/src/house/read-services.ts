import type { GatewayApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { GatewayContext } from '../context.ts';

export const readServices: Operation<GatewayContext, GatewayApi['readServices']> = async ({ houseHealth }) =>
  await houseHealth.read();
