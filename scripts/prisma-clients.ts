import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serviceNames } from '@authorworks/contracts';

/** The Prisma clients are not committed; they are made again when their schema or Prisma itself has changed. */
export const makePrismaClients = (root: string, only?: string): void => {
  const require = createRequire(import.meta.url);
  const cli = join(dirname(require.resolve('prisma/package.json')), 'build', 'index.js');
  const { version } = JSON.parse(readFileSync(require.resolve('prisma/package.json'), 'utf8')) as { version: string };
  for (const name of serviceNames) {
    const schema = join(root, 'services', name, 'prisma', 'schema.prisma');
    if (!existsSync(schema) || (only !== undefined && only !== name)) continue;
    const mark = join(root, 'services', name, 'prisma', 'client', 'made-from');
    const source = createHash('sha256').update(version).update(readFileSync(schema)).digest('hex');
    if (existsSync(mark) && readFileSync(mark, 'utf8') === source) continue;
    process.stderr.write(`Making the Prisma client of ${name} …\n`);
    // generating needs no engine, but the CLI looks for one and would try to download it
    execFileSync(process.execPath, [cli, 'generate', '--schema', schema], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    });
    writeFileSync(mark, source);
  }
};
