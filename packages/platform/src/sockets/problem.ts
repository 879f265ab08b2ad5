import type { ErrorDefinition, SocketProblem } from '@authorworks/contracts';
import { translateError } from '../errors.ts';

/** An error of the catalogue as a socket's client sees it. */
export const problemOf = (definition: ErrorDefinition, retryAfterMs?: number): SocketProblem => ({
  code: definition.code,
  message: definition.message,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

/** Anything thrown as a socket's client sees it, and whether it is ours to look at. */
export const problemOfError = (error: unknown): { readonly problem: SocketProblem; readonly unexpected: boolean } => {
  const { definition, message, retryAfterSeconds, unexpected } = translateError(error);
  return {
    problem: {
      code: definition.code,
      message,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: Math.round(retryAfterSeconds * 1000) }),
    },
    unexpected,
  };
};

/** An error for socket.io's middleware; the client finds the problem in the error's `data`. */
export const refusalOf = (error: unknown): Error & { readonly data: SocketProblem } => {
  const { problem } = problemOfError(error);
  return Object.assign(new Error(problem.message), { data: problem });
};
