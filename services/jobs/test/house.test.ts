import {
  type Client,
  createClient,
  inspectionApiOf,
  jobsApi,
  type JobsApi,
  jobsTasks,
  type Run,
} from '@authorworks/contracts';
import { startTestHouse, type TestHouse, type TestPerson } from '@authorworks/local/testing';
import { createIdentity } from '@authorworks/platform';
import { eventually, startTestIssuer, TEST_SERVICE_KEY } from '@authorworks/platform/testing';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkEpub } from '../src/tasks/epub/check-epub.ts';
import { isOver, logOf, refusal } from './kit/house.ts';

/** Everything of the real house, the tasks as processes of their own included. */
describe('in a house with books', { timeout: 240_000 }, () => {
  let house: TestHouse;
  let mary: TestPerson;
  let operator: Client<JobsApi>;
  let slug: string;
  beforeAll(async () => {
    house = await startTestHouse({ services: ['user', 'content', 'editor', 'storage', 'jobs', 'web', 'gateway'] });
    mary = await house.signUp('Mary');
    const founder = await house.signUp('Olga');
    await onDatabase(async (client) => {
      await client.query(`UPDATE "user".account SET roles = '{operator}' WHERE id = $1`, [founder.accountId]);
    });
    const { accessToken } = await signIn(founder);
    operator = createClient(jobsApi, {
      baseUrl: house.urlOf('gateway'),
      headers: () => ({ authorization: `Bearer ${accessToken}` }),
    });
    const book = await mary.content.createBook({ body: { title: 'Low Water' } });
    const params = { bookId: book.id };
    const chapter = await mary.content.createNode({ params, body: { kind: 'chapter', title: 'One' } });
    const scene = await mary.content.createNode({
      params,
      body: { kind: 'scene', title: 'First', parentId: chapter.id },
    });
    await mary.content.writeSceneText({ params: { sceneId: scene.id }, body: { text: 'The tide was out.' } });
    ({ slug } = await mary.content.createEdition({ params, body: {} }));
  });
  afterAll(async () => await house?.stop());

  const onDatabase = async (work: (client: pg.Client) => Promise<void>): Promise<void> => {
    const client = new pg.Client({ connectionString: house.servers.databaseUrl });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  };
  const signIn = async ({ email, password, user }: TestPerson) =>
    await user.createSession({ body: { email, password } });
  const until = async (id: Run['id']): Promise<Run> =>
    await eventually(async () => {
      const run = await operator.readRun({ params: { runId: id } });
      if (!isOver(run)) throw new Error(`the run is ${JSON.stringify(run)}`);
      return run;
    }, 60_000);
  const run = async (task: keyof typeof jobsTasks): Promise<Run> =>
    await until((await operator.createRun({ body: { task: jobsTasks[task].type } })).id);
  const objects = async (): Promise<string[]> => {
    const folder = join(house.servers.directory, 'blobs', 'storage');
    const all = await readdir(folder, { recursive: true, withFileTypes: true });
    return all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  };

  it('a published edition is opened as soon as it is there, once', async () => {
    const found = await eventually(async () => {
      const { data } = await operator.listRuns({ query: { task: jobsTasks.checkEditions.type } });
      const [first] = data;
      if (!first) throw new Error('it is not heard of yet');
      return { first, count: data.length };
    });
    expect(found.count).toBe(1);
    const checked = await until(found.first.id);
    expect(checked).toMatchObject({ cause: 'event', input: { slug }, output: { checked: 1, problems: 0 } });
    expect(await logOf(operator, checked.id)).toContain(`${slug}: good`);
  });

  it('every service is asked how it is', async () => {
    const { output, id } = await run('checkHouse');
    expect(output).toEqual({ checked: 7, problems: 0, findings: [] });
    expect(await logOf(operator, id)).toMatch(/gateway 0\.1\.0: \d+ MB/);
  });

  it('a service that is away is found', async () => {
    await house.network.stop('web');
    expect((await run('checkHouse')).output).toMatchObject({
      problems: 1,
      findings: [{ what: 'web', problem: expect.stringContaining('does not answer') as string }],
    });
    const seen = await operator.readHouse();
    expect(seen.services.find(({ name }) => name === 'web')).toMatchObject({ inspection: null });
    await house.network.start('web');
  });

  it('bytes that have rotted, and bytes that are gone, are found', async () => {
    const good = await run('checkFiles');
    expect(good.output).toMatchObject({ problems: 0 });
    const count = (good.output as { checked: number }).checked;
    expect(count).toBeGreaterThan(0);
    const [object = ''] = await objects();
    const before = await readFile(object);
    const rotten = Buffer.from(before);
    rotten[10] = (rotten[10] ?? 0) ^ 1;
    await writeFile(object, rotten);
    expect((await run('checkFiles')).output).toMatchObject({
      checked: count,
      problems: 1,
      findings: [{ problem: expect.stringContaining('has other bytes than when it arrived') as string }],
    });
    await rm(object);
    expect((await run('checkFiles')).output).toMatchObject({
      problems: 1,
      findings: [{ problem: 'its bytes are gone from the object storage' }],
    });
    await writeFile(object, before);
    expect((await run('checkFiles')).output).toMatchObject({ problems: 0 });
  });

  it('shows its services, its stores and its machine, and what is not there', async () => {
    const seen = await operator.readHouse();
    expect(seen.mode).toBe('process');
    expect(seen.nodes).toHaveLength(1);
    expect(seen.nodes[0]?.memory.totalBytes).toBeGreaterThan(seen.nodes[0]?.memory.usedBytes ?? Infinity);
    expect(seen.pods).toEqual([]);
    expect(seen.gaps.map(({ what, why }) => `${what} ${why}`)).toEqual([
      'pods one-process',
      'releases one-process',
      'events one-process',
    ]);
    expect(seen.stores).toMatchObject([
      { name: 'postgres', ok: true, problem: null },
      { name: 'redis', ok: true },
    ]);
    expect(seen.services.map(({ name }) => name)).toContain('gateway');
    for (const { name, inspection } of seen.services) {
      expect(inspection, name).toMatchObject({ service: name, version: '0.1.0', deadLetters: 0 });
      expect(inspection?.process.pid).toBe(process.pid);
    }
    expect(seen.services.find(({ name }) => name === 'content')?.inspection?.queues.map(({ type }) => type)).toEqual([
      'content.compile-book',
      'content.import-book',
    ]);
    expect(await operator.listHouseEvents()).toEqual({
      events: [],
      gaps: [expect.objectContaining({ what: 'events' })],
    });
  });

  it('jobs of any service are seen, and parked ones run again', async () => {
    const params = { service: 'content' };
    const { data } = await operator.listServiceJobs({ params, query: { status: 'succeeded' } });
    const [job] = data;
    if (!job) throw new Error('the edition was compiled by a job');
    expect(job).toMatchObject({ type: 'content.compile-book', status: 'succeeded', error: null });
    expect(JSON.stringify(job)).not.toContain('compilationId');
    const retry = operator.retryServiceJob({ params: { ...params, jobId: job.id } });
    expect(await refusal(retry)).toMatchObject({ status: 404, code: 'QUEUE_JOB_NOT_FOUND' });
    await onDatabase(async (client) => {
      const error = JSON.stringify({ code: 'INTERNAL', message: 'it rained' });
      await client.query(`UPDATE content.job SET status = 'failed', error = $2 WHERE id = $1`, [job.id, error]);
    });
    const parked = await operator.listServiceJobs({
      params,
      query: { status: 'failed', type: 'content.compile-book' },
    });
    expect(parked.data).toMatchObject([{ id: job.id, error: { message: 'it rained' } }]);
    expect((await run('checkHouse')).output).toMatchObject({
      problems: 1,
      findings: [
        { what: 'content', problem: expect.stringContaining('1 jobs content.compile-book are parked') as string },
      ],
    });
    await operator.retryServiceJob({ params: { ...params, jobId: job.id } });
    await eventually(async () => {
      const again = await operator.listServiceJobs({ params, query: { status: 'failed' } });
      expect(again.data).toEqual([]);
    });
    for (const service of ['web', 'nobody']) {
      expect(await refusal(operator.listServiceJobs({ params: { service } }))).toMatchObject({
        status: 404,
        code: 'JOBS_SERVICE_WITHOUT_QUEUE',
      });
    }
    expect(await refusal(operator.listServiceJobs({ params, query: { cursor: 'x' } }))).toMatchObject({ status: 400 });
  });

  it('dead letters of any service are seen, and handed over once more', async () => {
    const params = { service: 'content' };
    const eventId = '0193a6b4-0000-7000-8000-000000000009';
    const meta = { id: eventId, type: 'storage.file.deleted', version: 1, correlationId: 'test', source: 'storage' };
    const data = { fileId: eventId, ownerId: mary.accountId };
    await onDatabase(async (client) => {
      await client.query(
        `INSERT INTO content.dead_letter (event_id, listener, envelope, error, attempts) VALUES ($1, 'forget-cover', $2, 'it rained', 5)`,
        [eventId, JSON.stringify({ meta: { ...meta, timestamp: new Date().toISOString() }, data })],
      );
    });
    const [letter] = await operator.listServiceDeadLetters({ params });
    if (!letter) throw new Error('there is a dead letter');
    expect(letter).toMatchObject({ listener: 'forget-cover', type: 'storage.file.deleted', error: 'it rained' });
    const which = { ...params, eventId: letter.eventId, listener: letter.listener };
    await operator.replayServiceDeadLetter({ params: which });
    expect(await operator.listServiceDeadLetters({ params })).toEqual([]);
    expect(await refusal(operator.replayServiceDeadLetter({ params: which }))).toMatchObject({
      status: 404,
      code: 'QUEUE_DEAD_LETTER_NOT_FOUND',
    });
  });

  it('lets in nobody but the service jobs by the back door, and by the front door nobody at all', async () => {
    const ask = async (service: 'content' | 'gateway', headers: Record<string, string>): Promise<number> =>
      (await fetch(house.urlOf(service) + inspectionApiOf(service).readInspection.path, { headers })).status;
    const as = async (self: 'jobs' | 'editor', callee: 'content' | 'gateway') => ({
      authorization: `Bearer ${await createIdentity(self, TEST_SERVICE_KEY).tokenFor(callee)}`,
    });
    expect(await ask('content', await as('jobs', 'content'))).toBe(200);
    expect(await ask('content', await as('editor', 'content'))).toBe(403);
    expect(await ask('content', {})).toBe(401);
    expect(await ask('gateway', await as('jobs', 'gateway'))).toBe(200);
    expect(await ask('gateway', { ...(await as('jobs', 'gateway')), 'x-forwarded-for': '10.0.0.1' })).toBe(404);
    expect(await ask('gateway', {})).toBe(404);
    const through = `${house.urlOf('gateway')}${inspectionApiOf('content').readInspection.path}`;
    expect((await fetch(through, { headers: await as('jobs', 'content') })).status).toBe(404);
  });

  it('is closed to everybody who is no operator', async () => {
    const issuer = await startTestIssuer();
    const doors = Object.values(jobsApi).map(({ method, path }) => ({
      method,
      url: house.urlOf('jobs') + path.replaceAll(/:\w+/g, '0193a6b4-0000-7000-8000-000000000009'),
    }));
    const { accessToken } = await signIn(mary);
    for (const { method, url } of doors) {
      expect((await fetch(url, { method })).status, url).toBe(401);
      const response = await fetch(url, { method, headers: { authorization: `Bearer ${accessToken}` } });
      expect(response.status, url).toBe(403);
    }
    await issuer.stop();
  });

  describe('an EPUB', () => {
    let epub: Record<string, Uint8Array>;
    beforeAll(async () => {
      const response = await mary.content.downloadPublicEpub({ params: { slug } });
      epub = unzipSync(new Uint8Array(await response.arrayBuffer()));
    });
    const problemsOf = async (files: Record<string, Uint8Array>, damage?: (bytes: Uint8Array) => void) => {
      const { mimetype = new Uint8Array(), ...rest } = files;
      const bytes = zipSync({ mimetype: [mimetype, { level: 0 }], ...rest });
      damage?.(bytes);
      const file = join(house.servers.directory, 'one.epub');
      await writeFile(file, bytes);
      const told: string[] = [];
      await checkEpub(file, (where, problem) => void told.push(`${where}: ${problem}`));
      return told;
    };
    const pathOf = (suffix: string): string => Object.keys(epub).find((path) => path.endsWith(suffix)) ?? '';
    const changed = (path: string, change: (text: string) => string): Record<string, Uint8Array> => ({
      ...epub,
      [path]: strToU8(change(Buffer.from(epub[path] ?? []).toString())),
    });
    const without = (path: string): Record<string, Uint8Array> =>
      Object.fromEntries(Object.entries(epub).filter(([name]) => name !== path));

    it('of this house is good', async () => expect(await problemsOf(epub)).toEqual([]));
    it('without a chapter is not', async () => {
      const page = Object.keys(epub).find((path) => /chapter|section|c\d/.test(path) && path.endsWith('html')) ?? '';
      expect((await problemsOf(without(page))).join('\n')).toContain(`${page}: is not in the archive`);
    });
    it('with a page that is not well-formed is not', async () => {
      const page = pathOf('nav.xhtml') || pathOf('.xhtml');
      const told = await problemsOf(changed(page, (text) => text.replace('</body>', '</bdy>')));
      expect(told.join('\n')).toContain(`${page}: is not well-formed`);
    });
    it('with a link that leads nowhere is not', async () => {
      const page = pathOf('.xhtml');
      const told = await problemsOf(
        changed(page, (text) => text.replace('<body', '<body id="x"><a href="gone.xhtml#y">z</a></body><body')),
      );
      expect(told.length).toBeGreaterThan(0);
    });
    it('without title, order or container is not', async () => {
      const opf = pathOf('.opf');
      const told = await problemsOf(
        changed(opf, (text) => text.replace(/<dc:title[^]*?<\/dc:title>/, '').replaceAll(/<itemref[^>]*>/g, '')),
      );
      expect(told).toEqual(expect.arrayContaining([`${opf}: has no title`, `${opf}: has no reading order`]));
      expect(await problemsOf(without('META-INF/container.xml'))).toEqual([
        'META-INF/container.xml: is not in the archive',
      ]);
      expect((await problemsOf(changed('mimetype', () => 'application/zip')))[0]).toContain('mimetype');
    });
    it('with a byte turned over is not, and one that is cut off cannot be opened', async () => {
      const css = pathOf('.css');
      const told = await problemsOf({ ...epub, [css]: strToU8('p { color: red }'.repeat(40)) }, (bytes) => {
        const at = Buffer.from(bytes).indexOf(css) + css.length + 4;
        bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      }).catch((error: Error) => [error.message]);
      expect(told.length).toBeGreaterThan(0);
      await writeFile(join(house.servers.directory, 'cut.epub'), zipSync(epub).subarray(0, 500));
      await expect(checkEpub(join(house.servers.directory, 'cut.epub'), () => undefined)).rejects.toThrow();
    });
  });
});
