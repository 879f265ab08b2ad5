import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Author,
  author,
  bringBook,
  openBrowser,
  openWindow,
  overflowOf,
  untilStill,
  signUp,
  type Window,
} from '../lib/browser.ts';
import { type House, openHouse } from '../lib/house.ts';
import { comeIn } from '../lib/people.ts';
import { sampleNovel } from '../lib/sample-novel.ts';

// The words of German are long: every page has to hold them, on a phone too.

const novel = sampleNovel();
const mary = author('Mary');

interface Place {
  readonly book: string;
  readonly scene: string;
}

interface Visit {
  readonly what: string;
  readonly path: (place: Place) => string;
  readonly operator?: boolean;
  /** What is to be read there, in German and in Spanish. */
  readonly says: { readonly de: string; readonly es: string };
  /** A button that is pressed first. */
  readonly press?: { readonly de: RegExp; readonly es: RegExp };
}

const visits: readonly Visit[] = [
  { what: 'the shelf', path: () => '/shelf', says: { de: 'Regal', es: 'Estantería' } },
  {
    what: 'the page of a book',
    path: ({ book }) => `/shelf/${book}`,
    says: { de: 'Beteiligte', es: 'Personas' },
  },
  {
    what: 'an invitation',
    path: ({ book }) => `/shelf/${book}`,
    press: { de: /^Einladen$/, es: /^Invitar$/ },
    says: { de: 'Einladung senden', es: 'Enviar la invitación' },
  },
  {
    what: 'the dialog for publishing',
    path: ({ book }) => `/shelf/${book}`,
    press: { de: /^Neue Ausgabe/, es: /^Publicar una/ },
    says: { de: 'Diese Ausgabe veröffentlichen', es: 'Publicar esta edición' },
  },
  {
    what: 'the writing room',
    path: ({ scene }) => scene,
    says: { de: 'Gespeichert', es: 'Guardado' },
  },
  {
    what: 'the panel about a scene',
    path: ({ scene }) => scene,
    press: { de: /^Über diese Szene/, es: /^Sobre esta escena/ },
    says: { de: 'Inhalt', es: 'Sinopsis' },
  },
  {
    what: 'the revisions of a scene',
    path: ({ scene }) => scene,
    press: { de: /^Fassungen$/, es: /^Versiones$/ },
    says: { de: 'So aufheben, wie es jetzt ist', es: 'Conservarlo como está' },
  },
  {
    what: 'the search in a scene',
    path: ({ scene }) => scene,
    press: { de: /^In dieser Szene suchen/, es: /^Buscar en esta escena/ },
    says: { de: 'Groß und klein wie geschrieben', es: 'Mayúsculas tal cual' },
  },
  { what: 'the account', path: () => '/account', says: { de: 'Über dich', es: 'Sobre ti' } },
  { what: 'pen names', path: () => '/account/pen-names', says: { de: 'Künstlername', es: 'seudónimo' } },
  {
    what: 'the sessions',
    path: () => '/account/sessions',
    says: { de: 'Alle anderen beenden', es: 'Cerrar todas las demás' },
  },
  { what: 'tokens', path: () => '/account/tokens', says: { de: 'Schlüssel anlegen', es: 'Crear una clave' } },
  { what: 'the operator’s page', operator: true, path: () => '/operator', says: { de: 'Dienste', es: 'Servicios' } },
  {
    what: 'the outbox',
    operator: true,
    path: () => '/outbox',
    says: { de: 'Dieses Haus verschickt keine Post', es: 'Esta casa no envía correo' },
  },
];

/** Controls and titles that reach out of the screen, or whose words do not fit into them. */
const cutOff = async (page: Page): Promise<string[]> =>
  await page.evaluate(() => {
    const scrolls = (element: Element): boolean => {
      for (let above: Element | null = element.parentElement; above; above = above.parentElement)
        if (/auto|scroll/.test(getComputedStyle(above).overflowX) && above.scrollWidth > above.clientWidth) return true;
      return false;
    };
    return [...document.querySelectorAll('button, a, label, h1, h2, h3, legend, select, [role=tab]')]
      .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .filter((element) => element.closest('.visually-hidden, .aw-manuscript, [role=tree]') === null)
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        const isOut = width > 2 && (right > innerWidth + 1 || left < -1) && right > 0;
        const isShort = getComputedStyle(element).textOverflow === 'ellipsis';
        const isTight = element.tagName !== 'SELECT' && element.scrollWidth > element.clientWidth + 1;
        return !scrolls(element) && (isOut || (isTight && !isShort && getComputedStyle(element).display !== 'inline'));
      })
      .map((element) => `${element.tagName} "${element.textContent.trim() || element.getAttribute('aria-label')}"`);
  });

const enter = async (page: Page, { email, password }: Omit<Author, 'name'>): Promise<void> => {
  await page.goto('/sign-in?returnTo=%2Fshelf');
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/shelf');
};

describe('every page', { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;
  let place: Place;
  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    const window = await openWindow(browser, house.url);
    await signUp(window.page, mary);
    const book = await bringBook(window.page, novel.file);
    const person = await comeIn(house.url, mary.name);
    const params = { bookId: book };
    await person.content.createEdition({ params, body: { slug: novel.slug } });
    const tree = await person.content.readTree({ params });
    place = { book, scene: `/write/${book}/${tree.children[1]?.children[0]?.id}` };
    await window.close();
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const screens = [
    { how: 'German on a phone', tongue: 'de', locale: 'de-DE', viewport: { width: 390, height: 844 }, isMobile: true },
    { how: 'German on a desk', tongue: 'de', locale: 'de-DE', viewport: { width: 1280, height: 860 }, isMobile: false },
    { how: 'Spanish on a phone', tongue: 'es', locale: 'es-ES', viewport: { width: 390, height: 844 }, isMobile: true },
  ] as const;

  describe.each(screens)('in $how', ({ how: _how, tongue, ...screen }) => {
    let own: Window;
    let operators: Window;
    beforeAll(async () => {
      own = await openWindow(browser, house.url, { ...screen, hasTouch: screen.isMobile });
      operators = await openWindow(browser, house.url, { ...screen, hasTouch: screen.isMobile });
      await enter(own.page, mary);
      await enter(operators.page, house.operator);
    });
    afterAll(async () => {
      await own?.close();
      await operators?.close();
    });

    it.each(visits)('speaks it, and holds its words: $what', async ({ path, operator, says, press }) => {
      const { page } = operator ? operators : own;
      await page.goto(path(place));
      if (press) await page.getByRole('button', { name: press[tongue] }).first().click();
      await page.getByText(says[tongue]).filter({ visible: true }).first().waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe(tongue);
      await untilStill(page);
      expect(await cutOff(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    });

    it('meets no error that nobody sees', () => {
      expect([...own.stumbles, ...operators.stumbles]).toEqual([]);
    });
  });
});
