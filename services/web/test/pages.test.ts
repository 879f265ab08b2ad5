import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPage } from '../src/page/pages.ts';

/** The app's files with addresses, and below which address theirs are. */
const ROUTERS = { 'app.tsx': '', 'account/account-page.tsx': 'account/', 'console/console.tsx': 'console/' };

/** What the app has a page for: `path="shelf/:bookId"` as somebody would come to it. */
const addressesIn = (file: string, prefix: string): string[] => {
  const source = readFileSync(join(import.meta.dirname, '..', 'app', file), 'utf8');
  return [...source.matchAll(/<Route\b[^>]*?\bpath="([^"]+)"/g)]
    .map(([, path = '']) => path)
    .filter((path) => path !== '*')
    .flatMap((path) => {
      const full = `/${prefix}${path.replace(/\/\*$/, '')}`;
      const filled = full.replaceAll(/:\w+\??/g, 'the-tide-clerk');
      return full.includes('?')
        ? [filled, full.replace(/\/:\w+\?$/, '').replaceAll(/:\w+/g, 'the-tide-clerk')]
        : [filled];
    });
};

describe('addresses of pages', () => {
  const addresses = Object.entries(ROUTERS).flatMap(([file, prefix]) => addressesIn(file, prefix));

  it('are found in the app', () => {
    expect(addresses).toEqual(
      expect.arrayContaining(['/shelf', '/write/the-tide-clerk', '/console', '/console/tasks']),
    );
  });

  it.each(addresses)('are known to the server as well, which says 404 for all others: %s', (address) => {
    expect(isPage(address)).toBe(true);
    expect(isPage(`${address}/`)).toBe(true);
  });
});
