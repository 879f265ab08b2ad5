import type { UserContext } from '../context.ts';

export const readSignInMethods = ({ config, mail, provider }: UserContext) => ({
  password: true,
  signUp: config.signUp === 'open',
  provider: provider ? { name: provider.name, startUrl: '/api/user/v1/oidc/start' } : null,
  proxy: config.remoteAuthProxies !== undefined,
  outbox: mail.outbox !== undefined,
});
