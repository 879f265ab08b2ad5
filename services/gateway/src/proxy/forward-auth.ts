import type { IncomingMessage, ServerResponse } from 'node:http';
import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { GatewayContext } from '../context.ts';
import { admit } from '../door/admit.ts';
import type { Client } from '../door/client.ts';
import { rateHeaders } from './headers.ts';

/** Where Traefik asks, inside the cluster only: nothing under /internal is routed from outside. */
export const FORWARD_AUTH_PATH = '/internal/gateway/v1/authorize';

const one = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

/**
 * Traefik's ForwardAuth: the same decision as for requests that come through here, about a request that Traefik will send
 * to its service by itself. 200 with the headers to copy (`Authorization`, `X-Request-Id`), or the refusal for the caller.
 * @throws AppError ROUTE_NOT_FOUND to everybody but a trusted proxy
 */
export const forwardAuth = async (
  { door }: GatewayContext,
  visit: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly client: Client;
    readonly requestId: string;
  },
): Promise<void> => {
  const { request, response, client, requestId } = visit;
  const { headers } = request;
  const uri = one(headers['x-forwarded-uri']);
  if (!client.byProxy || uri === undefined) throw fail(platformErrors.routeNotFound);
  const admission = await admit(door, {
    method: one(headers['x-forwarded-method']) ?? 'GET',
    requestTarget: uri,
    authorization: headers.authorization,
    address: client.address,
  });
  const { authorization, rate } = admission;
  const answer: Record<string, string> = {
    ...rateHeaders(rate),
    'x-request-id': requestId,
    'cache-control': 'no-store',
  };
  if (authorization !== undefined) answer['authorization'] = authorization;
  // Traefik removes what it is to copy and does not find here, so a stranger's Remote-User ends here
  if (client.maySignIn) Object.assign(answer, signInHeaders(headers));
  response.writeHead(200, answer).end();
};

const signInHeaders = (headers: IncomingMessage['headers']): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const name of ['remote-user', 'remote-groups', 'remote-name', 'remote-email']) {
    const value = one(headers[name]);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
};
