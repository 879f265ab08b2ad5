import { BlockList, isIP } from 'node:net';

/** Ranges of addresses, e.g. 10.42.0.0/16. */
export interface AddressRanges {
  readonly includes: (address: string) => boolean;
}

/** ::ffff:192.0.2.1, as sockets that listen on both families call an IPv4 peer, is 192.0.2.1. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');

const familyOf = (address: string): 'ipv4' | 'ipv6' | undefined => {
  const version = isIP(address);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined;
};

/** @throws Error that completes the sentence "NAME …". @returns undefined for none. */
export const parseRanges = (raw: string): AddressRanges | undefined => {
  const ranges = raw
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '');
  if (ranges.length === 0) return undefined;
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = '', more] = range.split('/');
    const family = familyOf(address);
    const width = family === 'ipv4' ? 32 : 128;
    if (!family || more !== undefined || !/^\d{1,3}$/.test(bits) || Number(bits) > width)
      throw new Error(`must list ranges such as 10.42.0.0/16 or fd00::/8, not "${range}"`);
    list.addSubnet(address, Number(bits), family);
  }
  return {
    includes: (address) => {
      const plain = plainAddress(address);
      const family = familyOf(plain);
      return family !== undefined && list.check(plain, family);
    },
  };
};

const IPV4_PREFIX_BITS = 24;
const IPV6_PREFIX_GROUPS = 4;

/** All groups of an IPv6 address, so that `::` cannot make one address look like two. */
const groupsOf = (address: string): string[] => {
  const url = new URL(`http://[${address.replace(/%.*$/, '')}]`);
  const [head = '', tail] = url.hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array.from({ length: missing }, () => '0'), ...right];
};

/** What one household or attacker has of addresses: /24 of IPv4, /64 of IPv6. */
export const prefixOf = (address: string): string => {
  const plain = plainAddress(address);
  const family = familyOf(plain);
  if (family === 'ipv4') return `${plain.split('.').slice(0, 3).join('.')}.0/${IPV4_PREFIX_BITS}`;
  if (family === 'ipv6') return `${groupsOf(plain).slice(0, IPV6_PREFIX_GROUPS).join(':')}::/64`;
  return 'unknown';
};
