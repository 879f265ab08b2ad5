import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Admission } from '../door/admit.ts';
import type { Client } from '../door/client.ts';
import type { Rate } from '../limits/buckets.ts';

/** They mean one connection only (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What only we may say to a service; `expect` has been answered by our own server already. */
const OURS = new Set([
  'host',
  'expect',
  'forwarded',
  'authorization',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
]);

/** Remote-User and its like, also as `Remote_User`, which some frameworks take for the same. */
const SIGN_IN = /^remote[-_]/;

/** Names that this message's Connection header declares to be for the next hop alone. */
const namedByConnection = (connection: string | undefined): Set<string> | undefined => {
  if (connection === undefined || /^(?:keep-alive|close|upgrade)$/i.test(connection)) return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
};

/** Headers for the service. */
export const requestHeaders = (
  headers: IncomingHttpHeaders,
  admission: Pick<Admission, 'authorization'>,
  client: Client,
  requestId: string,
): Record<string, string> => {
  const named = namedByConnection(headers.connection);
  const out: Record<string, string> = {};
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) || OURS.has(name) || named?.has(name)) continue;
    if (!client.maySignIn && SIGN_IN.test(name)) continue;
    const value = headers[name];
    if (value !== undefined) out[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  if (admission.authorization !== undefined) out['authorization'] = admission.authorization;
  out['x-forwarded-for'] = client.address;
  out['x-forwarded-host'] = client.host;
  out['x-forwarded-proto'] = client.protocol;
  out['x-request-id'] = requestId;
  return out;
};

/** Headers for the caller, from the service's and our own; ours win. */
export const responseHeaders = (
  headers: IncomingHttpHeaders,
  own: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>> = {},
): OutgoingHttpHeaders => {
  const named = namedByConnection(headers.connection);
  const out: OutgoingHttpHeaders = { ...defaults };
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) || named?.has(name)) continue;
    out[name] = headers[name];
  }
  return Object.assign(out, own);
};

/** `X-RateLimit-*` as the house promises them; Reset is in seconds. */
export const rateHeaders = (rate: Rate | undefined): Record<string, string> =>
  rate
    ? {
        'x-ratelimit-limit': String(rate.limit),
        'x-ratelimit-remaining': String(rate.remaining),
        'x-ratelimit-reset': String(Math.ceil(rate.resetMs / 1000)),
      }
    : {};
