import type { Api, ContentApi, GatewayApi, StorageApi, UserApi } from '@authorworks/contracts';
import { type Client, createClientFromRoutes, type RoutesOf } from '@authorworks/contracts/client';
import { contentRoutes, gatewayRoutes, storageRoutes, userRoutes } from './routes.generated.ts';
import { withRenewalKey } from './renewal-key.ts';
import { openSession, type SessionKeeper } from './session.ts';

/** The endpoints of an API that browsers can reach. */
export type PublicApi<A extends Api> = {
  readonly [K in keyof A as A[K] extends { audience: 'service' } ? never : K]: A[K];
};

export interface House {
  readonly session: SessionKeeper;
  readonly user: Client<PublicApi<UserApi>>;
  readonly content: Client<PublicApi<ContentApi>>;
  readonly storage: Client<PublicApi<StorageApi>>;
  readonly gateway: Client<PublicApi<GatewayApi>>;
  /** fetch with the access token; a refused token is renewed once and the call made again. */
  readonly fetch: typeof fetch;
}

/** Bodies that can be sent a second time. */
const repeatable = (init: RequestInit | undefined): boolean => !(init?.body instanceof ReadableStream);

const withToken = (init: RequestInit | undefined, token: string | null): RequestInit => {
  const headers = new Headers(init?.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  return { ...init, headers, credentials: 'same-origin' };
};

export const authorisedFetch =
  (session: Pick<SessionKeeper, 'token' | 'renew'>, send: typeof fetch): typeof fetch =>
  async (input, init) => {
    const token = await session.token();
    const response = await send(input, withToken(init, token));
    if (response.status !== 401 || token === null || !repeatable(init)) return response;
    const renewed = await session.renew(token);
    return renewed === null ? response : await send(input, withToken(init, renewed));
  };

const clientOf = <A extends Api>(routes: RoutesOf<PublicApi<A>>, send: typeof fetch): Client<PublicApi<A>> =>
  createClientFromRoutes<PublicApi<A>>(routes, { baseUrl: '', fetch: send });

/** The house as this page sees it. */
export const openHouse = (): House => {
  const send: typeof fetch = async (input, init) => await globalThis.fetch(input, init);
  // without the token and its renewal: what these calls answer decides about the session
  const plain = clientOf<UserApi>(
    userRoutes,
    async (input, init) => await send(input, { ...init, credentials: 'same-origin' }),
  );
  const session = openSession(
    async () =>
      await withRenewalKey(async (idempotencyKey) => await plain.refreshSession({ body: {} }, { idempotencyKey })),
  );
  const authorised = authorisedFetch(session, send);
  return {
    session,
    fetch: authorised,
    user: clientOf<UserApi>(userRoutes, authorised),
    content: clientOf<ContentApi>(contentRoutes, authorised),
    storage: clientOf<StorageApi>(storageRoutes, authorised),
    gateway: clientOf<GatewayApi>(gatewayRoutes, authorised),
  };
};
