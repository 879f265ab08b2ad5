import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Pagination, platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';

/** One list that is read page by page. */
export interface PageRequest<Row> {
  /** Names the list and all that it is filtered by: a cursor of one list is refused by every other. */
  readonly list: readonly string[];
  readonly query: { readonly cursor?: string | undefined; readonly limit: number };
  /** Reads `take` rows behind a position, which is what `positionOf` gave for the last row of the page before. */
  readonly load: (after: readonly string[] | undefined, take: number) => Promise<Row[]>;
  /** The values by which the list is ordered, as text. They must tell any two rows apart. */
  readonly positionOf: (row: Row) => readonly string[];
}

export interface Pages {
  /** @throws AppError REQUEST_INVALID when the cursor is not one that this list gave out. */
  readonly read: <Row>(request: PageRequest<Row>) => Promise<{ rows: Row[]; pagination: Pagination }>;
}

const TAG_BYTES = 16;

/**
 * Keyset pagination with opaque cursors: the position of the last row, and a tag by which only cursors that this house
 * made for this very list are taken (HMAC-SHA-256, cut to 128 bits). So the values in it need no further distrust.
 */
export const openPages = (serviceKey: string): Pages => {
  const key = createHash('sha256').update(`authorworks cursors\n${serviceKey}`).digest();
  const tagOf = (list: readonly string[], payload: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([...list, payload]))
      .digest()
      .subarray(0, TAG_BYTES)
      .toString('base64url');
  const write = (list: readonly string[], position: readonly string[]): string => {
    const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
    return `${payload}.${tagOf(list, payload)}`;
  };
  const read = (list: readonly string[], cursor: string): readonly string[] => {
    const payload = cursor.slice(0, Math.max(0, cursor.indexOf('.')));
    const given = Buffer.from(cursor);
    const genuine = Buffer.from(`${payload}.${tagOf(list, payload)}`);
    if (given.length === genuine.length && timingSafeEqual(given, genuine))
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as string[];
    const message = 'is not a cursor of this list';
    throw fail(platformErrors.invalidRequest, {
      message: `The request is not valid: query.cursor ${message}`,
      fields: [{ path: 'query.cursor', message }],
    });
  };
  return {
    read: async ({ list, query, load, positionOf }) => {
      const after = query.cursor === undefined ? undefined : read(list, query.cursor);
      const rows = await load(after, query.limit + 1);
      const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
      return {
        rows: rows.slice(0, query.limit),
        pagination: { nextCursor: last === undefined ? null : write(list, positionOf(last)) },
      };
    },
  };
};
