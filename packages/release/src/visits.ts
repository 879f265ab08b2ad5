import type { Colour } from '@authorworks/contracts';
import type { Answered, FrontDoor } from './front-door.ts';
import { lineOf } from './problem.ts';

/** A house that answers, but not as it should. */
class NotGood extends Error {}

interface Check {
  readonly path: string;
  readonly what: string;
  readonly isGood: (answer: Answered) => boolean;
}

/** What a house must answer; none of it leaves anything behind. */
const checks: readonly Check[] = [
  { path: '/healthz', what: 'the health of all services', isGood: ({ status }) => status === 200 },
  {
    path: '/api/services',
    what: 'the list of services',
    isGood: ({ status, body }) => status === 200 && body.includes('"content"'),
  },
  { path: '/', what: 'the first page', isGood: ({ status, body }) => status === 200 && /<html/i.test(body) },
  {
    path: '/api/openapi.json',
    what: 'the description of the API',
    isGood: ({ status, body }) => status === 200 && body.includes('"openapi"'),
  },
  {
    path: '/api/user/v1/account',
    what: 'a stranger is not let in',
    isGood: ({ status }) => status === 401 || status === 404,
  },
  {
    path: '/api/editor/socket/?EIO=4&transport=polling',
    what: 'a socket to the editor',
    isGood: ({ status, body }) => status === 200 && body.startsWith('0{'),
  },
];

const PUBLIC_BOOKS = '/api/content/v1/public/books';
/** The newest, as readers see them: the shelves of a house are too long to be read whole. */
const BOOKS = 3;

/** The data of an answer of the API; undefined when it is none. */
const dataOf = <T>({ status, body }: Answered): T | undefined => {
  try {
    return status === 200 ? (JSON.parse(body) as { data?: T }).data : undefined;
  } catch {
    return undefined;
  }
};

interface Listed {
  readonly slug: string;
}

/** The books of a list; undefined when it is none: a version that is looked at may answer anything. */
const booksIn = (list: Answered): Listed[] | undefined => {
  const data = dataOf<(Partial<Listed> | null)[]>(list);
  const isList = Array.isArray(data) && data.every((book) => typeof book?.slug === 'string');
  return isList ? (data as Listed[]) : undefined;
};

interface Contents {
  readonly contents: readonly { readonly id: string; readonly kind: string }[];
}

const contentsOf = (book: Answered): Contents['contents'] | undefined => {
  const contents = dataOf<Partial<Contents> | null>(book)?.contents;
  return Array.isArray(contents) && contents.every((entry) => typeof entry?.kind === 'string') ? contents : undefined;
};

const listed: Check = {
  path: `${PUBLIC_BOOKS}?limit=${BOOKS}`,
  what: 'the published books',
  isGood: (answer) => booksIn(answer) !== undefined,
};

const slugsIn = (list: Answered): string[] => (booksIn(list) ?? []).map(({ slug }) => slug);

const isThere = ({ status }: Answered): boolean => status === 200;

const bookOf = (slug: string): Check => ({
  path: `${PUBLIC_BOOKS}/${slug}`,
  what: 'a published book',
  isGood: (answer) => contentsOf(answer) !== undefined,
});
const pagesOf = (slug: string): readonly Check[] => [
  { path: `/books/${slug}`, what: 'the page of a published book', isGood: isThere },
  { path: `/read/${slug}`, what: 'a published book to read', isGood: isThere },
];

const firstChapter = (slug: string, book: Answered): readonly Check[] => {
  const first = contentsOf(book)?.find(({ kind }) => kind === 'chapter');
  const chapter = `${PUBLIC_BOOKS}/${slug}/chapters/${first?.id}`;
  return first ? [{ path: chapter, what: 'the first chapter of a published book', isGood: isThere }] : [];
};

/** @throws NotGood with what is wrong, in words */
const check = async (door: FrontDoor, { path, what, isGood }: Check): Promise<Answered> => {
  const answer = await door.ask(path).catch((error: unknown) => {
    throw new NotGood(`${what} (${path}): ${lineOf(error)}`);
  });
  if (isGood(answer)) return answer;
  throw new NotGood(`${what} (${path}): ${answer.status} ${answer.body.replace(/\s+/g, ' ').slice(0, 200)}`);
};

/**
 * Asks a house everything once: what it is itself, and its newest books as their readers do.
 * @returns what is wrong with it, in words; undefined when nothing is
 */
export const lookAt = async (door: FrontDoor): Promise<string | undefined> => {
  try {
    for (const one of checks) await check(door, one);
    for (const slug of slugsIn(await check(door, listed))) {
      const book = await check(door, bookOf(slug));
      for (const one of [...pagesOf(slug), ...firstChapter(slug, book)]) await check(door, one);
    }
    return undefined;
  } catch (error) {
    if (error instanceof NotGood) return error.message;
    throw error;
  }
};

/** Where visits to a house lead: what it is itself, and its newest books, as far as it tells of them. */
export const visitable = async (door: FrontDoor, colour: Colour): Promise<readonly string[]> => {
  const list = await door.ask(listed.path, colour).catch(() => undefined);
  const books = list ? slugsIn(list).flatMap((slug) => [bookOf(slug), ...pagesOf(slug)]) : [];
  return [...checks, listed, ...books].map(({ path }) => path);
};

/** One short visit. @returns what was wrong with it; undefined when nothing was. */
export const visit = async (door: FrontDoor, colour: Colour, path: string): Promise<string | undefined> => {
  try {
    const { status, body } = await door.ask(path, colour);
    return status >= 500 ? `${path}: ${status} ${body.replace(/\s+/g, ' ').slice(0, 200)}` : undefined;
  } catch (error) {
    return `${path}: ${lineOf(error)}`;
  }
};
