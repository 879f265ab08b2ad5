import { defineService } from '@authorworks/platform';
import { config } from './config.ts';
import { createContext, type WebContext } from './context.ts';
import { serveApp } from './serve-app.ts';

/** What people see: the single-page application and public book pages. */
export const web = defineService({
  name: 'web',
  version: '0.1.0',
  config,
  context: createContext,
  routes: [],
  mount: (context: WebContext, app) => serveApp(context, app),
});
