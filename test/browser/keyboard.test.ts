import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  author,
  bringBook,
  openBrowser,
  openWindow,
  saveWord,
  signUp,
  textOfRoom,
  type Window,
  PATIENTLY,
} from '../lib/browser.ts';
import { type House, openHouse } from '../lib/house.ts';
import { comeIn } from '../lib/people.ts';
import { sampleNovel } from '../lib/sample-novel.ts';

const novel = sampleNovel();
const mary = author('Mary');

const isFocused = async (locator: Locator): Promise<boolean> =>
  (await locator.count()) > 0 && (await locator.first().evaluate((element) => element === document.activeElement));

/** Presses a key until something has the focus; fails where a hand without a mouse would give up. */
const goTo = async (page: Page, target: Locator, key = 'Tab'): Promise<void> => {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await isFocused(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${String(target)}`);
};

describe('somebody without a mouse', { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;
  let window: Window;
  let page: Page;
  let book: string;
  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    window = await openWindow(browser, house.url);
    page = window.page;
    await signUp(page, mary);
    book = await bringBook(page, novel.file);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const tree = async () => {
    const person = await comeIn(house.url, mary.name);
    return await person.content.readTree({ params: { bookId: book } });
  };

  it('goes from the shelf into the text, writes, and leaves by the palette', async () => {
    await page.goto('/shelf');
    const link = page.getByRole('link', { name: 'Go on writing' });
    await link.waitFor();
    await goTo(page, link);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/write/**');
    // the caret waits at the end of the text
    await expect.poll(async () => await isFocused(textOfRoom(page)), PATIENTLY).toBe(true);
    await page.keyboard.type(' And she wrote on.');
    await textOfRoom(page).getByText('And she wrote on.').waitFor();
    await page.keyboard.press('Control+i');
    await page.keyboard.type(' At once.');
    await textOfRoom(page).locator('em', { hasText: 'At once.' }).waitFor();
    await saveWord(page).filter({ hasText: 'Saved' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command palette' }).waitFor();
    await page.keyboard.type('to the book');
    await page.getByRole('option', { name: 'To the book', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/shelf/${book}`);
  });

  it('sees which keys do what, and closes that again', async () => {
    await page.goto(`/write/${book}`);
    await textOfRoom(page).waitFor();
    await page.keyboard.press('Control+/');
    const map = page.getByRole('dialog', { name: 'Keyboard' });
    await map.getByText('Find in this scene').waitFor();
    await page.keyboard.press('Escape');
    await map.waitFor({ state: 'detached' });
    await expect.poll(async () => await isFocused(textOfRoom(page)), PATIENTLY).toBe(true);
  });

  it('is not caught in the text: Tab leads out of it', async () => {
    await page.keyboard.press('Shift+Tab');
    expect(await isFocused(textOfRoom(page))).toBe(false);
  });

  it('moves a chapter before another, and back', async () => {
    const titles = async (): Promise<string[]> => (await tree()).children.map(({ title }) => title);
    const before = await titles();
    await page.goto(`/shelf/${book}`);
    await page.getByRole('treeitem').first().waitFor();
    await goTo(page, page.locator('[role="treeitem"]:focus'));
    const chapter = page.getByRole('treeitem', { name: /^Chapter Two/ });
    await goTo(page, chapter, 'ArrowDown');
    await page.keyboard.press('Alt+ArrowUp');
    const [opening = '', one = '', two = '', ...others] = before;
    await expect.poll(titles, PATIENTLY).toEqual([opening, two, one, ...others]);
    // the focus goes with the chapter, so that it can be moved on
    await expect.poll(async () => await isFocused(chapter), PATIENTLY).toBe(true);
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(titles, PATIENTLY).toEqual(before);
  });

  it('gives a chapter another name', async () => {
    const chapter = page.getByRole('treeitem', { name: /^Chapter Two/ });
    await chapter.focus();
    await page.keyboard.press('F2');
    await page.getByRole('textbox', { name: /Chapter Two/ }).waitFor();
    await page.keyboard.type('The Board Sits');
    await page.keyboard.press('Enter');
    await page.getByRole('treeitem', { name: /^The Board Sits/ }).waitFor();
    await expect.poll(async () => (await tree()).children[2]?.title, PATIENTLY).toBe('The Board Sits');
  });

  it('met no error that nobody saw', () => expect(window.stumbles).toEqual([]));
});
