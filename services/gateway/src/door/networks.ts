import { BlockList, isIP } from 'node:net';
import { list, type Setting } from '@authorworks/platform';

/** Addresses of some networks. */
export interface Networks {
  readonly has: (address: string) => boolean;
}

/** IPv4 in IPv6's clothes (RFC 4291, 2.5.5.2) is the same machine. */
export const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;

const add = (blocks: BlockList, network: string): void => {
  const [address = '', length] = network.split('/');
  const version = isIP(address);
  const bits = length === undefined ? (version === 4 ? 32 : 128) : Number(length);
  if (version === 0 || !/^\d{1,3}$/.test(length ?? '0') || bits > (version === 4 ? 32 : 128))
    throw new Error(`must hold networks such as 10.42.0.0/16 or fd00::/8, not "${network}"`);
  blocks.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
};

/** @throws Error that completes the sentence "NAME …" */
export const networksOf = (cidrs: readonly string[]): Networks => {
  // most houses name none, and this is asked for every request
  if (cidrs.length === 0) return { has: () => false };
  const blocks = new BlockList();
  for (const cidr of cidrs) add(blocks, cidr);
  return { has: (address) => blocks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') };
};

/** A setting that holds networks; a wrong one is reported with all other settings. */
export const networks = (options: { readonly doc: string; readonly default?: string }): Setting<Networks> => {
  const plain = list(options);
  return {
    ...plain,
    shape: 'comma-separated networks (CIDR)',
    parse: (raw) => networksOf(plain.parse(raw)),
  };
};
