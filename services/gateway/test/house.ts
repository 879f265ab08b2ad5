import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { ServiceName } from '@authorworks/contracts';
import { TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_TYPE } from '@authorworks/platform';
import { startTestServers, startTestService, type TestServers, type TestService } from '@authorworks/platform/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { gateway } from '../src/index.ts';

/** A plain HTTP server in the place of a service. */
export interface Upstream {
  readonly url: string;
  readonly server: Server;
  /** Requests that have arrived, newest last. */
  readonly seen: { method: string; url: string; headers: IncomingMessage['headers'] }[];
  /** What it answers; may be changed by a test. */
  answer: RequestListener;
  readonly stop: () => Promise<void>;
}

const ok: RequestListener = (request, response) => {
  request.resume();
  request.on('end', () => response.setHeader('content-type', 'application/json').end('{"data":"ok"}'));
};

export const startUpstream = async (answer: RequestListener = ok): Promise<Upstream> => {
  const seen: Upstream['seen'] = [];
  const upstream = { answer };
  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    upstream.answer(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return Object.assign(upstream, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    seen,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  });
};

/** Stands for the user service: keys, and the exchange of personal tokens. */
export interface TestUser extends Upstream {
  readonly tokenFor: (claims?: { accountId?: string; sessionId?: string; lifeSeconds?: number }) => Promise<string>;
  /** Personal tokens that exist, and whose they are. */
  readonly apiTokens: Map<string, string>;
  readonly exchanges: () => number;
}

const uuid = (): string => crypto.randomUUID();

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

export const startTestUser = async (): Promise<TestUser> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA', use: 'sig' }] };
  const apiTokens = new Map<string, string>();
  const tokenFor: TestUser['tokenFor'] = async ({ accountId = uuid(), sessionId = uuid(), lifeSeconds = 900 } = {}) => {
    const now = Math.floor(Date.now() / 1000);
    return await new SignJWT({ sid: sessionId, name: 'Mary', roles: ['author'] })
      .setProtectedHeader({ alg: 'EdDSA', typ: TOKEN_TYPE, kid: 'test' })
      .setSubject(accountId)
      .setIssuer(TOKEN_ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + lifeSeconds)
      .sign(privateKey);
  };
  let exchanges = 0;
  const exchange = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    exchanges += 1;
    const { token } = JSON.parse(await bodyOf(request)) as { token: string };
    const accountId = apiTokens.get(token);
    response.setHeader('content-type', 'application/json');
    if (!accountId) {
      response.writeHead(401).end('{"error":{"code":"USER_API_TOKEN_INVALID","message":"no","requestId":"x"}}');
      return;
    }
    response.end(JSON.stringify({ data: { accessToken: await tokenFor({ accountId }), expiresInSeconds: 300 } }));
  };
  const upstream = await startUpstream((request, response) => {
    if (request.url === '/api/user/v1/jwks')
      response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
    else if (request.url === '/internal/user/v1/api-tokens/exchange') void exchange(request, response);
    else ok(request, response);
  });
  return Object.assign(upstream, { tokenFor, apiTokens, exchanges: () => exchanges });
};

export interface TestGateway {
  readonly servers: TestServers;
  readonly gateway: TestService;
  readonly user: TestUser;
  readonly content: Upstream;
  readonly editor: Upstream;
  readonly web: Upstream;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A gateway with a toy house behind it and a Redis of its own. */
export const startTestGateway = async (
  options: {
    readonly variables?: Record<string, string>;
    readonly neighbours?: Partial<Record<ServiceName, string>>;
  } = {},
): Promise<TestGateway> => {
  const servers = await startTestServers();
  const [user, content, editor, web] = await Promise.all([
    startTestUser(),
    startUpstream(),
    startUpstream(),
    startUpstream((_request, response) => response.setHeader('content-type', 'text/html').end('<title>shelf</title>')),
  ]);
  const running = await startTestService(gateway, servers, {
    variables: options.variables ?? {},
    neighbours: { user: user.url, content: content.url, editor: editor.url, web: web.url, ...options.neighbours },
  });
  return {
    servers,
    gateway: running,
    user,
    content,
    editor,
    web,
    url: running.url,
    stop: async () => {
      await running.close();
      await Promise.all([user, content, editor, web].map(async (upstream) => await upstream.stop()));
      await servers.stop();
    },
  };
};

/** Sends bytes as they are and gives back all that comes until the other side ends, or `untilText` has come. */
export const sendRaw = async (url: string, bytes: string, untilText?: string): Promise<string> =>
  await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (untilText !== undefined && answer.includes(untilText)) socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(answer) : reject(error),
    );
  });

export const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { code: string } }).error.code;
