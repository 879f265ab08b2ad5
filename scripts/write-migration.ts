// Writes the next SQL migration of a service: the difference between the schema of its last migration and schema.prisma.
//   node scripts/write-migration.ts content add_word_goal
// The schema engine is Prisma's own, as WebAssembly, because its binary is not on npm. Each migration's folder keeps the
// schema.prisma that it leads to; scripts/generate.ts --check fails when the last one differs from the service's.
// SQL that Prisma cannot express (triggers, partial indexes) is added to the file by hand.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startPostgres } from '@authorworks/servers';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindSqlAdapterFactory } from '@prisma/driver-adapter-utils';

interface Engine {
  diff: (input: unknown) => Promise<{ stdout?: string }>;
}
interface EngineModule {
  SchemaEngine: { new: (input: unknown, log: (line: string) => void, adapter: unknown) => Promise<Engine> };
  __wbg_set_wasm: (wasm: unknown) => void;
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [service = '', name = ''] = process.argv.slice(2);
const folder = join(root, 'services', service, 'prisma');
const schemaPath = join(folder, 'schema.prisma');
if (!service || !/^[a-z0-9_]+$/.test(name) || !existsSync(schemaPath)) {
  process.stderr.write(
    'usage: node scripts/write-migration.ts SERVICE name_of_the_change   (the service needs prisma/schema.prisma)\n',
  );
  process.exit(64);
}

const openEngine = async (schema: string, connectionString: string): Promise<Engine> => {
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const module = (await import(pathToFileURL(path).href)) as EngineModule;
  const compiled = await WebAssembly.compile(readFileSync(path.replace(/\.js$/, '.wasm')));
  const instance = await WebAssembly.instantiate(compiled, {
    './schema_engine_bg.js': module as unknown as WebAssembly.ModuleImports,
  });
  module.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as (() => void) | undefined)?.();
  // the engine asks a server for its version before it compares two schemas
  const adapter = bindSqlAdapterFactory(new PrismaPg({ connectionString }));
  return await module.SchemaEngine.new({ datamodels: [[schemaPath, schema]] }, () => undefined, adapter);
};

const migrations = join(folder, 'migrations');
mkdirSync(migrations, { recursive: true });
const last = readdirSync(migrations).toSorted().at(-1);
const before = last === undefined ? undefined : readFileSync(join(migrations, last, 'schema.prisma'), 'utf8');
const after = readFileSync(schemaPath, 'utf8');
const datamodel = (content: string): unknown => ({ tag: 'schemaDatamodel', files: [{ path: schemaPath, content }] });

const difference = async (): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), 'authorworks-migration-'));
  const postgres = await startPostgres({ directory, settings: { fsync: 'off' } });
  try {
    const engine = await openEngine(after, postgres.url());
    const { stdout = '' } = await engine.diff({
      from: before === undefined ? { tag: 'empty' } : datamodel(before),
      to: datamodel(after),
      script: true,
      shadowDatabaseUrl: null,
      exitCode: false,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout.trim().replace(/^-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "\w+";\n\n/, '');
  } finally {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
};

const sql = await difference();
if (sql === '' || sql.startsWith('-- This is an empty migration')) {
  process.stdout.write('Nothing has changed.\n');
} else {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const target = join(migrations, `${stamp}_${name}`);
  mkdirSync(target);
  writeFileSync(join(target, 'migration.sql'), `${sql}\n`);
  writeFileSync(join(target, 'schema.prisma'), after);
  process.stdout.write(`${join('services', service, 'prisma', 'migrations', `${stamp}_${name}`, 'migration.sql')}\n`);
}
process.exit(0);
