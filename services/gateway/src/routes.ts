import { gatewayApi } from '@authorworks/contracts';
import { defineRoutes } from '@authorworks/platform';
import type { GatewayContext } from './context.ts';
import { readApiPage } from './house/read-api-page.ts';
import { readHealth } from './house/read-health.ts';
import { readOpenApi } from './house/read-open-api.ts';
import { readServices } from './house/read-services.ts';

export const routes = defineRoutes<GatewayContext>()(gatewayApi, {
  readHealth,
  readServices,
  readOpenApi,
  readApiPage,
});
