import type pg from 'pg';

/** Runs one SQL statement with parameters, in or outside of a transaction; what bus and queue write through. */
export interface Sql {
  readonly query: <Row extends object = Record<string, unknown>>(
    statement: string,
    parameters?: readonly unknown[],
  ) => Promise<Row[]>;
}

/** Sql on a pg pool or client. */
export const sqlOf = (client: pg.Pool | pg.PoolClient): Sql => ({
  query: async <Row extends object>(statement: string, parameters: readonly unknown[] = []) =>
    (await client.query<Row>(statement, [...parameters])).rows,
});

/** The part of a Prisma client or transaction that takes plain SQL. */
export interface PrismaLike {
  readonly $queryRawUnsafe: <T = unknown>(query: string, ...values: unknown[]) => Promise<T>;
}

/** Sql on a Prisma transaction, so that an event or a job is written together with the rows that cause it. */
export const sqlOfPrisma = (prisma: PrismaLike): Sql => ({
  query: async <Row extends object>(statement: string, parameters: readonly unknown[] = []) =>
    await prisma.$queryRawUnsafe<Row[]>(statement, ...parameters),
});
