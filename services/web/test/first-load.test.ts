import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { firstLoads } from '../scripts/first-load.ts';

const web = join(import.meta.dirname, '..');

/** Most scripts that a page may load before it can be used, in kB with gzip. */
const BUDGETS = {
  reader: 120,
  'chapter read': 130,
  'writing room': 290,
  shelf: 155,
  'book page': 165,
  'front door': 125,
} as const;

describe('the first visit', () => {
  beforeAll(() => {
    if (!existsSync(join(web, 'dist', '.vite', 'manifest.json')))
      execFileSync(process.execPath, [join(web, '..', '..', 'scripts', 'prepare.ts'), 'web']);
  });

  it.each(Object.entries(BUDGETS))('to the page "%s" does not fetch more than %i kB of scripts', (page, budget) => {
    const load = firstLoads().find((one) => one.page === page);
    expect(load?.scriptKb).toBeLessThan(budget);
  });
});
