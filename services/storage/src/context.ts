import { contentApi, type ContentApi } from '@authorworks/contracts';
import type { Client } from '@authorworks/contracts/client';
import { type Base, type ConfigOf, type Context, serviceClient } from '@authorworks/platform';
import { type Blobs, openBlobs } from '@authorworks/platform/blobs';
import { type Bus, openBus } from '@authorworks/platform/bus';
import { openPostgres, type Postgres } from '@authorworks/platform/postgres';
import { openRedis } from '@authorworks/platform/redis';
import type { config } from './config.ts';
import { type Db, openDatabase, type Transaction } from './database.ts';
import type { FileRow } from './file/file-store.ts';
import { type Joining, openJoining } from './joining.ts';
import { type Links, openLinks } from './link/links.ts';
import { openMetrics, type StorageMetrics } from './metrics.ts';
import { openPictures, type Pictures } from './picture/pictures.ts';
import type { Variants } from './picture/variants.ts';
import { openVariants } from './picture/variants.ts';
import { openSweeper, type Sweeper } from './sweep/sweeper.ts';

/** Everything that operations and the sweeper of this service use; built once when it starts. */
export interface StorageContext extends Context {
  readonly config: Base<ConfigOf<typeof config>>['config'];
  readonly postgres: Postgres;
  readonly db: Db;
  readonly transaction: Transaction;
  readonly bus: Bus;
  readonly blobs: Blobs;
  readonly content: Client<ContentApi>;
  readonly links: Links;
  readonly pictures: Pictures;
  readonly variants: Variants;
  /** Completions that are under way, by the upload's id. */
  readonly completions: Joining<FileRow>;
  readonly sweeper: Sweeper;
  readonly counts: StorageMetrics;
  readonly quotaBytes: number;
}

const MIB = 1024 * 1024;
/** The largest picture that is read takes 3 s on two slow cores. */
const PICTURE_TIMEOUT_MS = 15_000;

export const openContext = async (base: Base<ConfigOf<typeof config>>): Promise<StorageContext> => {
  const { serviceKey, quotaMebibytes, pictureProcesses, pictureMemoryMebibytes } = base.config;
  const blobs = await openBlobs(base);
  const postgres = await openPostgres(base, new URL('../prisma/migrations/', import.meta.url));
  const redis = openRedis(base);
  const pictures = openPictures({
    processes: pictureProcesses,
    memoryMiB: pictureMemoryMebibytes,
    timeoutMs: PICTURE_TIMEOUT_MS,
  });
  base.onClose('pictures', () => pictures.close());
  return {
    ...base,
    ...openDatabase(base, postgres),
    postgres,
    blobs,
    pictures,
    bus: openBus(base, postgres, redis),
    idempotency: postgres.idempotency,
    content: serviceClient(base, 'content', contentApi),
    links: openLinks(serviceKey),
    variants: openVariants(),
    completions: openJoining(),
    sweeper: openSweeper(base),
    counts: openMetrics(base.metrics),
    quotaBytes: quotaMebibytes * MIB,
  };
};
