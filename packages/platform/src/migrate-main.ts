// Brings the schema of one service up to date and ends: what each service does when it starts, done before the pods of a
// new version come. `node packages/platform/src/migrate-main.ts content`, with DATABASE_URL or DATABASE_URL_FILE.
// Exits with 78 (EX_CONFIG) when settings are wrong, 1 when a migration failed (nothing of it stays), 0 when all is done.
import { existsSync } from 'node:fs';
import { services } from '@authorworks/contracts';
import { ConfigError, readConfig } from './config.ts';
import { createLog } from './log.ts';
import { migrate } from './postgres/migrate.ts';
import { processSource } from './process-source.ts';
import { postgresSettings } from './settings.ts';

const PLATFORM_MIGRATIONS = new URL('../migrations/', import.meta.url);

const main = async (name: string): Promise<void> => {
  const directory = new URL(`../../../services/${name}/prisma/migrations/`, import.meta.url);
  if (!Object.hasOwn(services, name)) throw new Error(`there is no service ${name} in the table`);
  if (!existsSync(directory)) throw new Error(`the service ${name} has no migrations in this image`);
  const { databaseUrl } = readConfig(name, { databaseUrl: postgresSettings.databaseUrl }, processSource());
  const log = createLog(name, 'info');
  await migrate({ databaseUrl, schema: name, directories: [PLATFORM_MIGRATIONS, directory], log });
  log.info({ schema: name }, 'the schema is up to date');
};

try {
  await main(process.argv[2] ?? '');
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof ConfigError ? 78 : 1;
}
