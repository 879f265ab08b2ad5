import type { z } from 'zod';
import type { Pagination } from './common.ts';
import type { ErrorDefinition } from './error.ts';

/**
 * Who may call an endpoint.
 * - `anyone`: no token is read.
 * - `optional`: a token is used when there is one; a bad token is still refused.
 * - `account`: an access token is required (401 without).
 * - `service`: another service of the house, never routed by the gateway; paths begin with /internal/.
 */
export type Audience = 'anyone' | 'optional' | 'account' | 'service';

/** What a personal API token can be allowed to do. A session of the web app may do everything. */
export const apiTokenScopes = [
  'profile:read',
  'profile:write',
  'books:read',
  'books:write',
  'files:read',
  'files:write',
] as const;
export type ApiTokenScope = (typeof apiTokenScopes)[number];

/**
 * What a caller must be to the thing that the path names, used by policies and by the generated tests of strangers' ids
 * (FAULTS 22). `self`: the caller's own row. The book roles are capabilities, see content/book-access.ts.
 */
export type Access =
  | 'self'
  | 'book:read'
  | 'book:comment'
  | 'book:write'
  | 'book:structure'
  | 'book:administer'
  | 'public';

/** Kinds of request bodies. `multipart` and `bytes` reach the operation as streams and are never buffered whole. */
export type BodyKind = 'json' | 'multipart' | 'bytes';

/** What fetch takes as a body, named the same in Node and browsers. */
export type RequestBody = NonNullable<RequestInit['body']>;

export interface EndpointDefinition {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Full public path; parameters as `:bookId`, each named for the id it takes. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly audience: Audience;
  readonly scope?: ApiTokenScope;
  /** Only accounts with this role; 403 for the others. */
  readonly role?: 'operator';
  readonly access?: Access;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly bodyKind?: BodyKind;
  /** Media types beside JSON whose text is turned into the JSON body, e.g. text/markdown. */
  readonly textBodies?: Readonly<Record<string, (text: string) => unknown>>;
  /** Largest body, in bytes. Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  /** Deadline for the answer, in milliseconds. Default 15,000. */
  readonly timeoutMs?: number;
  /** Requests per minute for one caller (account, else IP), enforced at the gateway. Default: the gateway's. */
  readonly ratePerMinute?: number;
  /** `page`: `{data: T[], pagination}`; `stream`: bytes of `contentType`; `empty`: 204. Default: `{data: T}`. */
  readonly respond?: 'data' | 'page' | 'stream' | 'empty';
  readonly response?: z.ZodType;
  readonly contentType?: string;
  /** Status of success. Default 200, or 204 for `empty`. */
  readonly status?: 200 | 201 | 202 | 204;
  /** POSTs that start work or cost money take an Idempotency-Key header; a repeat returns the first answer. */
  readonly idempotent?: boolean;
  readonly errors?: readonly ErrorDefinition[];
}

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;
type In<S> = S extends z.ZodType ? z.input<S> : undefined;

/** Parsed parts of a request, as the operation sees them. */
export type ParamsOf<E extends EndpointDefinition> = Out<E['params']>;
export type QueryOf<E extends EndpointDefinition> = Out<E['query']>;
export type BodyOf<E extends EndpointDefinition> = Out<E['body']>;

/** What the operation returns: the row of `{data}`, or for a page the rows and the cursor. */
export type ResultOf<E extends EndpointDefinition> = E extends { respond: 'stream' }
  ? StreamedResponse
  : E extends { respond: 'empty' }
    ? void
    : E extends { respond: 'page'; response: infer R extends z.ZodType }
      ? { readonly data: readonly z.input<R>[]; readonly pagination: Pagination }
      : E extends { response: infer R extends z.ZodType }
        ? z.input<R>
        : void;

/** What a client must send. Fields without a schema are absent. */
export type CallOf<E extends EndpointDefinition> = (E extends { params: z.ZodType }
  ? { params: In<E['params']> }
  : unknown) &
  (E extends { query: z.ZodType } ? { query?: In<E['query']> } : unknown) &
  (E extends { bodyKind: 'multipart' | 'bytes' }
    ? { body: RequestBody }
    : E extends { body: z.ZodType }
      ? { body: In<E['body']> }
      : unknown);

/** What a client gets back. */
export type AnswerOf<E extends EndpointDefinition> = E extends { respond: 'stream' }
  ? Response
  : E extends { respond: 'empty' }
    ? undefined
    : E extends { respond: 'page'; response: infer R extends z.ZodType }
      ? { data: z.output<R>[]; pagination: Pagination }
      : E extends { response: infer R extends z.ZodType }
        ? z.output<R>
        : undefined;

/** Bytes that an operation streams out. `sizeBytes` becomes Content-Length when it is known. */
export interface StreamedResponse {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | string | null;
}

/** The endpoints of one service by operation name. */
export type Api = Readonly<Record<string, EndpointDefinition>>;

/** Declares a service's endpoints. The keys are the operation names: `createBook` → book/create-book.ts. */
export const defineApi = <const A extends Api>(api: A): A => api;
