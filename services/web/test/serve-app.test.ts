import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { RunningService } from '@authorworks/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { web } from '../src/index.ts';

const SCRIPT = "document.documentElement.dataset.theme = 'light';";
const INDEX = `<!doctype html><html><head>
<meta property="csp-nonce" nonce="%nonce%" />
<!-- page: written by the server -->
<title>AuthorWorks</title>
<!-- /page -->
<script>${SCRIPT}</script></head><body><div id="root"></div></body></html>`;
const CODE = `console.log(${JSON.stringify('x'.repeat(2000))});`;

const BOOK = {
  slug: 'the-tide-clerk',
  title: 'The Tide Clerk',
  subtitle: '',
  authorName: 'Ada "Tide" Marlow',
  description: 'He counted waves. </script><script>alert(1)</script>',
  language: 'en-GB',
  wordCount: 51_000,
  edition: 2,
  publishedAt: '2026-11-22T18:00:00.000Z',
  coverUrl: '/api/storage/v1/files/x/content',
  contents: [],
  epubUrl: '/api/content/v1/public/books/the-tide-clerk/epub',
};

let directory: string;
let content: Server;
let house: RunningService;
/** What the neighbour does with a request for a book. */
let behaviour: 'answers' | 'hangs' | 'unknown' | 'breaks' = 'answers';

const answerBook: Parameters<typeof createServer>[1] = (_request, response) => {
  if (behaviour === 'hangs') return;
  response.setHeader('content-type', 'application/json');
  if (behaviour === 'answers') response.end(JSON.stringify({ data: BOOK }));
  else {
    response.statusCode = behaviour === 'unknown' ? 404 : 500;
    response.end(JSON.stringify({ error: { code: 'CONTENT_NOT_PUBLISHED', message: 'no', requestId: 'r' } }));
  }
};

const ask = async (path: string, headers: Record<string, string> = {}) =>
  await fetch(house.url + path, { headers, redirect: 'manual' });
const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'authorworks-web-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), INDEX);
  await writeFile(join(directory, 'assets', 'app-1a2b3c.js'), CODE);
  await writeFile(join(directory, 'assets', 'app-1a2b3c.js.br'), brotliCompressSync(CODE));
  await writeFile(join(directory, 'assets', 'app-1a2b3c.js.gz'), gzipSync(CODE));
  content = createServer(answerBook);
  await new Promise<void>((resolve) => void content.listen(0, '127.0.0.1', resolve));
  const contentUrl = `http://127.0.0.1:${(content.address() as AddressInfo).port}`;
  house = await web.start({
    source: {
      variables: {
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'silent',
        SERVICE_KEY: 'a key that only tests know, 32 characters and more',
        PUBLIC_URL: 'https://books.example',
        WEB_DIRECTORY: directory,
        BOOK_DEADLINE_MS: '300',
        COLOUR: 'green',
        S3_PUBLIC_URL: 'https://files.example/bucket',
      },
      readFile: () => '',
    },
    directory: { urlOf: () => contentUrl },
  });
});

afterAll(async () => {
  await house.close();
  content.closeAllConnections();
  content.close();
  await rm(directory, { recursive: true, force: true });
});

describe('files of the app', () => {
  it('come compressed as the browser takes them, and may be kept for ever', async () => {
    for (const encoding of ['br', 'gzip']) {
      const response = await ask('/assets/app-1a2b3c.js', { 'accept-encoding': encoding });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('content-type')).toContain('javascript');
      expect(await response.text()).toBe(CODE);
    }
  });

  it('come as they are to a client that takes no compression', async () => {
    const response = await ask('/assets/app-1a2b3c.js', { 'accept-encoding': 'identity' });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.text()).toBe(CODE);
  });

  it('that are missing are not found, even for a browser that would take a page', async () => {
    for (const path of ['/assets/app-old.js', '/favicon.ico', '/icons/none.png']) {
      const response = await ask(path, PAGE);
      expect(response.status, path).toBe(404);
      expect(response.headers.get('content-type'), path).toContain('application/json');
    }
  });

  it('outside of the folder are never served', async () => {
    for (const path of ['/..%2f..%2fetc/passwd', '/assets/..%2f..%2f..%2fetc%2fpasswd', '/.vite/manifest.json']) {
      const response = await ask(path, { accept: '*/*' });
      expect(response.status, path).toBe(404);
    }
  });
});

describe('pages of the app', () => {
  it('are never kept without asking, and are the same app at every address', async () => {
    for (const path of ['/', '/shelf', '/shelf/0199', '/write/0199/0200', '/account/sessions']) {
      const response = await ask(path, PAGE);
      expect(response.headers.get('cache-control'), path).toBe('no-cache');
      expect(await response.text(), path).toContain('<div id="root">');
    }
  });

  it('say which of two houses they came from, files do not', async () => {
    const page = await ask('/shelf', PAGE);
    expect(page.headers.get('set-cookie')).toMatch(
      /^authorworks-colour=green; Max-Age=21600; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect((await ask('/assets/app-1a2b3c.js')).headers.get('set-cookie')).toBeNull();
  });

  it('carry a policy that takes their own script and this answer’s nonce, and nothing else', async () => {
    const [first, second] = [await ask('/', PAGE), await ask('/', PAGE)];
    const policy = first.headers.get('content-security-policy') ?? '';
    const nonce = /nonce="([^"]+)"/.exec(await first.text())?.[1] ?? '';
    expect(nonce.length).toBeGreaterThan(20);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain(`'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("img-src 'self' blob: data: https://files.example;");
    expect(policy).toContain('wss://books.example');
    expect(policy).not.toMatch(/unsafe-(inline|eval)/);
    expect(await second.text()).not.toContain(nonce);
  });

  it('that do not exist are the app with the status 404, for people; programs get the plain answer', async () => {
    const page = await ask('/nowhere', PAGE);
    expect(page.status).toBe(404);
    expect(await page.text()).toContain('<div id="root">');
    const plain = await ask('/nowhere', { accept: 'application/json' });
    expect(plain.status).toBe(404);
    expect(((await plain.json()) as { error: { code: string } }).error.code).toBe('ROUTE_NOT_FOUND');
  });

  it('are not what the paths of the API answer, nor other methods than reading', async () => {
    expect((await ask('/api/web/nothing', PAGE)).headers.get('content-type')).toContain('application/json');
    const posted = await fetch(`${house.url}/shelf`, { method: 'POST', headers: PAGE });
    expect(posted.status).toBe(404);
  });
});

describe('the page of a published book', () => {
  it('tells its title, author and cover to search engines, and cannot be broken out of', async () => {
    behaviour = 'answers';
    const response = await ask('/books/the-tide-clerk', PAGE);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('<title>The Tide Clerk, by Ada &quot;Tide&quot; Marlow · AuthorWorks</title>');
    expect(html).toContain(
      '<meta property="og:image" content="https://books.example/api/storage/v1/files/x/content" />',
    );
    expect(html).toContain('<link rel="canonical" href="https://books.example/books/the-tide-clerk" />');
    expect(html).not.toContain('<script>alert(1)');
    const structured = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect((JSON.parse(structured) as { description: string }).description).toBe(BOOK.description);
  });

  it('answers 404 for a book that is not published', async () => {
    behaviour = 'unknown';
    expect((await ask('/books/unwritten', PAGE)).status).toBe(404);
  });

  it('is sent without the title when content is broken or does not answer in time', async () => {
    for (const state of ['breaks', 'hangs'] as const) {
      behaviour = state;
      const response = await ask('/read/the-tide-clerk', PAGE);
      expect(response.status, state).toBe(200);
      expect(await response.text(), state).toContain('<title>AuthorWorks</title>');
    }
  });

  it('does not ask content for an address that cannot be a book’s', async () => {
    behaviour = 'hangs';
    expect((await ask('/books/Not%20A%20Slug', PAGE)).status).toBe(404);
  });
});

it('says what to do when the app is not built', async () => {
  const start = web.start({
    source: {
      variables: {
        SERVICE_KEY: 'a key that only tests know, 32 characters and more',
        WEB_DIRECTORY: '/nowhere',
        PORT: '0',
      },
      readFile: () => '',
    },
    directory: { urlOf: () => house.url },
  });
  await expect(start).rejects.toThrow('scripts/prepare.ts');
});
