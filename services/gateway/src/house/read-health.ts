import type { GatewayApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { GatewayContext } from '../context.ts';

export const readHealth: Operation<GatewayContext, GatewayApi['readHealth']> = async ({ houseHealth }) => {
  const all = await houseHealth.read();
  const whole = houseHealth.isWhole(all);
  return {
    status: whole ? 200 : 503,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify({ data: { ok: whole, services: all } }),
  };
};
