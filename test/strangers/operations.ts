import type { Fixtures } from './world.ts';

/** An operation of the merged OpenAPI document, as far as these tests need it. */
export interface ApiOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly audience: 'anyone' | 'optional' | 'account';
  readonly access: string | undefined;
  readonly role: string | undefined;
  readonly parameters: readonly string[];
  readonly requestType: string | undefined;
}

interface RawOperation {
  operationId: string;
  security?: readonly Record<string, unknown>[];
  parameters?: readonly { name: string; in: string }[];
  requestBody?: { content: Record<string, unknown> };
  'x-authorworks-access'?: string;
  'x-authorworks-role'?: string;
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

export const operationsOf = (document: { paths: Record<string, Record<string, unknown>> }): ApiOperation[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, raw]) => {
        const operation = raw as RawOperation;
        const { security = [] } = operation;
        const audience =
          security.length === 0
            ? 'anyone'
            : security.some((scheme) => Object.keys(scheme).length === 0)
              ? 'optional'
              : 'account';
        return {
          operationId: operation.operationId,
          method: method.toUpperCase(),
          path,
          audience,
          access: operation['x-authorworks-access'],
          role: operation['x-authorworks-role'],
          parameters: (operation.parameters ?? [])
            .filter((parameter) => parameter.in === 'path')
            .map(({ name }) => name),
          requestType: Object.keys(operation.requestBody?.content ?? {})[0],
        } satisfies ApiOperation;
      }),
  );

/**
 * A valid body for each operation that takes one, so that a refusal is about the person, not the form. An operation that
 * is not listed fails the test: whoever adds an endpoint adds its line.
 */
export const bodiesWith = (fixtures: Fixtures): Readonly<Record<string, unknown>> => ({
  'user.createAccount': {
    email: `new-${crypto.randomUUID()}@example.org`,
    password: 'correct horse battery staple',
    name: 'New',
  },
  'user.updateAccount': { bio: 'Unchanged' },
  'user.changePassword': { currentPassword: 'wrong password', newPassword: 'another long password' },
  'user.createSession': { email: 'nobody@example.org', password: 'wrong password' },
  'user.refreshSession': { refreshToken: 'nothing' },
  'user.confirmEmail': { token: 'nothing' },
  'user.requestPasswordReset': { email: 'nobody@example.org' },
  'user.confirmPasswordReset': { token: 'nothing', password: 'another long password' },
  'user.createApiToken': { name: 'Token', scopes: ['books:read'] },
  'user.createPenName': { name: `Pen ${crypto.randomUUID()}` },
  'user.updatePenName': { bio: 'Taken over' },
  'user.updateAccountByOperator': { suspended: true },
  'content.createSeries': { title: 'Series' },
  'content.updateSeries': { title: 'Taken over' },
  'content.createBook': { title: 'Book' },
  'content.updateBook': { title: 'Taken over' },
  'content.createNode': { kind: 'chapter', title: 'Slipped in' },
  'content.updateNode': { title: 'Taken over' },
  'content.moveNode': { parentId: null, afterId: null },
  'content.splitScene': { blockId: 'abcdefghijkl' },
  'content.mergeScenes': { otherSceneId: fixtures['otherSceneId'] },
  'content.writeSceneText': { text: 'Taken over' },
  'content.createRevision': { name: 'Taken' },
  'content.addCollaborator': { email: 'nobody@example.org', role: 'co-author' },
  'content.updateCollaborator': { role: 'co-author' },
  'content.createCompilation': { format: 'markdown' },
  'content.createEdition': {},
  'content.writeReadingPlace': { chapterId: crypto.randomUUID(), blockId: null, fraction: 0.5 },
  'storage.createUpload': { name: 'a.txt', sizeBytes: 10, purpose: 'attachment' },
  'storage.completeUpload': {},
  'storage.linkFiles': { fileIds: [fixtures['fileId']] },
  'jobs.updateTask': { enabled: false },
  'jobs.createRun': { task: 'jobs.check-house' },
});

/** Path parameters that are no ids of anybody's things. */
const SOME_ID = '0193a6b4-0000-7000-8000-000000000001';
const PLAIN_PARAMETERS: Fixtures = {
  partNumber: '1',
  chapterId: SOME_ID,
  // of the house itself, and for operators alone
  task: 'jobs.check-house',
  runId: SOME_ID,
  service: 'content',
  jobId: SOME_ID,
  eventId: SOME_ID,
  listener: 'forget-cover',
};

/** The path with ids in place. @throws Error for a parameter of which the tests have no example: add one to world.ts. */
export const pathWith = (operation: ApiOperation, fixtures: Fixtures, other: Fixtures = fixtures): string => {
  let first = true;
  return operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = (first ? fixtures : other)[name] ?? PLAIN_PARAMETERS[name];
    first = false;
    if (value === undefined)
      throw new Error(`${operation.operationId} takes {${name}}, of which test/strangers/world.ts has no example`);
    return encodeURIComponent(value);
  });
};

export const callOperation = async (
  baseUrl: string,
  operation: ApiOperation,
  path: string,
  caller: { token?: string; fixtures: Fixtures },
): Promise<{ status: number; text: string; code: string }> => {
  const headers: Record<string, string> = caller.token ? { authorization: `Bearer ${caller.token}` } : {};
  let body: BodyInit | undefined;
  if (operation.requestType === 'application/json') {
    const bodies = bodiesWith(caller.fixtures);
    if (!(operation.operationId in bodies))
      throw new Error(`${operation.operationId} takes a body, of which test/strangers/operations.ts has no example`);
    body = JSON.stringify(bodies[operation.operationId]);
    headers['content-type'] = 'application/json';
  } else if (operation.requestType === 'multipart/form-data') {
    const form = new FormData();
    if (caller.fixtures['bookId']) form.append('bookId', caller.fixtures['bookId']);
    form.append('file', new Blob(['# One\n\nText.']), 'a.md');
    body = form;
  } else if (operation.requestType === 'application/octet-stream') {
    body = 'bytes';
    headers['content-type'] = 'application/octet-stream';
  }
  const response = await fetch(baseUrl + path, {
    method: operation.method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  let code = '';
  try {
    code = (JSON.parse(text) as { error?: { code?: string } }).error?.code ?? '';
  } catch {
    // not JSON
  }
  return { status: response.status, text, code };
};
