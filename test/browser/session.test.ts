import type { Browser, Page, Route } from 'playwright-core';
import { afterEach, beforeAll, afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  author,
  fillSignIn,
  openBrowser,
  openRoom,
  openWindow,
  saveWord,
  signIn,
  textOfRoom,
  type Window,
  PATIENTLY,
} from '../lib/browser.ts';
import { type House, openHouse } from '../lib/house.ts';
import { comeIn, type Person, startBook } from '../lib/people.ts';

const REFRESH = '**/api/user/v1/sessions/refresh';
/** Longer than an access token lives. */
const LATER_MS = 16 * 60_000;
const mary = author('Mary');

describe('a session that is older than its token', { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;
  let person: Person;
  let room: string;
  let sceneId: string;
  let window: Window;
  let page: Page;
  let refreshes: number;
  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    person = await comeIn(house.url, mary.name);
    const book = await startBook(person, 'The Long Evening');
    sceneId = book.sceneId;
    room = `/write/${book.bookId}/${sceneId}`;
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });
  beforeEach(async () => {
    window = await openWindow(browser, house.url);
    page = window.page;
    refreshes = 0;
    page.on('response', (response) => {
      if (response.url().endsWith('/sessions/refresh') && response.ok()) refreshes += 1;
    });
    await page.clock.install();
    await signIn(page, mary);
  });
  afterEach(async () => {
    expect(window.stumbles).toEqual([]);
    await window.close();
  });

  /** The clock of the browser goes forward; everything else goes on as it was. */
  const waitLong = async (target: Page): Promise<void> => {
    const now = await target.evaluate(() => Date.now());
    await target.clock.setSystemTime(now + LATER_MS);
  };

  it('goes on by itself, and the author notices nothing', async () => {
    await waitLong(page);
    await page.getByRole('link', { name: 'Books' }).click();
    await page.getByRole('link', { name: 'Shelf' }).click();
    await page.getByRole('link', { name: 'The Long Evening' }).first().click();
    await page.getByRole('treeitem', { name: /^One/ }).waitFor();
    expect(refreshes).toBe(1);
    expect(new URL(page.url()).pathname).not.toContain('sign-in');
  });

  it('goes on when the house refuses a token that the page held to be good', async () => {
    let refused = 0;
    const spoil = async (route: Route): Promise<void> => {
      refused += 1;
      await route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer not.a.token' } });
    };
    await page.route('**/api/content/v1/books/*', spoil, { times: 1 });
    await page.getByRole('link', { name: 'The Long Evening' }).first().click();
    await page.getByRole('treeitem', { name: /^One/ }).waitFor();
    expect(refused).toBe(1);
    expect(refreshes).toBe(1);
  });

  it('goes on when the answer with the new token was lost on its way', async () => {
    await waitLong(page);
    let lost = 0;
    await page.route(
      REFRESH,
      async (route) => {
        // the house has traded the token; the browser never hears of it, and keeps the old cookie
        await route.fetch();
        lost += 1;
        await route.abort();
      },
      { times: 1 },
    );
    await page.goto('/shelf');
    const again = page.getByRole('button', { name: 'Try again' });
    const book = page.getByRole('link', { name: 'The Long Evening' }).first();
    await again.or(book).waitFor();
    if (await again.isVisible()) await again.click();
    await book.waitFor();
    expect(lost).toBe(1);
    expect(new URL(page.url()).pathname).toBe('/shelf');
  });

  it('goes on in two windows that wake at the same moment', async () => {
    const second = await page.context().newPage();
    await second.goto('/shelf');
    await second.getByRole('link', { name: 'The Long Evening' }).first().waitFor();
    await Promise.all([waitLong(page), waitLong(second)]);
    await Promise.all([page.reload(), second.reload()]);
    for (const one of [page, second]) await one.getByRole('link', { name: 'The Long Evening' }).first().waitFor();
    // and neither has ended the other's
    await Promise.all([page.reload(), second.reload()]);
    for (const one of [page, second]) await one.getByRole('link', { name: 'The Long Evening' }).first().waitFor();
  });

  it('leads to sign-in and back when it was ended from elsewhere, with every word that was typed', async () => {
    const text = await openRoom(page, room);
    await text.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('Before it ended.');
    await saveWord(page).filter({ hasText: 'Saved' }).waitFor();
    await person.user.endOtherSessions();
    const words: string[] = [];
    const signInForm = page.getByRole('heading', { name: 'Welcome back' });
    // goes on typing until the page leads away
    while (!(await signInForm.isVisible())) {
      const isThere = await textOfRoom(page).isVisible();
      if (!isThere) continue;
      const word = `word${words.length}x`;
      await page.keyboard.type(` ${word}`);
      // a word whose last letters met the next page is not asked for
      const [shown = ''] = await textOfRoom(page).allInnerTexts();
      if (shown.includes(word)) words.push(word);
    }
    expect(new URL(page.url()).searchParams.get('returnTo')).toBe(room);
    await fillSignIn(page, mary);
    await page.waitForURL(`**${room}`);
    await saveWord(page).filter({ hasText: 'Saved' }).waitFor();
    await expect
      .poll(async () => {
        const shown = await textOfRoom(page).innerText();
        return words.filter((word) => !shown.includes(word));
      }, PATIENTLY)
      .toEqual([]);
    const kept = await person.content.readSceneText({
      params: { sceneId },
      query: { format: 'text' },
    });
    expect(words.filter((word) => !(kept.text ?? '').includes(word))).toEqual([]);
    expect(kept.text).toContain('Before it ended.');
  });
});
