import { z } from 'zod';
import { defineApi } from '../kit/endpoint.ts';

/** `up`: ready. `degraded`: its breaker is half open. `down`: not ready or not reachable. `planned`: not built yet. */
export const ServiceHealth = z
  .object({
    name: z.string(),
    title: z.string(),
    state: z.enum(['up', 'degraded', 'down', 'planned']),
    detail: z.string().nullable(),
    latencyMs: z.number().nullable(),
  })
  .meta({ id: 'ServiceHealth' });

export const gatewayApi = defineApi({
  readHealth: {
    method: 'GET',
    path: '/healthz',
    summary: 'Health of the whole house; 503 when something that readers or writers need is down',
    audience: 'anyone',
    respond: 'stream',
    contentType: 'application/json',
  },
  readServices: {
    method: 'GET',
    path: '/api/services',
    summary: 'The services of the house, those planned included',
    audience: 'anyone',
    response: z.array(ServiceHealth),
  },
  readOpenApi: {
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'The API of the whole house (OpenAPI 3.1)',
    audience: 'anyone',
    respond: 'stream',
    contentType: 'application/json',
  },
  readApiPage: {
    method: 'GET',
    path: '/api/docs',
    summary: 'The API as a page to read',
    audience: 'anyone',
    query: z.object({ q: z.string().max(100).optional().describe('Words to look for') }),
    respond: 'stream',
    contentType: 'text/html',
  },
});

export type GatewayApi = typeof gatewayApi;
