import { join } from 'node:path';
import { contentApi } from '@authorworks/contracts';
import { type Base, type ConfigOf, type Context, serviceClient } from '@authorworks/platform';
import type { config } from './config.ts';
import { type AppPage, readAppPage } from './page/app-page.ts';

export interface WebContext extends Context {
  readonly config: Base<ConfigOf<typeof config>>['config'];
  readonly directory: Context['directory'];
  /** Folder of the built app. */
  readonly files: string;
  readonly page: AppPage;
  readonly content: Pick<ReturnType<typeof serviceClient<typeof contentApi>>, 'readPublicBook'>;
}

export const createContext = async (base: Base<ConfigOf<typeof config>>): Promise<WebContext> => {
  const files = base.config.webDirectory ?? join(import.meta.dirname, '..', 'dist');
  return { ...base, files, page: await readAppPage(files), content: serviceClient(base, 'content', contentApi) };
};
