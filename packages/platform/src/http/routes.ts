import type { IncomingHttpHeaders } from 'node:http';
import type { Api, BodyOf, EndpointDefinition, ParamsOf, QueryOf, ResultOf } from '@authorworks/contracts';
import type { Readable } from 'node:stream';
import type { Logger } from '../log.ts';
import type { AuthOf } from './auth.ts';
import type { Multipart } from './multipart.ts';

/** Body as the operation sees it: parsed JSON, or a stream that is never buffered whole. */
type BodyFor<E extends EndpointDefinition> = E extends { bodyKind: 'multipart' }
  ? Multipart
  : E extends { bodyKind: 'bytes' }
    ? Readable
    : BodyOf<E>;

/** What an operation gets beside the service's context. */
export interface Call<E extends EndpointDefinition> {
  readonly auth: AuthOf<E['audience']>;
  readonly params: ParamsOf<E>;
  readonly query: QueryOf<E>;
  readonly body: BodyFor<E>;
  /** As sent: a GET endpoint is asked by HEAD as well. */
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Address of the client, as far as the trusted proxies tell it. */
  readonly ipAddress: string;
  /** Address of the other end of the connection, which no header can change: the client's, or the nearest proxy's. */
  readonly peerAddress: string;
  readonly log: Logger;
  /** Fires when the caller has gone or the endpoint's deadline has passed. */
  readonly signal: AbortSignal;
  /** Adds a header to the answer, e.g. a cookie. */
  readonly setHeader: (name: string, value: string | readonly string[]) => void;
}

export type Operation<Context, E extends EndpointDefinition> = (
  context: Context,
  call: Call<E>,
) => Promise<ResultOf<E>> | ResultOf<E>;

/** An operation for each endpoint that the service answers. */
export type Operations<Context, A extends Api> = { readonly [K in keyof A]: Operation<Context, A[K]> };

export interface Routes<Context> {
  readonly api: Api;
  readonly operations: Readonly<Record<string, Operation<Context, EndpointDefinition>>>;
}

/** A service's table of contents: contract endpoint → operation. */
export const defineRoutes =
  <Context>() =>
  <const A extends Api>(
    api: A,
    operations: Operations<Context, A>,
  ): Routes<Context> => // each operation is called with the call its own endpoint parsed; the pairing is checked by Operations above
  ({ api, operations: operations });
