import type { ErrorDefinition } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { fail } from '@authorworks/platform';

/** Passes on a refusal of the service that was asked; everything else is a failure of the house. */
export const passOn =
  (...definitions: readonly ErrorDefinition[]) =>
  (error: unknown): never => {
    const known = error instanceof ApiError && definitions.find(({ code }) => code === error.code);
    throw known ? fail(known) : (error as Error);
  };
