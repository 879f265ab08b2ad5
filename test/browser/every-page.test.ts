import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  author,
  bringBook,
  openBrowser,
  openWindow,
  overflowOf,
  signIn,
  signUp,
  textOfRoom,
  type Window,
} from '../lib/browser.ts';
import { type House, openHouse } from '../lib/house.ts';
import { comeIn } from '../lib/people.ts';
import { sampleNovel } from '../lib/sample-novel.ts';

// Every page, by day and by night, on a desk and on a phone: for eyes that see less, hands that have no mouse, small screens.

const novel = sampleNovel();
const mary = author('Mary');
const edda = author('Edda');

interface Place {
  readonly book: string;
  readonly importPage: string;
  readonly scene: string;
}

type Visitor = 'nobody' | 'mary' | 'edda' | 'operator';

interface Visit {
  readonly what: string;
  readonly who: Visitor;
  readonly path: (place: Place) => string;
  /** Ready to be looked at when this is there. */
  readonly shows: (page: Page) => Promise<void>;
}

const heading = (name: string | RegExp) => async (page: Page) =>
  await page.getByRole('heading', { level: 1, name }).first().waitFor();
const room = async (page: Page): Promise<void> => await textOfRoom(page).locator('p').first().waitFor();
const dialog = async (page: Page, name: string | RegExp): Promise<void> =>
  await page.getByRole('dialog', { name }).waitFor();
const click = async (page: Page, name: string | RegExp): Promise<void> =>
  await page.getByRole('button', { name }).first().click();

const visits: readonly Visit[] = [
  { what: 'the front door', who: 'nobody', path: () => '/', shows: heading('One sentence, everywhere.') },
  { what: 'sign-up', who: 'nobody', path: () => '/sign-up', shows: heading('Open your study') },
  {
    what: 'sign-in with mistakes',
    who: 'nobody',
    path: () => '/sign-in',
    shows: async (page) => {
      await page.getByLabel('E-mail address').fill('mary');
      await click(page, 'Sign in');
      await page.getByText('Please write your password.').waitFor();
    },
  },
  { what: 'a forgotten password', who: 'nobody', path: () => '/forgot-password', shows: heading('A new password') },
  { what: 'a broken link', who: 'nobody', path: () => '/reset-password', shows: heading(/./) },
  { what: 'an address that there is not', who: 'nobody', path: () => '/nowhere', shows: heading(/not in the book/) },
  {
    what: 'the library',
    who: 'nobody',
    path: () => '/books',
    shows: async (page) => await page.getByRole('link', { name: novel.title }).waitFor(),
  },
  { what: 'a published book', who: 'nobody', path: () => `/books/${novel.slug}`, shows: heading(novel.title) },
  { what: 'a book that is not there', who: 'nobody', path: () => '/books/no-such-book', shows: heading(/./) },
  { what: 'the reader', who: 'nobody', path: () => `/read/${novel.slug}`, shows: heading(/./) },
  {
    what: 'the contents in the reader',
    who: 'nobody',
    path: () => `/read/${novel.slug}`,
    shows: async (page) => {
      await click(page, 'Contents');
      await dialog(page, 'Contents');
    },
  },
  {
    what: 'the looks of the reader',
    who: 'nobody',
    path: () => `/read/${novel.slug}`,
    shows: async (page) => {
      await click(page, 'How it looks');
      await dialog(page, 'How it looks');
    },
  },
  {
    what: 'a footnote in the reader',
    who: 'nobody',
    path: () => `/read/${novel.slug}`,
    shows: async (page) => {
      await page.getByRole('link', { name: /Chapter One/ }).click();
      await page.locator('a[role="doc-noteref"]').first().click();
      await page.getByRole('dialog', { name: 'Footnote' }).waitFor();
    },
  },
  { what: 'an empty shelf', who: 'edda', path: () => '/shelf', shows: heading('Shelf') },
  {
    what: 'a shelf with books',
    who: 'mary',
    path: () => '/shelf',
    shows: async (page) => await page.getByRole('link', { name: 'Go on writing' }).waitFor(),
  },
  {
    what: 'a new book',
    who: 'mary',
    path: () => '/shelf',
    shows: async (page) => {
      await click(page, 'New book');
      await dialog(page, 'New book');
    },
  },
  { what: 'the bin', who: 'mary', path: () => '/shelf/bin', shows: heading('Bin') },
  {
    what: 'the report of an import',
    who: 'mary',
    path: ({ importPage }) => importPage,
    shows: heading(novel.title),
  },
  {
    what: 'the page of a book',
    who: 'mary',
    path: ({ book }) => `/shelf/${book}`,
    shows: async (page) => await page.getByRole('treeitem').first().waitFor(),
  },
  {
    what: 'the dialog for publishing',
    who: 'mary',
    path: ({ book }) => `/shelf/${book}`,
    shows: async (page) => {
      await click(page, /^Publish/);
      await dialog(page, 'Publish');
    },
  },
  {
    what: 'an invitation',
    who: 'mary',
    path: ({ book }) => `/shelf/${book}`,
    shows: async (page) => {
      await click(page, 'Invite');
      await page.getByLabel('E-mail address').waitFor();
    },
  },
  { what: 'the writing room', who: 'mary', path: ({ scene }) => scene, shows: room },
  {
    what: 'the palette',
    who: 'mary',
    path: ({ scene }) => scene,
    shows: async (page) => {
      await room(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command palette' }).waitFor();
    },
  },
  {
    what: 'the search in a scene',
    who: 'mary',
    path: ({ scene }) => scene,
    shows: async (page) => {
      await room(page);
      await click(page, 'Find in this scene');
      await page.getByRole('textbox', { name: 'Find' }).fill('lamp');
    },
  },
  {
    what: 'the keyboard map',
    who: 'mary',
    path: ({ scene }) => scene,
    shows: async (page) => {
      await room(page);
      await page.keyboard.press('Control+/');
      await dialog(page, 'Keyboard');
    },
  },
  {
    what: 'the panel about a scene',
    who: 'mary',
    path: ({ scene }) => scene,
    shows: async (page) => {
      await room(page);
      await click(page, 'About this scene');
      await page.getByLabel('Synopsis').waitFor();
    },
  },
  ...['', '/pen-names', '/preferences', '/security', '/sessions', '/tokens'].map(
    (part): Visit => ({
      what: `the account${part}`,
      who: 'mary',
      path: () => `/account${part}`,
      shows: heading('Account'),
    }),
  ),
  {
    what: 'the operator’s page',
    who: 'operator',
    path: () => '/operator',
    shows: async (page) => {
      // a house that has stood for a while has more people than one page shows
      await page.getByRole('searchbox').fill(mary.email);
      await page.getByText(mary.email).waitFor();
    },
  },
  ...(
    [
      ['', 'Machines'],
      ['/tasks', 'Look after the house'],
      ['/queues', 'Content'],
      ['/releases', /This house runs in one process|What is installed/],
      ['/events', /This house runs in one process|What Kubernetes has noticed/],
    ] as const
  ).map(
    ([part, words]): Visit => ({
      what: `the console${part}`,
      who: 'operator',
      path: () => `/console${part}`,
      shows: async (page) => await page.getByText(words).first().waitFor(),
    }),
  ),
  {
    what: 'the outbox',
    who: 'operator',
    path: () => '/outbox',
    shows: async (page) => {
      await click(page, /Please confirm your e-mail address/);
    },
  },
];

/** What axe finds wrong, one line each. */
const findingsOf = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    async () => await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${target.join(' ')} ${failureSummary?.split('\n').slice(1).join(' ') ?? ''}`,
    ),
  );
};

describe('every page', { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;
  let place: Place;
  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    const window = await openWindow(browser, house.url);
    await comeIn(house.url, edda.name);
    await signUp(window.page, mary);
    const book = await bringBook(window.page, novel.file);
    const importPage = new URL(window.page.url()).pathname;
    const person = await comeIn(house.url, mary.name);
    const params = { bookId: book };
    await person.content.createEdition({ params, body: { slug: novel.slug } });
    const tree = await person.content.readTree({ params });
    place = { book, importPage, scene: `/write/${book}/${tree.children[1]?.children[0]?.id}` };
    await window.close();
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const screens = [
    { how: 'by day', colorScheme: 'light', viewport: { width: 1280, height: 860 }, isMobile: false },
    { how: 'by night', colorScheme: 'dark', viewport: { width: 1280, height: 860 }, isMobile: false },
    { how: 'on a phone', colorScheme: 'light', viewport: { width: 390, height: 844 }, isMobile: true },
    { how: 'on a phone by night', colorScheme: 'dark', viewport: { width: 390, height: 844 }, isMobile: true },
  ] as const;

  describe.each(screens)('$how', ({ how: _how, ...screen }) => {
    const windows = new Map<Visitor, Window>();
    const windowOf = async (who: Visitor): Promise<Window> => {
      const known = windows.get(who);
      if (known) return known;
      const window = await openWindow(browser, house.url, { ...screen, hasTouch: screen.isMobile });
      if (who !== 'nobody') {
        const people = { mary, edda, operator: house.operator };
        await signIn(window.page, people[who]);
      }
      windows.set(who, window);
      return window;
    };
    afterAll(async () => {
      for (const window of windows.values()) await window.close();
    });

    it.each(visits)('can be used by everybody: $what', async ({ who, path, shows }) => {
      const { page } = await windowOf(who);
      await page.goto(path(place));
      await shows(page);
      expect(await findingsOf(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });

    it('meets no error that nobody sees', () => {
      expect([...windows.values()].flatMap(({ stumbles }) => stumbles)).toEqual([]);
    });
  });
});
