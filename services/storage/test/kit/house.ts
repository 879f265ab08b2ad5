import { createHash } from 'node:crypto';
import {
  type AccountId,
  type ApiTokenScope,
  type Client,
  createClient,
  type FilePurpose,
  storageApi,
  type StorageApi,
  type StoredFile,
} from '@authorworks/contracts';
import { type Clock, createIdentity, newId, serviceClient } from '@authorworks/platform';
import {
  startTestIssuer,
  startTestServers,
  startTestService,
  TEST_SERVICE_KEY,
  type TestIssuer,
  type TestServers,
  type TestService,
  type TestServiceOptions,
} from '@authorworks/platform/testing';
import type { StorageContext } from '../../src/context.ts';
import { storage } from '../../src/index.ts';
import { scan, type ScanReport } from '../../src/sweep/scan.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { type ContentStandIn, startContentStandIn } from './content-stand-in.ts';
import type { ObjectStore, StartStore } from './stores.ts';

export interface Person {
  readonly accountId: AccountId;
  readonly token: string;
  readonly storage: Client<StorageApi>;
}

export interface Sending {
  readonly name?: string;
  readonly purpose?: Exclude<FilePurpose, 'export'>;
  readonly contentType?: string;
  readonly bookId?: string;
  readonly sha256?: string;
}

export type Begun = Awaited<ReturnType<Client<StorageApi>['createUpload']>>;

/** A storage service with all that it needs, which can be stopped and started again on what it has kept. */
export interface StorageHouse {
  readonly servers: TestServers;
  readonly store: ObjectStore;
  readonly content: ContentStandIn;
  /** Where the keys of access tokens are. */
  readonly issuerUrl: string;
  readonly service: () => TestService;
  readonly context: () => StorageContext;
  /** Another service of the house, speaking to this one. */
  readonly neighbour: Client<StorageApi>;
  readonly signUp: (scopes?: readonly ApiTokenScope[]) => Promise<Person>;
  /** Sends all parts that have not arrived. */
  readonly sendParts: (upload: Begun, bytes: Uint8Array) => Promise<void>;
  /** Begins, sends and completes. */
  readonly upload: (person: Person, bytes: Uint8Array, sending?: Sending) => Promise<StoredFile>;
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Moves the service's clock. */
  readonly moveClock: (milliseconds: number) => void;
  readonly sweep: () => Promise<void>;
  readonly scan: () => Promise<ScanReport>;
  /** Keys of everything in the object storage. */
  readonly objects: () => Promise<string[]>;
  /** Ends the service, and starts it again on the same database and objects. */
  readonly restart: (options?: Pick<TestServiceOptions, 'overrides' | 'variables'>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The bytes of a part of an upload. */
export const partOf = (upload: Pick<Begun, 'partSizeBytes'>, bytes: Uint8Array, number: number): Uint8Array =>
  bytes.subarray((number - 1) * upload.partSizeBytes, number * upload.partSizeBytes);

const movableClock = (): { clock: Clock; move: (milliseconds: number) => void } => {
  let offset = 0;
  return {
    clock: { now: () => new Date(Date.now() + offset), monotonicMs: () => performance.now() },
    move: (milliseconds) => {
      offset += milliseconds;
    },
  };
};

interface Foundation {
  readonly servers: TestServers;
  readonly issuer: TestIssuer;
  readonly content: ContentStandIn;
  readonly store: ObjectStore;
}

const personOf = async (
  { issuer, url }: { issuer: TestIssuer; url: () => string },
  scopes?: readonly ApiTokenScope[],
): Promise<Person> => {
  const accountId = newId<AccountId>();
  const token = await issuer.tokenFor({ accountId, ...(scopes ? { scopes } : {}) });
  const headers = (): Record<string, string> => ({ authorization: `Bearer ${token}` });
  return { accountId, token, storage: createClient(storageApi, { baseUrl: url, headers }) };
};

const lay = async (start: StartStore): Promise<Foundation> => {
  const servers = await startTestServers();
  const [issuer, content, store] = await Promise.all([
    startTestIssuer(),
    startContentStandIn(),
    start(servers.directory),
  ]);
  return { servers, issuer, content, store };
};

export const startStorageHouse = async (
  start: StartStore,
  variables: Readonly<Record<string, string>> = {},
): Promise<StorageHouse> => {
  const { servers, issuer, content, store } = await lay(start);
  const { clock, move } = movableClock();
  const open = async (options: Pick<TestServiceOptions, 'overrides' | 'variables'> = {}): Promise<TestService> =>
    await startTestService(storage, servers, {
      variables: { ...store.variables, ...variables, ...options.variables },
      neighbours: { user: issuer.url, content: content.url },
      clock,
      ...(options.overrides ? { overrides: options.overrides } : {}),
    });
  let service = await open();
  const url = (): string => service.url;
  const context = (): StorageContext => service.context as StorageContext;
  const at = (path: string): string => (path.startsWith('http') ? path : url() + path);
  const house: StorageHouse = {
    servers,
    store,
    content,
    issuerUrl: issuer.url,
    service: () => service,
    context,
    neighbour: serviceClient(
      { directory: { urlOf: url }, identity: createIdentity('content', TEST_SERVICE_KEY) },
      'storage',
      storageApi,
    ),
    signUp: async (scopes) => await personOf({ issuer, url }, scopes),
    sendParts: async (upload, bytes) => {
      for (const { number, received, url: address } of upload.parts) {
        if (received) continue;
        const response = await fetch(at(address), { method: 'PUT', body: Buffer.from(partOf(upload, bytes, number)) });
        if (!response.ok) throw new Error(`part ${number}: ${response.status} ${await response.text()}`);
      }
    },
    upload: async (person, bytes, { sha256: hash, name = 'tide.txt', purpose = 'attachment', ...more } = {}) => {
      const body = { name, purpose, sizeBytes: bytes.length, ...more };
      const upload = await person.storage.createUpload({ body });
      await house.sendParts(upload, bytes);
      return await person.storage.completeUpload({
        params: { uploadId: upload.id },
        body: hash === undefined ? {} : { sha256: hash },
      });
    },
    fetch: async (path, init) => await fetch(at(path), init),
    moveClock: move,
    sweep: async () => await sweep(context()),
    scan: async () => await scan(context()),
    objects: async () => (await Array.fromAsync(context().blobs.list(''))).map(({ key }) => key),
    restart: async (options) => {
      await service.close();
      service = await open(options);
    },
    stop: async () => {
      await service.close();
      await Promise.all([issuer.stop(), content.stop(), store.stop()]);
      await servers.stop();
    },
  };
  return house;
};

/** The error of a call, for comparison. */
export const refusal = async (work: Promise<unknown>): Promise<{ status: number; code: string; message: string }> => {
  try {
    await work;
  } catch (error) {
    const { status, code, message } = error as { status: number; code: string; message: string };
    return { status, code, message };
  }
  return { status: 200, code: 'FINE', message: '' };
};

/** Status and code of an answer that is an error. */
export const refusalOf = async (response: Response): Promise<[number, string]> => {
  const { error } = (await response.json()) as { error: { code: string } };
  return [response.status, error.code];
};
