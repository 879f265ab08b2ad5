import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, Provider } from 'oidc-provider';

export const CLIENT = { id: 'authorworks', secret: 'the secret of the house at its provider' };
export const HOUSE_URL = 'http://books.test';

/** Somebody whom the provider knows. */
export interface ProviderPerson {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: unknown;
  readonly name?: string;
}

/** A real, certified OpenID Connect provider in the place of Authelia. */
export interface SignInProvider {
  readonly issuer: string;
  /** Who sits at the keyboard when the provider asks; undefined: somebody who says no. */
  setPerson: (person: ProviderPerson | undefined) => void;
  readonly stop: () => Promise<void>;
}

export const listenOnLoopback = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export const stopServer = async (server: Server): Promise<void> => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
};

const configuration = (people: ReadonlyMap<string, ProviderPerson>, pkceRequired: boolean): Configuration => ({
  clients: [
    {
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [`${HOUSE_URL}/api/user/v1/oidc/callback`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  findAccount: (_context, sub) => {
    const person = people.get(sub);
    return person && { accountId: sub, claims: () => ({ ...person }) };
  },
  pkce: { required: () => pkceRequired },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['only for tests'] },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  renderError: (context, { error }) => {
    context.body = error;
  },
});

/** Answers the provider's question who it is, without a form: whoever was set is who it is. */
const answer = async (
  provider: Provider,
  person: ProviderPerson | undefined,
  [request, response]: [IncomingMessage, ServerResponse],
): Promise<void> => {
  const { params, prompt } = await provider.interactionDetails(request, response);
  if (!person) {
    const refusal = { error: 'access_denied', error_description: '<b>No.</b>' };
    await provider.interactionFinished(request, response, refusal);
    return;
  }
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: person.sub, remember: false } });
    return;
  }
  const grant = new provider.Grant({ accountId: person.sub, clientId: String(params['client_id']) });
  grant.addOIDCScope('openid email profile');
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
};

export const startSignInProvider = async (options: { pkceRequired?: boolean } = {}): Promise<SignInProvider> => {
  const people = new Map<string, ProviderPerson>();
  let atKeyboard: ProviderPerson | undefined;
  const server = createServer();
  const issuer = await listenOnLoopback(server);
  const provider = new Provider(issuer, configuration(people, options.pkceRequired ?? true));
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      answer(provider, atKeyboard, [request, response]).catch(() => response.writeHead(500).end());
      return;
    }
    void handle(request, response);
  });
  return {
    issuer,
    setPerson: (person) => {
      atKeyboard = person;
      if (person) people.set(person.sub, person);
    },
    stop: async () => await stopServer(server),
  };
};

/** A browser: keeps cookies for each origin, follows no redirect by itself. */
export interface Browser {
  readonly get: (url: string, headers?: Record<string, string>) => Promise<Response>;
  readonly cookies: (url: string) => Map<string, string>;
  /** Follows redirects until one leads to `until`, and returns that address. */
  readonly follow: (url: string, until: string) => Promise<URL>;
}

export const openBrowser = (): Browser => {
  const jars = new Map<string, Map<string, string>>();
  const cookies = (url: string): Map<string, string> => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };
  const get = async (url: string, headers: Record<string, string> = {}): Promise<Response> => {
    const jar = cookies(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { ...(cookie ? { cookie } : {}), ...headers } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  return {
    get,
    cookies,
    follow: async (url, until) => {
      let current = new URL(url);
      for (let hop = 0; hop < 12; hop += 1) {
        if (current.href.startsWith(until)) return current;
        const response = await get(current.href);
        const location = response.headers.get('location');
        if (!location)
          throw new Error(`${current.href} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
        current = new URL(location, current);
      }
      throw new Error('too many redirects');
    },
  };
};
