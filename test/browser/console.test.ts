import {
  builtServiceNames,
  type Client,
  createClient,
  type JobsApi,
  jobsApi,
  jobsTasks,
  services,
  userApi,
} from '@authorworks/contracts';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { author, openBrowser, openWindow, PATIENTLY, signIn, type Window } from '../lib/browser.ts';
import { type House, openHouse } from '../lib/house.ts';
import { comeIn, type Person, startBook } from '../lib/people.ts';

// What operators see of the house: in one process what there is, and in a cluster all of it. Kubernetes' own answers are the
// measure of neither; what must be there is known from the table of services and from our charts.

const edda = author('Edda');
/** What the charts install beside the services, at least one of each zone. */
const NEIGHBOURS = ['postgres', 'redis', 'prometheus', 'node-exporter'] as const;
const RELEASES = [/^authorworks-(blue|green) (blue|green)/, /^authorworks-data /, /^authorworks-watch /] as const;
/** What has a queue. */
const workers = builtServiceNames.filter((name) => name !== 'gateway' && name !== 'web');

describe('the operator’s console', { timeout: 120_000 }, () => {
  let house: House;
  let browser: Browser;
  let window: Window;
  let page: Page;
  let operator: Client<JobsApi>;
  let person: Person;
  let isCluster: boolean;
  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    const { accessToken } = await createClient(userApi, { baseUrl: house.url }).createSession({ body: house.operator });
    const headers = () => ({ authorization: `Bearer ${accessToken}` });
    operator = createClient(jobsApi, { baseUrl: house.url, headers });
    isCluster = (await operator.readHouse()).mode === 'kubernetes';
    person = await comeIn(house.url, edda.name);
    // so that something has been done
    const { bookId, sceneId } = await startBook(person, 'The Keeper of the Ledger');
    await person.content.writeSceneText({ params: { sceneId }, body: { text: 'She counted twice.' } });
    await person.content.createEdition({ params: { bookId }, body: {} });
    window = await openWindow(browser, house.url);
    page = window.page;
    await signIn(page, house.operator);
  });
  afterEach(() => expect(window.stumbles).toEqual([]));
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const part = (heading: string): Locator =>
    page.locator('section').filter({ has: page.getByRole('heading', { name: heading, exact: true }) });
  const row = (name: RegExp): Locator =>
    page
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name }) })
      .first();
  const cellsOf = async (name: RegExp): Promise<string[]> => {
    await row(name).waitFor();
    return await row(name).getByRole('cell').allInnerTexts();
  };
  const names = async (): Promise<string[]> => (await operator.readHouse()).nodes.map((node) => node.name);

  it('shows every machine by name, what it is, and its memory', async () => {
    await page.goto('/console');
    const cards = part('Machines').getByRole('listitem');
    await cards.first().waitFor();
    const machines = await cards.allInnerTexts();
    const wanted = await names();
    expect(new Set(machines.map((text) => text.split(' ')[0]))).toEqual(new Set(wanted));
    for (const text of machines) expect(text).toMatch(/[\d.]+ (MB|GB) of [\d.]+ (MB|GB) memory (in use|reserved)/);
    for (const name of wanted) {
      const meter = page.getByRole('meter', { name: `Memory of ${name}`, exact: true });
      const percent = Number(await meter.getAttribute('aria-valuenow'));
      expect(percent).toBeGreaterThan(0);
      expect(percent).toBeLessThanOrEqual(100);
    }
    const kinds = new Set(machines.map((text) => /^\S+ (Server|Raspberry Pi|This machine)/.exec(text)?.[1]));
    expect(kinds).toEqual(new Set(isCluster ? ['Server', 'Raspberry Pi'] : ['This machine']));
  });

  it('shows the stores, with what they keep and how fast they answer', async () => {
    await page.goto('/console');
    const stores = part('Stores').getByRole('listitem');
    await stores.first().waitFor();
    const [postgres, redis] = await stores.allInnerTexts();
    expect(postgres).toMatch(/^PostgreSQL \d+\.\d+[^]*\d+ ms[^]*\d+ of \d+ connections[^]*[\d.]+ [MG]B on disk/);
    expect(redis).toMatch(/^Redis \d+\.\d+[^]*\d+ ms[^]*\d+ of [\d,]+ connections[^]*[\d.]+ [MG]B in memory/);
  });

  it('shows the services, and the pods of each: of which house, on which machine', async () => {
    await page.goto('/console');
    const lines = part('Services').getByRole('listitem');
    await lines.first().waitFor();
    const told = await lines.allInnerTexts();
    expect(told).toHaveLength(builtServiceNames.length);
    for (const name of builtServiceNames) {
      const line = told.find((text) => text.startsWith(services[name].title));
      expect(line, name).toMatch(/^\S+\s+well\s+\d+\.\d+\.\d+ · started /);
    }
    if (!isCluster) {
      await page.getByText('This house runs in one process: there are no pods.').waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
      return;
    }
    const machines = await names();
    for (const name of [...builtServiceNames, ...NEIGHBOURS]) {
      const isService = !(NEIGHBOURS as readonly string[]).includes(name);
      const [state, machine, memory] = await cellsOf(
        new RegExp(`^${name} ${isService ? '(blue|green) ' : ''}${name}-`),
      );
      expect(state, name).toMatch(/^ready/);
      expect(machines, name).toContain(machine);
      expect(memory, name).toMatch(/[\d.]+ [MG]B/);
    }
  });

  let runId: string;

  it('begins a task, follows it to its end, and shows what it printed', async () => {
    await page.goto('/console/tasks');
    const isBegun = page.waitForResponse(
      (answer) => answer.request().method() === 'POST' && answer.url().endsWith('/runs'),
    );
    await page.getByRole('button', { name: 'Run now: Look after the house' }).click();
    const begun = await isBegun;
    ({
      data: { id: runId },
    } = (await begun.json()) as { data: { id: string } });
    await page.getByText('Look after the house: started.', { exact: true }).waitFor();
    const link = part('Runs').locator(`a[href="/console/runs/${runId}"]`);
    await link.click();
    await page.getByRole('heading', { name: 'Look after the house' }).waitFor();
    await page.getByText('by hand').waitFor();
    const sections = page.getByRole('navigation', { name: 'Console' });
    expect(await sections.locator('[aria-current]').allInnerTexts()).toEqual(['Tasks']);
    // a house in which others have been may have something wrong with it; how it ended is shown all the same
    const count = builtServiceNames.length;
    const ending = isCluster
      ? new RegExp(`^(${count} looked at, all well|\\d+ problems?)$`)
      : `${count} looked at, all well`;
    await page.getByText(ending).waitFor();
    const log = page.getByLabel('Log', { exact: true });
    await expect
      .poll(async () => await log.innerText(), PATIENTLY)
      .toMatch(new RegExp(`${count} services, \\d+ problems`));
    const lines = (await log.innerText()).split('\n');
    for (const name of builtServiceNames)
      expect(lines.some((line) => new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: \\d+ MB$`).test(line))).toBe(true);
    await page.getByText(/^done · /).waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    await page.getByRole('link', { name: 'All tasks' }).click();
    await link.waitFor();
  });

  it('shows what each service has to do, in numbers', async () => {
    await page.goto('/console/queues');
    for (const name of workers) await part(services[name].title).waitFor();
    const compile = part('Content').getByRole('listitem').filter({ hasText: 'compile-book' });
    const number = async (label: string): Promise<number> =>
      Number(await compile.locator('dl > div').filter({ hasText: label }).locator('dd').innerText());
    await expect.poll(async () => await number('done in a day'), PATIENTLY).toBeGreaterThan(0);
    for (const label of ['waiting', 'running', 'parked']) expect(await number(label)).toBeGreaterThanOrEqual(0);
  });

  it('shows what is installed', async () => {
    await page.goto('/console/releases');
    if (!isCluster) {
      await page.getByText('This house runs in one process: there are no releases.').waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
      return;
    }
    for (const release of RELEASES) {
      const [version, ready, changed] = await cellsOf(release);
      expect(version).toMatch(/^\d+\.\d+\.\d+/);
      expect(ready).toMatch(/^\d+ of \d+ ready$|^switched off$/);
      expect(changed).not.toBe('');
    }
  });

  it('shows what Kubernetes has noticed', async () => {
    await page.goto('/console/events');
    if (!isCluster) {
      await page.getByText('This house runs in one process: there is no Kubernetes').waitFor();
      expect(await page.getByRole('switch').count()).toBe(0);
      return;
    }
    const ours = page
      .getByRole('listitem')
      .filter({ hasText: `Job/task-${runId.replaceAll('-', '')}-1` })
      .filter({ hasText: 'SuccessfulCreate' });
    await ours.waitFor();
    await page.getByRole('switch', { name: 'Warnings only' }).click();
    await ours.waitFor({ state: 'detached' });
  });

  it('shows nothing to somebody who is no operator', async () => {
    const hers = await openWindow(browser, house.url);
    const asked: string[] = [];
    hers.page.on('request', (request) => void (request.url().includes('/api/jobs/') && asked.push(request.url())));
    await signIn(hers.page, edda);
    for (const path of ['', '/queues', `/runs/${runId}`]) {
      await hers.page.goto(`/console${path}`);
      await hers.page.getByText('This page is for the operators of the house.').waitFor();
      expect(await hers.page.getByRole('navigation', { name: 'Console' }).count()).toBe(0);
      expect((await hers.page.getByRole('main').innerText()).split(/\n+/)).toEqual([
        'Console',
        'This page is for the operators of the house.',
      ]);
    }
    expect(asked).toEqual([]);
    expect(hers.stumbles).toEqual([]);
    await hers.close();
    const headers = { authorization: `Bearer ${await person.token()}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ task: jobsTasks.checkHouse.type });
    const { readHouse, listTasks, createRun, listRuns, listHouseEvents, readRun, readRunLog } = jobsApi;
    for (const { method, path } of [readHouse, listTasks, createRun, listRuns, listHouseEvents, readRun, readRunLog]) {
      const url = house.url() + path.replace(':runId', runId);
      const answer = await fetch(url, { method, headers, ...(method === 'POST' ? { body } : {}) });
      expect(answer.status, path).toBe(403);
      expect(await answer.text()).not.toContain(runId);
    }
  });
});
