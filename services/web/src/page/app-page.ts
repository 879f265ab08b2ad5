import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** index.html, cut where the server writes into it. */
export interface AppPage {
  /** CSP sources ('sha256-…') of the scripts that stand in the page itself. */
  readonly scriptHashes: readonly string[];
  /** The page with the given head and nonce. */
  readonly render: (head: string, nonce: string) => string;
  /** The head that stands in index.html. */
  readonly plainHead: string;
}

const HEAD = /<!-- page:[^>]*-->([\s\S]*?)<!-- \/page -->/;
const INLINE_SCRIPT = /<script>([\s\S]*?)<\/script>/g;

/**
 * @throws Error that says what to do when the app is not built, or was built of another index.html.
 */
export const readAppPage = async (directory: string): Promise<AppPage> => {
  const path = join(directory, 'index.html');
  const html = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`The web app is not built: there is no ${path}. Run node scripts/prepare.ts.`, { cause });
  });
  const found = HEAD.exec(html);
  if (!found || !html.includes('%nonce%')) throw new Error(`${path} lacks the places for its head and nonce.`);
  const before = html.slice(0, found.index);
  const after = html.slice(found.index + found[0].length);
  const scriptHashes = [...html.matchAll(INLINE_SCRIPT)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return {
    scriptHashes,
    plainHead: found[1] ?? '',
    render: (head, nonce) => `${before}${head}${after}`.replace('%nonce%', nonce),
  };
};

/** Fresh for each answer: with it, and only with it, a style element is taken. */
export const newNonce = (): string => randomBytes(16).toString('base64');
