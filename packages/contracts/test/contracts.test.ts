import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contracts from '../src/index.ts';
import {
  type Api,
  apis,
  ApiError,
  BookId,
  builtServiceNames,
  createClient,
  type EndpointDefinition,
  type ErrorDefinition,
  type EventDefinition,
  type JobDefinition,
  type ServiceName,
  serviceNames,
  serviceOfPath,
  services,
  userApi,
  SceneId,
} from '../src/index.ts';
import { mergeOpenApi, openApiOf } from '../src/kit/openapi.ts';

const endpoints: { service: ServiceName; name: string; endpoint: EndpointDefinition }[] = (
  Object.entries(apis) as [ServiceName, Api][]
).flatMap(([service, api]) => Object.entries(api).map(([name, endpoint]) => ({ service, name, endpoint })));
const named = endpoints.map((one) => [`${one.service}.${one.name}`, one] as const);

const documentOf = (service: ServiceName): ReturnType<typeof openApiOf> => {
  const { title, summary } = services[service];
  return openApiOf(
    { name: service, title, summary, version: '1' },
    (apis as Partial<Record<ServiceName, Api>>)[service] ?? {},
  );
};

/** By the schema of OpenAPI 3.1 itself. */
const isValid = async (document: object): Promise<{ valid: boolean }> =>
  await new Validator().validate(structuredClone(document) as Record<string, unknown>);

describe('the table of services', () => {
  it.each([
    ['/', 'web'],
    ['/books/frankenstein', 'web'],
    ['/apis', 'web'],
    ['/api/user', 'user'],
    ['/api/user/v1/me', 'user'],
    ['/api/content/v1/books', 'content'],
    ['/api/editor/socket/', 'editor'],
    ['/api/docs', 'gateway'],
    ['/api/openapi.json', 'gateway'],
    ['/healthz', 'gateway'],
    ['/healthzz', 'web'],
    ['/api', undefined],
    ['/api/', undefined],
    ['/api/userx/v1', undefined],
    ['/api/audio/v1', undefined],
    ['/api/messaging/socket', undefined],
    ['/internal', undefined],
    ['/internal/user/v1/accounts/find', undefined],
  ])('sends %s to %s', (path, service) => expect(serviceOfPath(path)).toBe(service));

  it('gives no path to two services', () => {
    const all = serviceNames.flatMap((name) => services[name].paths);
    expect(new Set(all).size).toBe(all.length);
  });
  it('has requests below limits, needs that exist, and sockets among its paths', () => {
    for (const name of serviceNames) {
      const { memoryMiB, cpuMillis, needs, replicas, sockets = [], paths } = services[name];
      expect(memoryMiB.request).toBeLessThanOrEqual(memoryMiB.limit);
      expect(cpuMillis.request).toBeLessThanOrEqual(cpuMillis.limit);
      expect(replicas.min).toBeLessThanOrEqual(replicas.max);
      for (const needed of needs.services ?? []) expect(serviceNames).toContain(needed);
      for (const socket of sockets) expect(paths.some((path) => socket.startsWith(`${path}/`))).toBe(true);
    }
  });
  it('lets the gateway through to every service that is built: it routes to them, and says how they are', () => {
    const behind = builtServiceNames.filter((name) => name !== 'gateway');
    expect(services.gateway.needs.services?.toSorted()).toEqual(behind.toSorted());
  });
  it('fits the home server: all limits together stay below 55 GB', () => {
    const sum = serviceNames.reduce((total, name) => total + services[name].memoryMiB.limit, 0);
    expect(sum).toBeLessThan(55 * 1024);
  });
  it('has the endpoints of every built service but the web', () => {
    expect(Object.keys(apis).toSorted()).toEqual(builtServiceNames.filter((name) => name !== 'web').toSorted());
  });
});

describe('the endpoint', () => {
  it.each(named)('%s lives under its service', (_name, { service, endpoint }) => {
    if (endpoint.audience === 'service') expect(endpoint.path).toMatch(new RegExp(`^/internal/${service}/v1/`));
    else expect(serviceOfPath(endpoint.path)).toBe(service);
  });

  it.each(named)('%s names each parameter for the id that it takes', (_name, { endpoint }) => {
    const inPath = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    const schema: Record<string, z.ZodType> =
      endpoint.params === undefined ? {} : (endpoint.params as z.ZodObject<Record<string, z.ZodType>>).shape;
    expect(Object.keys(schema).toSorted()).toEqual(inPath.toSorted());
    for (const [name, kind] of Object.entries(schema)) {
      const id = kind.meta()?.id;
      if (name.endsWith('Id') && id !== undefined) expect(`${name.charAt(0).toUpperCase()}${name.slice(1)}`).toBe(id);
    }
  });

  it.each(named)('%s is whole: what it takes, gives and may refuse fits together', (_name, { endpoint }) => {
    const {
      method,
      body,
      bodyKind,
      respond,
      response,
      scope,
      access,
      audience,
      idempotent,
      errors = [],
      role,
    } = endpoint;
    if (method === 'GET') expect([body, bodyKind, idempotent]).toEqual([undefined, undefined, undefined]);
    if (respond === 'empty' || respond === 'stream') expect(response).toBeUndefined();
    if (respond === 'page') expect(endpoint.query).toBeDefined();
    if (scope !== undefined || role !== undefined) expect(['account', 'optional']).toContain(audience);
    if (access !== undefined && access !== 'public') expect(audience).not.toBe('anyone');
    if (idempotent) expect(method).toBe('POST');
    expect(new Set(errors.map(({ code }) => code)).size).toBe(errors.length);
    // a mistyped list of errors holds undefined where a name is wrong
    expect(errors.every((error) => typeof error?.code === 'string')).toBe(true);
  });

  it('is the only one at its address', () => {
    const seen = endpoints.map(({ endpoint }) => `${endpoint.method} ${endpoint.path.replace(/:\w+/g, ':')}`);
    expect(seen.filter((one, index) => seen.indexOf(one) !== index)).toEqual([]);
  });

  it('takes strict bodies only, so that nobody sets what is not theirs to set', () => {
    const loose = endpoints.filter(({ endpoint: { body, bodyKind } }) => {
      if (!(body instanceof z.ZodObject) || (bodyKind !== undefined && bodyKind !== 'json')) return false;
      return !body.safeParse({ __not_a_field__: 1 }).error?.issues.some(({ code }) => code === 'unrecognized_keys');
    });
    expect(loose.map(({ service, name }) => `${service}.${name}`)).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  it.each(Object.keys(apis) as ServiceName[])('of %s is valid', async (service) => {
    const result = await isValid(documentOf(service));
    expect(result).toMatchObject({ valid: true });
  });
  it('of the whole house is valid, and schemas of one name are the same everywhere', async () => {
    const documents = (Object.keys(apis) as ServiceName[]).map(documentOf);
    const schemas = new Map<string, string>();
    for (const { components } of documents)
      for (const [name, schema] of Object.entries(components.schemas)) {
        const text = JSON.stringify(schema);
        expect([name, schemas.get(name) ?? text]).toEqual([name, text]);
        schemas.set(name, text);
      }
    const merged = mergeOpenApi('AuthorWorks', '1', documents);
    expect(await isValid(merged)).toMatchObject({ valid: true });
    expect(Object.keys(merged.paths)).toHaveLength(
      documents.reduce((sum, { paths }) => sum + Object.keys(paths).length, 0),
    );
  });
  it('would be seen to be wrong by this validator', async () => {
    const { openapi, info } = documentOf('user');
    expect(await isValid({ openapi, info, paths: { 'no-slash': {} } })).toMatchObject({ valid: false });
  });
  it('does not show what is internal', () => {
    for (const service of Object.keys(apis) as ServiceName[])
      expect(Object.keys(documentOf(service).paths).filter((path) => path.includes('internal'))).toEqual([]);
  });
  it('refers only to schemas that it has', () => {
    for (const service of Object.keys(apis) as ServiceName[]) {
      const document = documentOf(service);
      const missing = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].filter(
        ([, name = '']) => !(name in document.components.schemas),
      );
      expect(missing.map(([, name]) => name)).toEqual([]);
    }
  });
});

describe('errors, events and jobs', () => {
  const catalogues = Object.entries(contracts).filter(([name]) => name.endsWith('Errors')) as unknown as [
    string,
    Record<string, ErrorDefinition>,
  ][];
  it('have one code for one thing, in the words of their service, with a sentence for people', () => {
    const all = catalogues.flatMap(([, catalogue]) => Object.values(catalogue));
    const codes = all.map(({ code }) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    for (const { code, status, message } of all) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(message).toMatch(/[.?)]$/);
    }
    for (const [name, catalogue] of catalogues) {
      const service = name.replace(/Errors$/, '');
      if (!(serviceNames as readonly string[]).includes(service)) continue;
      for (const { code } of Object.values(catalogue)) expect(code.startsWith(`${service.toUpperCase()}_`)).toBe(true);
    }
  });
  it('are named service.resource.action, and service.verb-noun', () => {
    for (const [name, value] of Object.entries(contracts)) {
      if (name.endsWith('Events') && !name.startsWith('Editor'))
        for (const { type } of Object.values(value as unknown as Record<string, EventDefinition>))
          expect(type).toMatch(new RegExp(`^${name.replace('Events', '')}\\.[a-z-]+\\.[a-z-]+$`));
      if (name.endsWith('Jobs'))
        for (const { type, attempts, timeoutMs } of Object.values(value as unknown as Record<string, JobDefinition>)) {
          expect(type).toMatch(new RegExp(`^${name.replace('Jobs', '')}\\.[a-z]+(-[a-z]+)+$`));
          expect(attempts).toBeGreaterThan(0);
          expect(timeoutMs).toBeGreaterThan(0);
        }
    }
  });
});

describe('the typed client', () => {
  const asked: { url: string; init: RequestInit }[] = [];
  const answering = (response: () => Response): typeof fetch =>
    ((url: string, init: RequestInit) => {
      asked.push({ url, init });
      return Promise.resolve(response());
    }) as unknown as typeof fetch;
  const id = '01936f5e-8c3a-7b21-9d4e-5f60718293a4';

  it('knows what each call takes and gives', async () => {
    const client = createClient(userApi, {
      baseUrl: 'http://house',
      headers: () => ({ authorization: 'Bearer x' }),
      fetch: answering(() =>
        Response.json({ data: { accessToken: 'a', refreshToken: null, expiresInSeconds: 9, sessionId: id } }),
      ),
    });
    const tokens = await client.createSession({ body: { email: 'a@b.c', password: 'p' } });
    const life: number = tokens.expiresInSeconds;
    expect(life).toBe(9);
    expect(asked.at(-1)).toMatchObject({
      url: 'http://house/api/user/v1/sessions',
      init: { method: 'POST', body: '{"email":"a@b.c","password":"p"}' },
    });
    // @ts-expect-error -- a session needs a password
    await client.createSession({ body: { email: 'a@b.c' } });
    // @ts-expect-error -- there is no such field
    void tokens.password;
    // @ts-expect-error -- there is no such operation
    expect(client.becomeOperator).toBeUndefined();
    // @ts-expect-error -- the id is missing
    await expect(client.endSession({ params: {} })).rejects.toThrow('needs the parameter sessionId');
  });

  it('puts ids and queries safely into addresses', async () => {
    const client = createClient(userApi, {
      baseUrl: '',
      fetch: answering(() => Response.json({ data: [], pagination: { nextCursor: null } })),
    });
    await client.listSessions({ query: { cursor: 'a&b=c', limit: 5 } });
    expect(asked.at(-1)?.url).toBe('/api/user/v1/sessions?cursor=a%26b%3Dc&limit=5');
    await client.endSession({ params: { sessionId: '../x' } }).catch(() => undefined);
    expect(asked.at(-1)?.url).toBe('/api/user/v1/sessions/..%2Fx');
  });

  it('turns every failure into an ApiError', async () => {
    const failing = (response: () => Response) => createClient(userApi, { baseUrl: '', fetch: answering(response) });
    const error = { code: 'USER_X', message: 'No.', requestId: 'r', fields: [{ path: 'body.a', message: 'bad' }] };
    await expect(
      failing(() => Response.json({ error }, { status: 429, headers: { 'retry-after': '7' } })).readAccount(),
    ).rejects.toMatchObject({
      name: 'ApiError',
      status: 429,
      code: 'USER_X',
      retryAfterSeconds: 7,
      fields: [{ path: 'body.a' }],
    });
    await expect(failing(() => new Response('<html>', { status: 502 })).readAccount()).rejects.toMatchObject({
      status: 502,
      code: 'UNEXPECTED_ANSWER',
    });
    await expect(
      failing(() => {
        throw new TypeError('x');
      }).readAccount(),
    ).rejects.toBeInstanceOf(ApiError);
  });
});

describe('ids', () => {
  it('of one kind are not taken for those of another', () => {
    const scene = SceneId.parse('0193a6b4-0000-7000-8000-000000000001');
    // @ts-expect-error -- the types of the two differ, and this line is an error if they do not
    const book: BookId = scene;
    expect(BookId.parse(book)).toBe(scene);
    expect(() => SceneId.parse('scene 1')).toThrow();
  });
});
