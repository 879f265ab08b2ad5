// Makes the pictures of the README from the running product: npm run pictures
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import {
  type Author,
  author,
  bringBook,
  openBrowser,
  openRoom,
  openWindow,
  signIn,
  type Window,
} from '../lib/browser.ts';
import { RestartableHouse } from '../lib/house.ts';
import { comeIn, type Person } from '../lib/people.ts';

const repository = resolve(import.meta.dirname, '..', '..');
const novel = join(repository, 'test', 'sample-novel', 'the-tide-clerk.md');
const folder = join(repository, 'docs', 'pictures');

const DESK = { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 2 } as const;
const PHONE = { viewport: { width: 390, height: 800 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true } as const;
/** Pictures are shown at half of what they were taken at, on a page that is 1280 wide at most. */
const WIDTH = 1600;
const LARGEST_BYTES = 150_000;

const maud: Author = { ...author('Maud'), name: 'Maud Ferrier' };
const tom: Author = { ...author('Tom'), name: 'Tom Abara' };
const ada: Author = { ...author('Ada'), name: 'Ada Lind' };

/** Other books of hers, so that the shelf is one that is lived with. */
const others = [
  { title: 'The Salt Almanac', goal: 90_000, share: 0.62 },
  { title: 'A Lamp for the Causeway', goal: 80_000, share: 0.2 },
  { title: 'Letters to a Lighthouse', goal: 40_000, share: 0.9 },
  { title: 'Small Hours, Large Rooms', goal: 60_000, share: 0.35 },
] as const;

const markdown = readFileSync(novel, 'utf8').replace(/^---\n[\s\S]*?\n---\n/, '');

/** About so many words of prose. */
const prose = (words: number): string => {
  const paragraphs = markdown.split('\n\n').filter((line) => /^[A-Z“]/.test(line));
  const lines: string[] = [];
  for (let count = 0, at = 0; count < words; at += 1) {
    const line = paragraphs[at % paragraphs.length] ?? '';
    lines.push(line);
    count += line.split(' ').length;
  }
  return lines.join('\n\n');
};

const fillShelf = async (person: Person): Promise<void> => {
  for (const { title, goal, share } of others) {
    const book = await person.content.createBook({ body: { title, authorName: maud.name } });
    const params = { bookId: book.id };
    await person.content.updateBook({ params, body: { wordGoal: goal } });
    const chapter = await person.content.createNode({ params, body: { kind: 'chapter', title: 'One' } });
    const scene = await person.content.createNode({ params, body: { kind: 'scene', title: '', parentId: chapter.id } });
    await person.content.writeSceneText({
      params: { sceneId: scene.id },
      body: { text: prose(goal * share), format: 'text' },
    });
  }
};

/** The address is confirmed, so that no page asks for it. */
const confirm = async (house: RestartableHouse, person: Person): Promise<void> => {
  const { data } = await person.user.listOutboxMails({ query: { limit: 100 } });
  const mail = data.find(({ to, subject }) => to === person.email && subject.includes('confirm'));
  const token = /#token=([^\s"]+)/.exec(mail?.text ?? '')?.[1];
  if (!token) throw new Error(`${house.url()} has sent no mail to ${person.email}`);
  await person.user.confirmEmail({ body: { token: decodeURIComponent(token) } });
};

const settle = async (page: Page): Promise<void> => {
  await page.evaluate(async () => await document.fonts.ready);
  await page.waitForLoadState('networkidle');
};

const write = async (picture: Sharp, name: string, quality = 82): Promise<void> => {
  const path = join(folder, `${name}.webp`);
  const { size } = await picture.webp({ quality, effort: 6 }).toFile(path);
  if (size > LARGEST_BYTES) throw new Error(`${path} has ${size} bytes: more than a README should load`);
  process.stdout.write(`docs/pictures/${name}.webp  ${Math.round(size / 1000)} kB\n`);
};

const shoot = async (page: Page): Promise<Buffer> => {
  await settle(page);
  return await page.screenshot({ caret: 'initial' });
};

/** Three phones in a row, each with round corners and a thin edge. */
const rowOfPhones = async (screens: readonly Buffer[]): Promise<Sharp> => {
  const [width, height, gap] = [500, 1026, 50];
  const mask = (fill: string, line: string): Buffer =>
    Buffer.from(
      `<svg width="${width}" height="${height}"><rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="44" fill="${fill}" stroke="${line}" stroke-width="2"/></svg>`,
    );
  const phones = await Promise.all(
    screens.map(async (screen) => {
      const picture = await sharp(screen).resize({ width, height, fit: 'cover', position: 'top' }).toBuffer();
      return await sharp(picture)
        .composite([{ input: mask('#fff', 'none'), blend: 'dest-in' }, { input: mask('none', '#b9b2a2') }])
        .png()
        .toBuffer();
    }),
  );
  return sharp({
    create: {
      width: phones.length * (width + gap) + gap,
      height: height + 2 * gap,
      channels: 3,
      background: '#f3f0e9',
    },
  }).composite(phones.map((input, index) => ({ input, left: gap + index * (width + gap), top: gap })));
};

class Studio {
  readonly house: RestartableHouse;
  readonly browser: Browser;

  constructor(house: RestartableHouse, browser: Browser) {
    this.house = house;
    this.browser = browser;
  }

  async window(who: Author | null, options: BrowserContextOptions): Promise<Window> {
    const window = await openWindow(this.browser, this.house.url, options);
    if (who) await signIn(window.page, who);
    return window;
  }

  async shelfAndBook(page: Page, bookId: string): Promise<void> {
    await page.goto('/shelf');
    await page.getByRole('link', { name: 'Letters to a Lighthouse' }).waitFor();
    await page.getByRole('heading', { name: 'Chapter Six: As Given' }).waitFor();
    await write(sharp(await shoot(page)).resize({ width: WIDTH }), 'shelf');
    await page.goto(`/shelf/${bookId}`);
    await page.getByRole('treeitem').first().waitFor();
    await write(sharp(await shoot(page)).resize({ width: WIDTH }), 'book-page');
  }

  /** Three people in one scene, of whom Maud sees the others: Tom has marked a line, and Ada is about to go on. */
  async room([hers, his, adas]: readonly [Page, Page, Page], room: string): Promise<void> {
    const [text, other, third] = [await openRoom(hers, room), await openRoom(his, room), await openRoom(adas, room)];
    await text.locator('p').first().click();
    await hers.keyboard.press('Control+Home');
    await other.locator('p', { hasText: 'She stood where the road' }).click();
    await his.keyboard.press('Home');
    await his.keyboard.press('Shift+End');
    await third.locator('p', { hasText: '“As given,” said a voice' }).click();
    await adas.keyboard.press('End');
    await text.locator('.aw-selection').first().waitFor();
    await text.locator('.aw-caret-flag', { hasText: ada.name }).waitFor();
    await hers.getByRole('img', { name: 'Ada Lind and Tom Abara also here' }).waitFor();
    await write(sharp(await shoot(hers)).resize({ width: WIDTH }), 'writing-room');
  }

  async reader(page: Page): Promise<void> {
    await page.goto('/read/the-tide-clerk');
    await page.getByRole('link', { name: /Chapter One/ }).click();
    await page.getByRole('heading', { level: 1, name: /Chapter One/ }).waitFor();
    await write(sharp(await shoot(page)).resize({ width: WIDTH }), 'reader');
  }

  async phones(author: Page, reader: Page, room: string): Promise<void> {
    await author.goto('/shelf');
    await author.getByRole('heading', { name: 'Chapter Six: As Given' }).waitFor();
    const screens = [await shoot(author)];
    await openRoom(author, room);
    screens.push(await shoot(author));
    await reader.goto('/read/the-tide-clerk');
    await reader.getByRole('link', { name: /Chapter One/ }).click();
    await reader.getByRole('heading', { level: 1, name: /Chapter One/ }).waitFor();
    screens.push(await shoot(reader));
    await write(await rowOfPhones(screens), 'phone', 72);
  }
}

const main = async (): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const [house, browser] = await Promise.all([RestartableHouse.open(), openBrowser()]);
  try {
    const studio = new Studio(house, browser);
    const person = await comeIn(house.url, maud.name, maud.email);
    await confirm(house, person);
    for (const { name, email } of [tom, ada]) await confirm(house, await comeIn(house.url, name, email));
    await fillShelf(person);
    const hers = await studio.window(maud, DESK);
    const bookId = await bringBook(hers.page, novel);
    const params = { bookId };
    await person.content.addCollaborator({ params, body: { email: tom.email, role: 'co-author' } });
    await person.content.addCollaborator({ params, body: { email: ada.email, role: 'editor' } });
    await person.content.updateBook({ params, body: { wordGoal: 5000 } });
    await person.content.createEdition({ params, body: { slug: 'the-tide-clerk' } });
    const tree = await person.content.readTree({ params });
    const room = `/write/${bookId}/${tree.children[1]?.children[0]?.id}`;
    await studio.shelfAndBook(hers.page, bookId);
    const company = [hers, await studio.window(tom, DESK), await studio.window(ada, DESK)] as const;
    await studio.room([company[0].page, company[1].page, company[2].page], room);
    for (const window of company) await window.close();
    const dark = { ...PHONE, colorScheme: 'dark' } as const;
    await studio.reader((await studio.window(null, DESK)).page);
    await studio.phones((await studio.window(maud, PHONE)).page, (await studio.window(null, dark)).page, room);
  } finally {
    await browser.close();
    await house.close();
  }
};

await main();
