import type { GatewayApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { GatewayContext } from '../context.ts';

export const readOpenApi: Operation<GatewayContext, GatewayApi['readOpenApi']> = async ({ houseApi }) => ({
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=60' },
  body: JSON.stringify(await houseApi.read()),
});
