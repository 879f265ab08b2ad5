import { ApiError } from '@authorworks/contracts';
import type { WebContext } from '../context.ts';
import { bookHead } from './book-head.ts';
import { isPage, slugOfPath } from './pages.ts';

export interface HeadOfPath {
  readonly head: string;
  readonly status: 200 | 404;
}

/**
 * The head for a path. Public book pages carry their book's title and picture, for search engines and messengers; when
 * content does not answer in time the page is sent without, because the app asks again itself.
 */
export const headOfPath = async (context: WebContext, path: string): Promise<HeadOfPath> => {
  const plain = { head: context.page.plainHead, status: isPage(path) ? 200 : 404 } as const;
  const slug = slugOfPath(path);
  if (slug === undefined) return plain;
  try {
    const book = await context.content.readPublicBook(
      { params: { slug } },
      { timeoutMs: context.config.bookDeadlineMs },
    );
    return { head: bookHead(book, context.config.publicUrl), status: 200 };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { ...plain, status: 404 };
    context.log.warn({ err: error, slug }, 'a book page was sent without its title');
    return plain;
  }
};
