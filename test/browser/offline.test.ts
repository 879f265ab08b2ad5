import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  author,
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

const mary = author('Mary');

describe('a line that comes and goes', { timeout: 180_000 }, () => {
  let house: House;
  let browser: Browser;
  let window: Window;
  let person: Person;
  let sceneId: string;
  let room: string;
  /** Whether the line is cut; the sockets that are open then fall silent. */
  let cut: (() => Promise<void>)[] = [];
  let isCut = false;
  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    person = await comeIn(house.url, mary.name);
    const book = await startBook(person, 'The Tunnel');
    sceneId = book.sceneId;
    room = `/write/${book.bookId}/${sceneId}`;
    window = await openWindow(browser, house.url);
    // the browser's own offline mode leaves open sockets alone: they are closed here, as a network that goes away does
    await window.page.routeWebSocket(/.*/, async (socket) => {
      if (isCut) {
        await socket.close();
        return;
      }
      const server = socket.connectToServer();
      cut.push(async () => {
        await server.close();
        await socket.close();
      });
    });
    await signIn(window.page, mary);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const goOffline = async (): Promise<void> => {
    isCut = true;
    await window.page.context().setOffline(true);
    const open = cut;
    cut = [];
    await Promise.all(open.map(async (close) => await close()));
  };
  const goOnline = async (): Promise<void> => {
    isCut = false;
    await window.page.context().setOffline(false);
  };
  const kept = async (): Promise<string> =>
    (await person.content.readSceneText({ params: { sceneId }, query: { format: 'text' } })).text ?? '';

  it('is told in one honest word, and the words of the meantime arrive', async () => {
    const { page } = window;
    const text = await openRoom(page, room);
    await text.click();
    await page.keyboard.type('Before the tunnel.');
    await saveWord(page).filter({ hasText: 'Saved' }).waitFor();
    await goOffline();
    await page.keyboard.type(' Four words in it.');
    await saveWord(page)
      .filter({ hasText: /^Offline: \d+ words? waiting$/ })
      .waitFor();
    expect(await text.innerText()).toContain('Four words in it.');
    expect(await kept()).not.toContain('Four words in it.');
    await goOnline();
    await saveWord(page).filter({ hasText: 'Saved' }).waitFor();
    expect(await kept()).toContain('Before the tunnel. Four words in it.');
  });

  it('does not lose what was typed when one leaves the scene before the line is back', async () => {
    const { page } = window;
    const text = await openRoom(page, room);
    await text.click();
    await page.keyboard.press('Control+End');
    await goOffline();
    await page.keyboard.type(' Left in a hurry.');
    await saveWord(page)
      .filter({ hasText: /^Offline/ })
      .waitFor();
    // by a link within the app: the page itself stays
    await page.getByRole('link', { name: 'The Tunnel' }).click();
    await textOfRoom(page).waitFor({ state: 'detached' });
    await goOnline();
    await expect.poll(kept, PATIENTLY).toContain('Left in a hurry.');
  });

  it('met no error that nobody saw', () =>
    expect(
      window.stumbles.filter(
        (text) => !/ERR_INTERNET_DISCONNECTED|WebSocket|dynamically imported|Unable to preload/.test(text),
      ),
    ).toEqual([]));
});
