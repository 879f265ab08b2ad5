import { type Postgres, sqlOfPrisma } from '@authorworks/platform/postgres';
import type { EventDefinition, EventInput } from '@authorworks/contracts';
import type { Base } from '@authorworks/platform';
import type { Bus } from '@authorworks/platform/bus';
import { type Prisma, PrismaClient } from '../prisma/client/client.ts';

export { Prisma } from '../prisma/client/client.ts';

/** What stores take first: the database, or a transaction on it. */
export type Db = Prisma.TransactionClient;

/** Long enough for the largest import (5,000 nodes with their texts) on a busy machine, in milliseconds. */
const TRANSACTION_TIMEOUT_MS = 60_000;
const CONNECTION_WAIT_MS = 5_000;

export const openDatabase = (base: Base, postgres: Postgres): PrismaClient => {
  const db = new PrismaClient({
    adapter: postgres.adapter,
    transactionOptions: { maxWait: CONNECTION_WAIT_MS, timeout: TRANSACTION_TIMEOUT_MS },
  });
  base.onClose('prisma', async () => await db.$disconnect());
  return db;
};

/** Writes an event in the transaction of the rows that it tells of. */
export const publish = async <E extends EventDefinition>(
  { bus, db }: { readonly bus: Bus; readonly db: Db },
  event: E,
  data: EventInput<E>,
): Promise<void> => await bus.publish(sqlOfPrisma(db), event, data);
