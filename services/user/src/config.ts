import {
  choice,
  type ConfigOf,
  defineConfig,
  integer,
  mailSettings,
  oneOf,
  postgresSettings,
  redisSettings,
  type Setting,
  text,
  url,
} from '@authorworks/platform';
import { type AddressRanges, parseRanges } from './session/address-ranges.ts';

const addressRanges = (doc: string): Setting<AddressRanges | undefined> => ({
  doc,
  secret: false,
  shape: 'comma-separated list of CIDR ranges',
  fallback: '',
  optional: true,
  parse: parseRanges,
});

export const config = defineConfig({
  ...postgresSettings,
  ...redisSettings,
  ...mailSettings,
  signUp: oneOf(['open', 'closed'], { doc: 'Who may make an account by the sign-up form', default: 'open' }),
  emailVerification: oneOf(['optional', 'required'], {
    doc: 'required: nobody signs in before the e-mail address is confirmed',
    default: 'optional',
  }),
  outboxAccess: oneOf(['anyone', 'operator'], {
    doc: 'Who may read mails that are kept instead of sent; anyone is for a house that only its own machine can reach',
    default: 'operator',
  }),
  accessTokenMinutes: integer({ doc: 'Life of an access token, in minutes', default: 15, min: 1, max: 60 }),
  refreshTokenDays: integer({
    doc: 'A session that was not used for so many days has ended',
    default: 30,
    min: 1,
    max: 365,
  }),
  signingKeyDays: integer({
    doc: 'After so many days another key signs the access tokens',
    default: 30,
    min: 1,
    max: 365,
  }),
  passwordHashings: integer({
    doc: 'Passwords hashed at the same time; each takes one core and 19 MiB',
    default: 2,
    min: 1,
    max: 3,
  }),
  remoteAuthProxies: addressRanges(
    'Proxies (Authelia) whose Remote-Email header signs people in, by their address on the connection; empty: none',
  ),
  oidc: choice({
    doc: 'Sign-in with a provider (OpenID Connect)',
    default: 'off',
    options: {
      off: {},
      on: {
        oidcIssuer: url({ doc: 'Issuer, e.g. https://auth.books.example' }),
        oidcClientId: text({ doc: 'Client id' }),
        oidcClientSecret: text({ doc: 'Client secret', secret: true }),
        oidcName: text({ doc: 'Name of the provider on the sign-in page', default: 'Single sign-on' }),
        oidcScopes: text({ doc: 'Scopes asked for', default: 'openid email profile' }),
        oidcSignUp: oneOf(['open', 'closed'], {
          doc: 'Whether somebody whom the provider knows and this house does not gets an account',
          default: 'open',
        }),
      },
    },
  }),
});
export type UserConfig = ConfigOf<typeof config>;
