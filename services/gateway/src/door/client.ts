import { type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { type Networks, plainAddress } from './networks.ts';

/** Who is at the door, as far as it can be believed. */
export interface Client {
  readonly address: string;
  readonly protocol: 'http' | 'https';
  readonly host: string;
  /** The peer itself is one of our proxies. */
  readonly byProxy: boolean;
  /** Remote-User and the like come from a proxy that may say so. */
  readonly maySignIn: boolean;
}

export interface ProxyTrust {
  readonly trustedProxies: Networks;
  readonly signInProxies: Networks;
}

const first = (header: string | string[] | undefined): string =>
  (Array.isArray(header) ? header[0] : header)?.split(',')[0]?.trim() ?? '';

/** The last address that was not added by a proxy of ours; what stands before it was written by the client itself. */
const forwardedFor = (header: string | string[] | undefined, peer: string, trusted: Networks): string => {
  const named = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  let address = peer;
  for (const part of named.toReversed()) {
    const candidate = plainAddress(part.trim());
    if (isIP(candidate) === 0) return address;
    address = candidate;
    if (!trusted.has(candidate)) return address;
  }
  return address;
};

export const clientOf = (
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  { trustedProxies, signInProxies }: ProxyTrust,
): Client => {
  const { headers, socket } = request;
  const peer = plainAddress(socket.remoteAddress ?? '0.0.0.0');
  const maySignIn = signInProxies.has(peer);
  const host = headers.host ?? '';
  if (!trustedProxies.has(peer)) return { address: peer, protocol: 'http', host, byProxy: false, maySignIn };
  return {
    address: forwardedFor(headers['x-forwarded-for'], peer, trustedProxies),
    protocol: first(headers['x-forwarded-proto']) === 'https' ? 'https' : 'http',
    host: first(headers['x-forwarded-host']) || host,
    byProxy: true,
    maySignIn,
  };
};

/** The 16-bit groups of an IPv6 address. */
const groupsOf = (address: string): string[] => {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  if (tail === undefined) return left;
  const right = tail === '' ? [] : tail.split(':');
  return [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'), ...right];
};

/** What limits are counted by: an IPv6 customer has a whole /64 to choose addresses from (RFC 6177). */
export const addressKey = (address: string): string =>
  address.includes(':')
    ? `${groupsOf(address)
        .slice(0, 4)
        .map((group) => Number.parseInt(group, 16).toString(16))
        .join(':')}::/64`
    : address;
