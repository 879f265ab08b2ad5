import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id that a list's cursor stands for. @throws AppError REQUEST_INVALID for a cursor that no list gave out. */
export const cursorId = (cursor: string | undefined): string | undefined => {
  if (cursor === undefined || UUID.test(cursor)) return cursor;
  const problem = { path: 'query.cursor', message: 'is not a cursor of this list' };
  throw fail(platformErrors.invalidRequest, {
    message: `The request is not valid: ${problem.path} ${problem.message}`,
    fields: [problem],
  });
};
