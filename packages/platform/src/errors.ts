import { ApiError, type ErrorDefinition, type FieldProblem, platformErrors } from '@authorworks/contracts';

/** An expected failure with a catalogue entry. What the caller reads is the definition's message, or `message`. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly definition: ErrorDefinition;
  readonly fields: readonly FieldProblem[] | undefined;
  /** Seconds after which a repeat makes sense; becomes Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(definition: ErrorDefinition, options: FailOptions = {}) {
    super(options.message ?? definition.message, { cause: options.cause });
    this.definition = definition;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export interface FailOptions {
  /** Replaces the definition's sentence where more can be said, e.g. which chapter. */
  readonly message?: string;
  readonly fields?: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** `throw fail(errors.bookNotFound)` */
export const fail = (definition: ErrorDefinition, options?: FailOptions): AppError => new AppError(definition, options);

export interface TranslatedError {
  readonly definition: ErrorDefinition;
  readonly message: string;
  readonly fields: readonly FieldProblem[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Whether it is ours to look at: logged with its stack. */
  readonly unexpected: boolean;
}

const MAX_CAUSES = 8;

/** Prisma keeps what its driver threw beside the message, not as the cause. */
const causeOf = (error: unknown): unknown => {
  const { cause, meta } = error as { cause?: unknown; meta?: { driverAdapterError?: unknown } };
  return cause ?? meta?.driverAdapterError;
};

/** The error and what caused it, outermost first. */
const chainOf = (error: unknown): unknown[] => {
  const chain: unknown[] = [];
  for (
    let current = error;
    current !== undefined && current !== null && chain.length < MAX_CAUSES;
    current = causeOf(current)
  ) {
    chain.push(current);
  }
  return chain;
};

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** PostgreSQL's SQLSTATE classes: 08 connection, 57P shutdown, 53 resources, 25006 read-only after a failover. */
const DATABASE_AWAY = /^(08...|57P0.|53[23]00|25006)$/;
const DATABASE_FULL = '53100';
/** Prisma: cannot reach, timed out, too many connections, closed connection, no transaction to be had in time. */
const PRISMA_AWAY = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

/** What a failure of the machine room means to the caller, or undefined when it is a mistake of ours. */
const infrastructureOf = (error: unknown): ErrorDefinition | undefined => {
  for (const link of chainOf(error)) {
    const { code, originalCode, kind, message } = link as {
      code?: unknown;
      originalCode?: unknown;
      kind?: unknown;
      message?: unknown;
    };
    const codes = [code, originalCode].filter((value): value is string => typeof value === 'string');
    if (
      codes.some(
        (value) => value === DATABASE_FULL || value === 'ENOSPC' || value === 'EDQUOT' || value === 'XMinioStorageFull',
      )
    )
      return platformErrors.diskFull;
    if (codes.some((value) => DATABASE_AWAY.test(value) || PRISMA_AWAY.has(value)))
      return platformErrors.databaseUnavailable;
    if (kind === 'DatabaseNotReachable' || kind === 'ConnectionClosed' || kind === 'SocketTimeout')
      return platformErrors.databaseUnavailable;
    if (
      typeof message === 'string' &&
      /timeout exceeded when trying to connect|Connection terminated|Query read timeout|is not queryable/i.test(message)
    )
      return platformErrors.databaseUnavailable;
    if (codes.some((value) => CONNECTION_CODES.has(value))) return platformErrors.neighbourFailed;
  }
  return undefined;
};

/** Errors of express and its body parsers carry a status and a type. */
const httpOf = (error: unknown): ErrorDefinition | undefined => {
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  if (type === 'entity.too.large' || status === 413) return platformErrors.bodyTooLarge;
  if (status === 415) return platformErrors.mediaTypeUnsupported;
  if (status === 408) return platformErrors.requestTimeout;
  return platformErrors.malformedBody;
};

const neighbourOf = (error: ApiError): ErrorDefinition | undefined => {
  if (error.code === 'STORAGE_FULL') return platformErrors.diskFull;
  if (error.code === 'NETWORK_TIMEOUT') return platformErrors.neighbourTimeout;
  return error.status === 0 || error.status >= 500 || error.status === 429 ? platformErrors.neighbourFailed : undefined;
};

/** The one translator from anything thrown to what a caller sees. */
export const translateError = (error: unknown): TranslatedError => {
  if (error instanceof AppError) {
    const { definition, message, fields, retryAfterSeconds } = error;
    return { definition, message, fields, retryAfterSeconds, unexpected: definition.status === 500 };
  }
  const definition = error instanceof ApiError ? neighbourOf(error) : (infrastructureOf(error) ?? httpOf(error));
  const found = definition ?? platformErrors.internal;
  return {
    definition: found,
    message: found.message,
    fields: undefined,
    retryAfterSeconds: found.status === 503 ? 2 : undefined,
    unexpected: found.status >= 500,
  };
};
