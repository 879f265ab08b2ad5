import { type EndpointDefinition, type FieldProblem, platformErrors } from '@authorworks/contracts';
import type { Request } from 'express';
import type { z } from 'zod';
import { fail } from '../errors.ts';

/** More would not help the reader, and a body of a million wrong fields must not be answered in kind. */
const MAX_PROBLEMS = 20;

const problemsOf = (place: string, error: z.ZodError): FieldProblem[] =>
  error.issues.slice(0, MAX_PROBLEMS).map((issue) => ({
    path: [place, ...issue.path.map(String)].join('.').slice(0, 200),
    message: issue.message.slice(0, 300),
  }));

const parsePart = (
  place: 'params' | 'query' | 'body',
  schema: z.ZodType | undefined,
  value: unknown,
  problems: FieldProblem[],
): unknown => {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  problems.push(...problemsOf(place, parsed.error));
  return undefined;
};

export interface ParsedRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/**
 * Checks path, query and JSON body against the contract.
 * @throws AppError REQUEST_INVALID naming every wrong field. An id in the path that cannot be one is reported the same way.
 */
export const parseRequest = (endpoint: EndpointDefinition, request: Request): ParsedRequest => {
  const problems: FieldProblem[] = [];
  const params = parsePart('params', endpoint.params, request.params, problems);
  const query = parsePart('query', endpoint.query, request.query, problems);
  const body =
    endpoint.bodyKind && endpoint.bodyKind !== 'json'
      ? undefined
      : parsePart('body', endpoint.body, request.body as unknown, problems);
  if (problems.length > 0)
    throw fail(platformErrors.invalidRequest, {
      message: `The request is not valid: ${problems[0]?.path} ${problems[0]?.message}`,
      fields: problems,
    });
  return { params, query, body };
};

/**
 * Checks an operation's result against the contract and returns what may leave: fields that the contract does not name
 * are dropped, so that a row's columns cannot slip out.
 * @throws Error naming the field, for our own mistakes; only where CHECK_ANSWERS is set.
 */
export const parseResult = (endpoint: EndpointDefinition, result: unknown): unknown => {
  const { response } = endpoint;
  if (!response) return result;
  const check = (value: unknown): unknown => {
    const parsed = response.safeParse(value);
    if (!parsed.success)
      throw new Error(
        `The answer of ${endpoint.method} ${endpoint.path} breaks its contract: ${JSON.stringify(problemsOf('data', parsed.error))}`,
      );
    return parsed.data;
  };
  if (endpoint.respond !== 'page') return check(result);
  const page = result as { data: unknown[]; pagination: unknown };
  return { data: page.data.map(check), pagination: page.pagination };
};
