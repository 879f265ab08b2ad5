import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccountId, AccountRole, ApiTokenScope, SessionId } from '@authorworks/contracts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_TYPE } from '../http/auth.ts';
import { newId } from '../ids.ts';

/** Issues access tokens as the user service does, for tests of one service alone. */
export interface TestIssuer {
  /** To be given as the neighbour `user`. */
  readonly url: string;
  readonly tokenFor: (account?: {
    accountId?: AccountId;
    roles?: readonly AccountRole[];
    scopes?: readonly ApiTokenScope[];
    name?: string;
    sessionId?: SessionId;
    /** Negative: it has ended already. */
    lifetimeSeconds?: number;
  }) => Promise<string>;
  readonly stop: () => Promise<void>;
}

export const startTestIssuer = async (): Promise<TestIssuer> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA', use: 'sig' }] };
  const server = createServer(
    (_request, response) => void response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks)),
  );
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokenFor: async ({
      accountId = newId<AccountId>(),
      roles = ['author'],
      scopes,
      name = 'Mary',
      sessionId = newId<SessionId>(),
      lifetimeSeconds = 900,
    } = {}) =>
      await new SignJWT({ sid: sessionId, name, roles, ...(scopes ? { scopes } : {}) })
        .setProtectedHeader({ alg: 'EdDSA', typ: TOKEN_TYPE, kid: 'test' })
        .setSubject(accountId)
        .setIssuer(TOKEN_ISSUER)
        .setAudience(TOKEN_AUDIENCE)
        .setIssuedAt(Math.floor(Date.now() / 1000) + Math.min(0, lifetimeSeconds - 60))
        .setExpirationTime(Math.floor(Date.now() / 1000) + lifetimeSeconds)
        .sign(privateKey),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
};
