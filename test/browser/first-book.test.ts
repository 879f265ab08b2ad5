import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { epubCheck } from '../../services/content/test/compile/epub-check.ts';
import { epubText } from '../../services/content/test/compile/read-epub-text.ts';
import {
  author,
  bringBook,
  openBrowser,
  openRoom,
  openWindow,
  saveWord,
  signUp,
  textOfRoom,
  type Window,
  PATIENTLY,
} from '../lib/browser.ts';
import { type House, isStanding, openHouse, RestartableHouse } from '../lib/house.ts';
import { manuscriptText } from '../lib/manuscript-text.ts';
import { comeIn } from '../lib/people.ts';
import { sampleNovel } from '../lib/sample-novel.ts';

// The first book, end to end, as its author sees it: in browsers, against the house as it is started by a person.

const repository = resolve(import.meta.dirname, '..', '..');
const frankenstein = resolve(repository, '..', 'shared', 'data', 'frankenstein.epub');
const mary = author('Mary');
const percy = author('Percy');
const novel = sampleNovel();

/** A house of this machine, that may be killed; the tests that do it are not run against another. */
const own = (house: House): RestartableHouse => {
  if (house instanceof RestartableHouse) return house;
  throw new Error('this house is not ours to kill');
};

/** Notes each word of one's own that stands in the text whenever the page says "Saved". */
const watchSaved = async (page: Page, prefix: string): Promise<void> =>
  await page.evaluate((own) => {
    const store = window as unknown as { acknowledged: string[] };
    store.acknowledged = [];
    const word = [...document.querySelectorAll('header p')].find((one) =>
      /^(Saved|Saving)/.test(one.textContent ?? ''),
    );
    const note = (): void => {
      if (word?.textContent !== 'Saved') return;
      const text = document.querySelector('[role=textbox]')?.textContent ?? '';
      store.acknowledged = [...text.matchAll(new RegExp(`${own}\\d+x`, 'g'))].map(([token]) => token);
    };
    if (word) new MutationObserver(note).observe(word, { childList: true, characterData: true, subtree: true });
  }, prefix);

const savedWords = async (page: Page): Promise<string[]> =>
  await page.evaluate(() => (window as unknown as { acknowledged: string[] }).acknowledged);

/** Types words that nobody has typed before, until it is told to stop. */
const keepTyping = (page: Page, prefix: string) => {
  const stop = new AbortController();
  let count = 0;
  const ended = (async () => {
    while (!stop.signal.aborted) await page.keyboard.type(` ${prefix}${(count += 1)}x`, { delay: 8 });
  })();
  return {
    typed: () => Array.from({ length: count }, (_, index) => `${prefix}${index + 1}x`),
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
};

const isIn = (text: string) => (token: string) => text.split(token).length === 2;

/** Puts the caret at the end of a paragraph. */
const goToEndOf = async (paragraph: Locator): Promise<void> => {
  await paragraph.click();
  await paragraph.page().keyboard.press('End');
};

describe('the first book', { timeout: 240_000 }, () => {
  let house: House;
  let browser: Browser;
  let hers: Window;
  let his: Window;
  let bookId: string;
  let room: string;
  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    hers = await openWindow(browser, house.url);
    his = await openWindow(browser, house.url);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('begins with an account, and a novel that is brought in with a report', async () => {
    await signUp(hers.page, mary);
    await hers.page.getByRole('heading', { name: 'An empty shelf is a good beginning' }).waitFor();
    bookId = await bringBook(hers.page, novel.file);
    await hers.page.getByRole('heading', { level: 1, name: novel.title }).waitFor();
    const report = await hers.page.getByRole('main').innerText();
    expect(report).toMatch(/7\s*chapters|chapters\s*7/);
    expect(report).toMatch(/1\s*footnote|footnote\s*1/);
    // the one picture that the text names does not come with it, and the report says so
    expect(report).toContain('A picture is not in the file.');
  });

  it.runIf(existsSync(frankenstein))('takes an EPUB of 78,000 words as well', async () => {
    await bringBook(hers.page, frankenstein);
    expect(await hers.page.getByRole('main').innerText()).toMatch(/3\d\s*chapters|chapters\s*3\d/);
  });

  it('is shared with a co-author from the page of the book', async () => {
    await signUp(his.page, percy);
    await hers.page.goto(`/shelf/${bookId}`);
    await hers.page.getByRole('button', { name: 'Invite' }).click();
    await hers.page.getByLabel('E-mail address').fill(percy.email);
    await hers.page.getByRole('button', { name: 'Send the invitation' }).click();
    // his line among the collaborators; the notice of it is a list item as well
    await hers.page.getByRole('main').getByRole('listitem').filter({ hasText: 'Percy' }).waitFor();
    await his.page.goto('/shelf');
    await his.page.getByRole('link', { name: novel.title }).waitFor();
  });

  it('shows two people in one scene to each other: their words, their names, their carets', async () => {
    await hers.page.goto(`/shelf/${bookId}`);
    await hers.page
      .getByRole('treeitem', { name: /^Scene 1/ })
      .nth(1)
      .click();
    await hers.page.waitForURL('**/write/**');
    room = new URL(hers.page.url()).pathname;
    const [herText, hisText] = await Promise.all([openRoom(hers.page, room), openRoom(his.page, room)]);
    await goToEndOf(herText.locator('p').first());
    await goToEndOf(hisText.locator('p').last());
    await Promise.all([
      hers.page.keyboard.type(' The lamp went out.', { delay: 15 }),
      his.page.keyboard.type(' The posts had gone.', { delay: 15 }),
    ]);
    await herText.getByText('The posts had gone.').waitFor();
    await hisText.getByText('The lamp went out.').waitFor();
    await hers.page.getByRole('img', { name: 'Percy also here' }).waitFor();
    await his.page.getByRole('img', { name: 'Mary also here' }).waitFor();
    expect(await herText.locator('.aw-caret-flag').textContent()).toBe('Percy');
    expect(await hisText.locator('.aw-caret-flag').textContent()).toBe('Mary');
  });

  /** Mary at the end of the first paragraph, Percy at the end of the last, both in the middle of their words. */
  const bothType = async (word: string) => {
    const [herText, hisText] = await Promise.all([openRoom(hers.page, room), openRoom(his.page, room)]);
    await goToEndOf(herText.locator('p').first());
    await goToEndOf(hisText.locator('p').last());
    const windows = [
      { page: hers.page, prefix: `m${word}` },
      { page: his.page, prefix: `p${word}` },
    ];
    await Promise.all(windows.map(async ({ page, prefix }) => await watchSaved(page, prefix)));
    const typing = windows.map(({ page, prefix }) => keepTyping(page, prefix));
    for (const { page } of windows)
      await expect.poll(async () => (await savedWords(page)).length, PATIENTLY).toBeGreaterThan(15);
    return typing;
  };

  it.skipIf(isStanding)(
    'has every word that was said to be saved when the whole house and both windows are gone at once',
    async () => {
      const typing = await bothType('a');
      // from the moment of the kill on, nobody may bring anything back
      const killed = own(house).kill({ servers: true });
      const saved = (await Promise.all([savedWords(hers.page), savedWords(his.page)])).flat();
      await Promise.all([...typing.map(async (one) => await one.stop()), killed]);
      await Promise.all([hers.page.goto('about:blank'), his.page.goto('about:blank')]);
      await own(house).start();
      const text = await manuscriptText(await comeIn(house.url, 'Mary'), bookId);
      console.log(`killed: ${saved.length} words were said to be saved`);
      expect(saved.length).toBeGreaterThan(30);
      expect(saved.filter((token) => !isIn(text)(token))).toEqual([]);
    },
  );

  it.skipIf(isStanding)('takes up what two people wrote while the house was gone', async () => {
    const typing = await bothType('b');
    await own(house).kill({ servers: true });
    await Promise.all(
      [hers, his].map(
        async ({ page }) =>
          await saveWord(page)
            .filter({ hasText: /^Offline: .*waiting/ })
            .waitFor(),
      ),
    );
    await Promise.all(typing.map(async (one) => await one.stop()));
    await own(house).start();
    const typed = typing.flatMap((one) => one.typed());
    for (const { page } of [hers, his]) {
      await saveWord(page).filter({ hasText: 'Saved' }).waitFor({ timeout: 60_000 });
      await expect
        .poll(async () => {
          const text = (await textOfRoom(page).textContent()) ?? '';
          return typed.filter((token) => !isIn(text)(token));
        }, PATIENTLY)
        .toEqual([]);
    }
    const text = await manuscriptText(await comeIn(house.url, 'Mary'), bookId);
    expect(typed.filter((token) => !isIn(text)(token))).toEqual([]);
  });

  it('is published from the page of the book', async () => {
    await hers.page.goto(`/shelf/${bookId}`);
    await hers.page.getByRole('button', { name: 'Publish…' }).click();
    const dialog = hers.page.getByRole('dialog');
    expect(await dialog.getByLabel('Address').inputValue()).toBe(novel.slug);
    await dialog.getByRole('button', { name: 'Publish this edition' }).click();
    await dialog.getByRole('heading', { name: 'Your book is out' }).waitFor();
    await dialog.getByRole('link', { name: 'See it as readers do' }).click();
    await hers.page.waitForURL(`**/books/${novel.slug}`);
  });

  it('is read by a stranger, who finds her place and her typeface again', async () => {
    const reader = await openWindow(browser, house.url);
    const { page } = reader;
    await page.goto('/books');
    await page.getByRole('link', { name: novel.title }).click();
    await page.getByRole('link', { name: 'Read', exact: true }).click();
    await page.getByRole('button', { name: 'Contents' }).click();
    await page
      .getByRole('dialog', { name: 'Contents' })
      .getByRole('link', { name: /Chapter Two/ })
      .click();
    await page.getByRole('heading', { level: 1, name: 'Chapter Two: What the Board Said' }).waitFor();
    await page.getByRole('button', { name: 'How it looks' }).click();
    const looks = page.getByRole('dialog', { name: 'How it looks' });
    await looks.getByRole('radio', { name: 'Sepia' }).check();
    await looks.getByRole('radio', { name: 'Garamond' }).check();
    await looks.getByRole('button', { name: 'Larger' }).click();
    await page.keyboard.press('Escape');
    // letters have their last widths when the face that was chosen is there; until then the text moves by itself
    await page.evaluate(async () => void (await document.fonts.ready));
    const paragraph = page.locator('article p', { hasText: 'Nobody spoke.' });
    const share = page.getByRole('progressbar');
    // the chapter begins at a fifth of the book; where she is now is known only when it says more
    const beginning = Number(await share.getAttribute('aria-valuenow'));
    await paragraph.evaluate((element) => element.scrollIntoView({ block: 'start' }));
    await expect
      .poll(async () => Number(await share.getAttribute('aria-valuenow')), PATIENTLY)
      .toBeGreaterThan(beginning);
    const before = await share.getAttribute('aria-valuenow');
    await page.goto(`/read/${novel.slug}`);
    await page.getByRole('heading', { level: 1, name: 'Chapter Two: What the Board Said' }).waitFor();
    await expect.poll(async () => await share.getAttribute('aria-valuenow'), PATIENTLY).toBe(before);
    const look = page.locator('[data-theme-of-reader]');
    expect(await look.getAttribute('data-theme-of-reader')).toBe('sepia');
    expect(await look.getAttribute('data-font')).toBe('garamond');
    expect(await look.getAttribute('data-size')).toBe('4');
    expect(reader.stumbles).toEqual([]);
    await reader.close();
  });

  it('is taken home as an EPUB without a flaw, with the text of the manuscript', async () => {
    await hers.page.goto(`/shelf/${bookId}`);
    const [file] = await Promise.all([
      hers.page.waitForEvent('download'),
      hers.page.getByRole('button', { name: /^EPUB/ }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/\.epub$/);
    const bytes = await readFile(await file.path());
    expect(await epubCheck(bytes)).toEqual([]);
    expect(await epubText(bytes)).toBe(await manuscriptText(await comeIn(house.url, 'Mary'), bookId));
  });

  it('met no error that nobody saw', () => {
    expect([...hers.stumbles, ...his.stumbles].filter((text) => !/ERR_CONNECTION|WebSocket/.test(text))).toEqual([]);
  });
});
