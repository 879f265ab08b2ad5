import { defineConfig, integer, list, redisSettings } from '@authorworks/platform';
import { networks } from './door/networks.ts';

/** Private networks and this machine (RFC 1918, RFC 4193, RFC 6890). */
const HOME = '127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7';

export const config = defineConfig({
  ...redisSettings,
  accountRatePerMinute: integer({ doc: 'Requests per minute for one account', default: 1_200, min: 1 }),
  addressRatePerMinute: integer({
    doc: 'Requests per minute for one address that is not signed in (IPv6: one /64)',
    default: 600,
    min: 1,
  }),
  socketsPerAddress: integer({ doc: 'WebSockets that one address may have open at a time', default: 200, min: 1 }),
  trustedProxies: networks({
    doc: 'Networks (CIDR) whose X-Forwarded-For, -Proto and -Host are believed, e.g. the pods of the cluster: 10.42.0.0/16',
  }),
  signInProxies: networks({
    doc: 'Networks (CIDR) that may send Remote-User, Remote-Groups, Remote-Name and Remote-Email (Authelia); from others they are removed',
  }),
  operatorNetworks: networks({
    doc: 'Networks (CIDR) that may read /metrics, if they come without a proxy',
    default: HOME,
  }),
  corsOrigins: list({ doc: 'Origins of other web apps that may use the API from a browser, e.g. https://app.example' }),
  fileOrigins: list({
    doc: 'Further origins that pages may load files from and send files to: S3 as browsers reach it',
  }),
});
