import type { GatewayApi } from '@authorworks/contracts';
import type { Operation } from '@authorworks/platform';
import type { GatewayContext } from '../context.ts';
import { apiPage } from './api-page.ts';

/** No script and nothing from elsewhere; the search is a form. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

export const readApiPage: Operation<GatewayContext, GatewayApi['readApiPage']> = async ({ houseApi }, { query }) => ({
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'public, max-age=60',
  },
  body: apiPage(await houseApi.read(), query.q?.trim() ?? ''),
});
