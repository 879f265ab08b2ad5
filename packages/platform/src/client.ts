import {
  type Api,
  ApiError,
  type CallOptions,
  type Client,
  createClient,
  type EndpointDefinition,
  type ServiceName,
} from '@authorworks/contracts';
import { SpanKind } from '@opentelemetry/api';
import { newId } from './ids.ts';
import { currentRequest } from './request-context.ts';
import type { Base } from './service.ts';
import { currentTrace, inSpan } from './trace-context.ts';

/** Waits before the second and third try, in milliseconds. Somebody is waiting for the answer. */
const RETRY_WAITS_MS: readonly number[] = [50, 250];

/** Repeating these cannot do a thing twice (RFC 9110, 9.2.2), whatever happened to the first. */
const IDEMPOTENT = new Set(['GET', 'PUT', 'DELETE']);

const mayRetry = (endpoint: EndpointDefinition, error: unknown, options: CallOptions): boolean => {
  if (!(error instanceof ApiError) || options.signal?.aborted) return false;
  // refused at the door: the other side has not begun, so a repeat is harmless for every method
  const refused = (error.cause as { cause?: { code?: string } } | undefined)?.cause?.code === 'ECONNREFUSED';
  if (refused) return true;
  if (endpoint.bodyKind === 'bytes' || endpoint.bodyKind === 'multipart') return false;
  const safe = IDEMPOTENT.has(endpoint.method) || options.idempotencyKey !== undefined;
  return (
    safe && (error.status === 0 || error.status === 502 || error.status === 503) && error.code !== 'NETWORK_TIMEOUT'
  );
};

/** Jittered, so that callers do not come back in step. */
const pause = async (milliseconds: number): Promise<void> =>
  await new Promise((resolve) => setTimeout(resolve, milliseconds * (0.5 + Math.random())));

type LooseOperation = (args: unknown, options?: CallOptions) => Promise<unknown>;

const withRetries =
  (span: string, endpoint: EndpointDefinition, operation: LooseOperation, waits: readonly number[]): LooseOperation =>
  async (args, options = {}) =>
    await inSpan(span, { kind: SpanKind.CLIENT }, async () => {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await operation(args, options);
        } catch (error) {
          const wait = waits[attempt];
          if (wait === undefined || !mayRetry(endpoint, error, options)) throw error;
          await pause(wait);
        }
      }
    });

/**
 * Typed calls to another service: its deadline, our identity, the request's id and trace; retried only where a repeat
 * is harmless, after the milliseconds of `retryWaitsMs`.
 * @throws ApiError as the other side answered; network failures and 5xx become 503 for our own caller.
 */
export const serviceClient = <A extends Api>(
  base: Pick<Base, 'directory' | 'identity'>,
  callee: ServiceName,
  api: A,
  retryWaitsMs = RETRY_WAITS_MS,
): Client<A> => {
  const plain = createClient<A>(api, {
    baseUrl: () => base.directory.urlOf(callee),
    headers: async () => ({
      authorization: `Bearer ${await base.identity.tokenFor(callee)}`,
      'x-request-id': currentRequest()?.requestId ?? newId(),
      ...currentTrace(),
    }),
  });
  const client: Record<string, LooseOperation> = {};
  for (const [name, endpoint] of Object.entries(api)) {
    client[name] = withRetries(`${callee}.${name}`, endpoint, plain[name] as unknown as LooseOperation, retryWaitsMs);
  }
  return client as unknown as Client<A>;
};
