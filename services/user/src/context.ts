import type { UserApi } from '@authorworks/contracts';
import type { Base, Call, Context } from '@authorworks/platform';
import { type Bus, openBus } from '@authorworks/platform/bus';
import { type Mailer, type MailQueue, openMail, openMailQueue } from '@authorworks/platform/mail';
import { openPostgres, type Postgres, type Sql, sqlOfPrisma } from '@authorworks/platform/postgres';
import { type JobQueue, openQueue } from '@authorworks/platform/queue';
import { openRedis, type RedisConnections } from '@authorworks/platform/redis';
import { type Prisma, PrismaClient } from '../prisma/client/client.ts';
import { openSigningKeys, type SigningKeys } from './access-token/signing-keys.ts';
import type { UserConfig } from './config.ts';
import { type Guesses, openGuesses } from './guess/guesses.ts';
import { openMetrics, type UserMetrics } from './metrics.ts';
import { openHashing, type PasswordHashing } from './password/hashing.ts';
import { openProvider, type Provider } from './provider/provider.ts';
import { openRevocations, type Revocations } from './session/revocations.ts';

/** What a store needs: the client, or a transaction of it. */
export type Db = Prisma.TransactionClient;

export interface UserContext extends Context {
  readonly config: Base<UserConfig>['config'];
  readonly postgres: Postgres;
  readonly db: Db;
  readonly redis: RedisConnections;
  readonly bus: Bus;
  readonly queue: JobQueue;
  readonly mail: Mailer;
  readonly letters: MailQueue;
  readonly hashing: PasswordHashing;
  readonly guesses: Guesses;
  readonly keys: SigningKeys;
  readonly revocations: Revocations;
  readonly provider: Provider | undefined;
  readonly counts: UserMetrics;
  /** Runs `work` in one transaction; `sql` is the same transaction for the bus and the queue. */
  readonly transaction: <T>(work: (db: Db, sql: Sql) => Promise<T>) => Promise<T>;
}

/** A request as an operation gets it. */
export type UserCall<K extends keyof UserApi> = Call<UserApi[K]>;

const MIGRATIONS = new URL('../prisma/migrations/', import.meta.url);

/** A flood waits for a connection rather than failing; a transaction itself is short. */
const TRANSACTION = { maxWait: 10_000, timeout: 10_000 };

export const openContext = async (base: Base<UserConfig>): Promise<UserContext> => {
  const postgres = await openPostgres(base, MIGRATIONS);
  const client = new PrismaClient({ adapter: postgres.adapter, transactionOptions: TRANSACTION });
  base.onClose('prisma', async () => await client.$disconnect());
  const redis = openRedis(base);
  const queue = openQueue(base, postgres, redis);
  const mail = openMail(base);
  const keys = await openSigningKeys(base, postgres);
  return {
    ...base,
    postgres,
    db: client,
    redis,
    bus: openBus(base, postgres, redis),
    queue,
    mail,
    letters: openMailQueue(base, queue, mail),
    hashing: await openHashing(base.config.passwordHashings, base.metrics),
    guesses: openGuesses(base, redis),
    keys,
    tokenKeys: keys.verify,
    revocations: openRevocations(base, postgres, redis),
    provider: openProvider(base),
    counts: openMetrics(base.metrics),
    idempotency: postgres.idempotency,
    transaction: async (work) => await client.$transaction(async (db) => await work(db, sqlOfPrisma(db))),
  };
};
