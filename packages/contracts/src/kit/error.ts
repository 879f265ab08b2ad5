import { z } from 'zod';

/**
 * One entry of the error catalogue. `code` is stable and public: SERVICE_NOUN_PROBLEM. `message` is the sentence a
 * person may read; a 4xx message says what to do about it.
 */
export interface ErrorDefinition {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

/** Declares errors of one service: keys become names in code, values the public definition. */
export const defineErrors = <const T extends Record<string, ErrorDefinition>>(errors: T): T => errors;

/** One wrong field of a request: `path` as in `body.title` or `query.limit`, `message` for the reader. */
export const FieldProblem = z.object({ path: z.string(), message: z.string() });
export type FieldProblem = z.infer<typeof FieldProblem>;

/** The body of every response with a status of 400 or more. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string().describe('Stable, e.g. CONTENT_BOOK_NOT_FOUND'),
    message: z.string(),
    requestId: z.string(),
    fields: z.array(FieldProblem).optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** Errors that any endpoint may answer with; the platform raises them. */
export const platformErrors = defineErrors({
  invalidRequest: { code: 'REQUEST_INVALID', status: 400, message: 'The request is not valid.' },
  malformedRequest: { code: 'REQUEST_MALFORMED', status: 400, message: 'This is not a valid HTTP request.' },
  malformedBody: { code: 'REQUEST_BODY_MALFORMED', status: 400, message: 'The body could not be read.' },
  signInRequired: { code: 'AUTH_REQUIRED', status: 401, message: 'Please sign in.' },
  tokenInvalid: { code: 'AUTH_TOKEN_INVALID', status: 401, message: 'The access token is not valid (any more).' },
  scopeMissing: { code: 'AUTH_SCOPE_MISSING', status: 403, message: 'This token may not do that.' },
  roleMissing: { code: 'AUTH_ROLE_MISSING', status: 403, message: 'Your account may not do that.' },
  routeNotFound: { code: 'ROUTE_NOT_FOUND', status: 404, message: 'There is nothing at this address.' },
  methodNotAllowed: { code: 'METHOD_NOT_ALLOWED', status: 405, message: 'This address does not take that method.' },
  requestTimeout: { code: 'REQUEST_TIMEOUT', status: 408, message: 'The request arrived too slowly.' },
  idempotencyConflict: {
    code: 'IDEMPOTENCY_KEY_REUSED',
    status: 409,
    message: 'This Idempotency-Key was used before with a different request.',
  },
  bodyTooLarge: { code: 'REQUEST_BODY_TOO_LARGE', status: 413, message: 'The request is too large.' },
  mediaTypeUnsupported: {
    code: 'MEDIA_TYPE_UNSUPPORTED',
    status: 415,
    message: 'This kind of content is not taken here.',
  },
  headersTooLarge: { code: 'REQUEST_HEADERS_TOO_LARGE', status: 431, message: 'The headers are too large.' },
  rateLimited: { code: 'RATE_LIMITED', status: 429, message: 'Too many requests. Please wait a moment.' },
  internal: { code: 'INTERNAL', status: 500, message: 'Something broke on our side. Nothing was changed.' },
  neighbourFailed: {
    code: 'SERVICE_UNAVAILABLE',
    status: 503,
    message: 'A part of the house is not answering. Please try again.',
  },
  databaseUnavailable: {
    code: 'DATABASE_UNAVAILABLE',
    status: 503,
    message: 'The database is not answering. Nothing was changed; please try again.',
  },
  shuttingDown: { code: 'SHUTTING_DOWN', status: 503, message: 'This server is restarting. Please try again.' },
  neighbourTimeout: { code: 'SERVICE_TIMEOUT', status: 504, message: 'A part of the house took too long to answer.' },
  diskFull: {
    code: 'STORAGE_FULL',
    status: 507,
    message: 'The disk is full. Nothing was changed; the operator has to make room.',
  },
});
