import { type Pagination, platformErrors } from '@authorworks/contracts';
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

/** @param rows One more than `limit` when there is another page. */
export const pageOf = <Row extends { readonly id: string }, View>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => View,
): { data: View[]; pagination: Pagination } => {
  const shown = rows.slice(0, limit);
  return {
    data: shown.map(view),
    pagination: { nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null },
  };
};
