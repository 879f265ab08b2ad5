// Writes what is derived from other sources. With --check nothing that is committed is written: it fails where that differs.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serviceNames } from '@authorworks/contracts';
import { makePrismaClients } from './prisma-clients.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

/** Writes a committed file, or notes that it is not what it should be. */
const produce = (path: string, text: string): void => {
  const absolute = join(root, path);
  const current = existsSync(absolute) ? readFileSync(absolute, 'utf8') : '';
  if (current === text) return;
  if (check) stale.push(path);
  else writeFileSync(absolute, text);
};

/** A changed schema without its migration would only fail at the first query in production. */
const migrationsMatchSchemas = (): void => {
  for (const name of serviceNames) {
    const folder = join(root, 'services', name, 'prisma');
    if (!existsSync(join(folder, 'schema.prisma'))) continue;
    const last = readdirSync(join(folder, 'migrations')).toSorted().at(-1) ?? '';
    const kept = readFileSync(join(folder, 'migrations', last, 'schema.prisma'), 'utf8');
    if (kept !== readFileSync(join(folder, 'schema.prisma'), 'utf8'))
      stale.push(`services/${name}/prisma/migrations (node scripts/write-migration.ts ${name} name_of_the_change)`);
  }
};

/** Table of a service's settings, between two marks in its README. */
const settingsTables = async (): Promise<void> => {
  const { baseSettings, describeConfig } = await import('@authorworks/platform');
  for (const name of serviceNames) {
    const readme = join('services', name, 'README.md');
    const config = join(root, 'services', name, 'src', 'config.ts');
    if (!existsSync(join(root, readme)) || !existsSync(config)) continue;
    const text = readFileSync(join(root, readme), 'utf8');
    const [before, , after] = text.split(/(?<=<!-- settings -->)|(?=<!-- \/settings -->)/);
    if (before === undefined || after === undefined)
      throw new Error(`${readme} needs the marks <!-- settings --> and <!-- /settings -->`);
    const module = (await import(config)) as { config: Parameters<typeof describeConfig>[0] };
    const rows = describeConfig({ ...module.config, ...baseSettings }).map(
      ({ variable, shape, fallback, required, secret, doc }) =>
        `| \`${variable}\` | ${doc}${secret ? ' (secret)' : ''} | ${shape.replaceAll('|', '\\|')} | ${required ? '**required**' : fallback === '' ? '' : `\`${fallback}\``} |`,
    );
    produce(
      readme,
      `${before}\n| variable | what | shape | default |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n${after}`,
    );
  }
};

makePrismaClients(root);
if (check) migrationsMatchSchemas();
await settingsTables();
for (const extra of ['services/web/scripts/routes.ts']) {
  if (!existsSync(join(root, extra))) continue;
  const { outputs } = (await import(join(root, extra))) as { outputs: () => Promise<{ path: string; text: string }[]> };
  for (const { path, text } of await outputs()) produce(path, text);
}
if (stale.length > 0) {
  process.stderr.write(`Not up to date: ${stale.join(', ')}. Run npm run generate and commit the result.\n`);
  process.exit(1);
}
