import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { emailOf } from './people.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Chromium of this machine: CHROMIUM, or what is on the PATH. */
const findChromium = (): string => {
  const named = process.env['CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found =
    named ?? NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (!found) throw new Error('There is no Chromium: scripts/test installs it, or set CHROMIUM to its path.');
  return found;
};

/** For expect.poll: as patient as everything else here. */
export const PATIENTLY = { timeout: 60_000 } as const;

export const openBrowser = async (): Promise<Browser> =>
  await chromium.launch({ executablePath: findChromium(), args: ['--disable-dev-shm-usage'] });

export interface Author {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export const author = (name: string): Author => ({
  name,
  email: emailOf(name),
  password: 'correct horse battery staple',
});

/** A window of a browser of its own, with what went wrong in it unseen by those who sit before it. */
export interface Window {
  readonly page: Page;
  /** Errors that nobody caught, and what the Content-Security-Policy held back. */
  readonly stumbles: readonly string[];
  readonly close: () => Promise<void>;
}

const isStumble = (text: string): boolean => /Content.Security.Policy|Uncaught|React|Minified/i.test(text);

/** A window of somebody with no past: own cookies, own storage. */
export const openWindow = async (
  browser: Browser,
  house: () => string,
  options: BrowserContextOptions = {},
): Promise<Window> => {
  const context = await browser.newContext({
    baseURL: house(),
    viewport: { width: 1280, height: 860 },
    reducedMotion: 'reduce',
    ...options,
  });
  // machines that do other things as well are slow; nothing is decided by this but when a test gives up
  context.setDefaultTimeout(60_000);
  const stumbles: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => stumbles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && isStumble(message.text())) stumbles.push(message.text());
  });
  return { page, stumbles, close: async () => await context.close() };
};

export const signUp = async (page: Page, { name, email, password }: Author): Promise<void> => {
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Make an account' }).click();
  await page.waitForURL('**/shelf');
};

/** Fills the sign-in form of the page that is shown. */
export const fillSignIn = async (page: Page, { email, password }: Omit<Author, 'name'>): Promise<void> => {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
};

export const signIn = async (page: Page, who: Omit<Author, 'name'>, path = '/shelf'): Promise<void> => {
  await page.goto(`/sign-in?returnTo=${encodeURIComponent(path)}`);
  await fillSignIn(page, who);
  await page.waitForURL(`**${path}`);
};

/** Brings a book file in by the file dialog, and waits for its report. @returns the book's id */
export const bringBook = async (
  page: Page,
  file: string | { name: string; mimeType: string; buffer: Buffer },
): Promise<string> => {
  await page.goto('/shelf');
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Bring a book' }).click(),
  ]);
  await chooser.setFiles(file);
  await page.waitForURL('**/shelf/imports/*');
  const write = page.getByRole('link', { name: 'Go to the text' });
  await write.waitFor();
  return (await write.getAttribute('href'))?.split('/').at(-1) ?? '';
};

/** The text of the scene that is open in the writing room. */
export const textOfRoom = (page: Page): Locator => page.getByRole('textbox', { name: /^Text of/ });

/** The one word about where the last words are. */
export const saveWord = (page: Page): Locator =>
  page.getByText(/^(Opening…|Saving…|Saved|Offline.*|Read only|Not saved)$/);

/** Opens a scene for writing, and waits until its text is there and can be written. */
export const openRoom = async (page: Page, path: string): Promise<Locator> => {
  await page.goto(path);
  const text = textOfRoom(page);
  await text.waitFor();
  await saveWord(page).filter({ hasText: 'Saved' }).waitFor();
  return text;
};

/** Waits until what slides or fades in has come: what is measured before is where nobody will find it. Never-ending motion (a wheel) does not count. */
export const untilStill = async (page: Page): Promise<void> => {
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
};

/** How far the page reaches beyond the screen to the right, in pixels. */
export const overflowOf = async (page: Page): Promise<number> =>
  await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
