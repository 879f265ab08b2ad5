import type { Postgres, Sql } from '@authorworks/platform/postgres';
import { sqlOfPrisma } from '@authorworks/platform/postgres';
import { Prisma, PrismaClient } from '../prisma/client/client.ts';

export { Prisma };

/** What a store needs: the client, or a transaction of it. */
export type Db = Prisma.TransactionClient;

/** Runs `work` in one transaction; `sql` is the same transaction, for the bus. */
export type Transaction = <T>(work: (db: Db, sql: Sql) => Promise<T>) => Promise<T>;

/** A transaction here is short; but many may wait for one account's quota. */
const TRANSACTION = { maxWait: 10_000, timeout: 15_000 };

export const openDatabase = (
  base: { readonly onClose: (what: string, dispose: () => Promise<void>) => void },
  postgres: Postgres,
): { readonly db: Db; readonly transaction: Transaction } => {
  const client = new PrismaClient({ adapter: postgres.adapter, transactionOptions: TRANSACTION });
  base.onClose('prisma', async () => await client.$disconnect());
  return {
    db: client,
    transaction: async (work) => await client.$transaction(async (db) => await work(db, sqlOfPrisma(db))),
  };
};
