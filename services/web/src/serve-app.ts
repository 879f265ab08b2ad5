import { COLOUR_COOKIE } from '@authorworks/contracts';
import type { NextFunction, Request, Response, Router } from 'express';
import sirv from 'sirv';
import type { WebContext } from './context.ts';
import { newNonce } from './page/app-page.ts';
import { contentSecurityPolicy } from './page/content-security-policy.ts';
import { headOfPath } from './page/head-of-path.ts';
import { isFile, isPage } from './page/pages.ts';

/** Files under /assets/ have a hash of their content in their name. */
const HASHED = 'public, max-age=31536000, immutable';
const NAMED = 'public, max-age=3600';

/** As long as somebody may have a page open: what it asks for goes to the house that it came from, while two are open. */
const COLOUR_KEPT_MS = 6 * 60 * 60_000;

/** Tells the proxy which of two houses this page belongs to. */
const keepColour = ({ config: { colour, publicUrl } }: WebContext, response: Response): void => {
  if (colour === undefined) return;
  const secure = publicUrl.startsWith('https:');
  response.cookie(COLOUR_COOKIE, colour, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: COLOUR_KEPT_MS,
  });
};

/** A person's browser going to a page; programs that take anything get the app only where there is a page. */
const wantsPage = (request: Request): boolean => {
  if ((request.method !== 'GET' && request.method !== 'HEAD') || isFile(request.path)) return false;
  if (request.path === '/api' || request.path.startsWith('/api/')) return false;
  const accept = request.get('accept') ?? '';
  return accept.includes('text/html') || (isPage(request.path) && Boolean(request.accepts('html')));
};

const sendPage =
  (context: WebContext) =>
  async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (!wantsPage(request)) {
      next();
      return;
    }
    const { head, status } = await headOfPath(context, request.path);
    const nonce = newNonce();
    const { publicUrl, s3PublicUrl } = context.config;
    keepColour(context, response);
    response
      .status(status)
      .set({
        'cache-control': 'no-cache',
        'content-security-policy': contentSecurityPolicy({
          nonce,
          scriptHashes: context.page.scriptHashes,
          publicUrl,
          filesUrl: s3PublicUrl,
        }),
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
      })
      .type('html')
      .send(context.page.render(head, nonce));
  };

/** The built files with the compressed copies beside them; then the app's page for navigations; what is left is 404. */
export const serveApp = (context: WebContext, app: Router): void => {
  const files = sirv(context.files, {
    brotli: true,
    gzip: true,
    etag: true,
    // "/" and "/index.html" are pages, not files: the server writes into them
    extensions: [],
    setHeaders: (response, path) =>
      void response.setHeader('cache-control', path.startsWith('/assets/') ? HASHED : NAMED),
  });
  app.use((request, response, next) => {
    if (request.path === '/index.html' || request.path === '/made-from') next();
    else files(request, response, next);
  });
  app.use(sendPage(context));
};
