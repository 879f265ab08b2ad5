import { createHash } from 'node:crypto';
import type { Compilation } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import { eventually } from '@authorworks/platform/testing';
import type { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCompilation } from '../src/compilation/run-compilation.ts';
import { showCompilation } from '../src/compilation/show-compilations.ts';
import { sweep } from '../src/sweep.ts';
import { rejection, storePicture } from './behind.ts';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

type CompilationView = z.output<typeof Compilation>;

describe('a file that is made of a book', () => {
  let house: ContentHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startContentHouse();
    mary = await house.signUp('Mary');
  });
  afterAll(async () => await house?.close());

  const begin = async (text = 'It was *dark*.'): Promise<{ bookId: string; sceneId: string }> => {
    const { id: bookId } = await mary.content.createBook({
      body: { title: 'The "Tide" Clerk', authorName: 'Maud Ferrier' },
    });
    const params = { bookId };
    const part = await mary.content.createNode({ params, body: { kind: 'part', title: 'Ebb' } });
    const chapter = await mary.content.createNode({
      params,
      body: { kind: 'chapter', title: 'One', parentId: part.id },
    });
    const place = { kind: 'scene', parentId: chapter.id } as const;
    const scene = await mary.content.createNode({ params, body: place });
    const second = await mary.content.createNode({ params, body: place });
    await mary.content.writeSceneText({ params: { sceneId: scene.id }, body: { text } });
    await mary.content.writeSceneText({ params: { sceneId: second.id }, body: { text: '# Within\n\nThen light.' } });
    return { bookId, sceneId: scene.id };
  };
  const ended = async (
    { id }: { id: string },
    status: CompilationView['status'] = 'succeeded',
  ): Promise<CompilationView> =>
    await eventually(async () => {
      const now = await mary.content.readCompilation({ params: { compilationId: id } });
      expect(now.status).toBe(status);
      return now;
    });
  const make = async (bookId: string, editionId?: string): Promise<CompilationView> => {
    const body = { format: 'markdown' as const, ...(editionId ? { editionId } : {}) };
    return await ended(await mary.content.createCompilation({ params: { bookId }, body }));
  };
  const download = async ({ url }: CompilationView): Promise<string> => {
    const response = await fetch(new URL(url ?? '', house.urlOf('storage')));
    expect(response.status).toBe(200);
    return await response.text();
  };

  it('has all of its text, in order, and says what it is', async () => {
    const { bookId } = await begin();
    const made = await make(bookId);
    expect(made).toMatchObject({
      bookId,
      format: 'markdown',
      editionId: null,
      progress: 100,
      fileName: 'the-tide-clerk.md',
      error: null,
      report: { words: 6, chapters: 1, images: 0, notes: [] },
    });
    const text = await download(made);
    expect(text).toBe(
      '---\ntitle: "The \\"Tide\\" Clerk"\nauthor: "Maud Ferrier"\nlang: "en"\n---\n\n' +
        '# Ebb\n\n## One\n\nIt was *dark*.\n\n* * *\n\n### Within\n\nThen light.\n',
    );
    expect(made.sha256).toBe(createHash('sha256').update(text).digest('hex'));
    expect(made.sizeBytes).toBe(Buffer.byteLength(text));
  });

  it('is not called done by a look that came too early for the file', async () => {
    const { bookId } = await begin();
    const { id } = await mary.content.createCompilation({ params: { bookId }, body: { format: 'markdown' } });
    await ended({ id });
    const row = await house.context().db.compilation.findUniqueOrThrow({ where: { id } });
    const before = { ...row, status: 'open', fileId: null, fileName: null, report: null };
    expect(await showCompilation(house.context(), before)).toMatchObject({ status: 'running', url: null });
  });

  it('comes back as the same book when it is imported', async () => {
    const { bookId } = await begin('First.[^1]\n\n[^1]: A note.');
    const text = await download(await make(bookId));
    const form = new FormData();
    form.append('file', new Blob([text]), 'back.md');
    const { id } = await mary.content.createImport({ body: form });
    const again = await eventually(async () => {
      const { bookId: made } = await mary.content.readImport({ params: { importId: id } });
      expect(made).not.toBeNull();
      return made ?? '';
    });
    expect(await download(await make(again))).toBe(text);
  });

  it('is the same file while nothing has changed, and another as soon as something has', async () => {
    const { bookId, sceneId } = await begin();
    const [first, second] = [await make(bookId), await make(bookId)];
    expect(second.id).not.toBe(first.id);
    expect(second.sha256).toBe(first.sha256);
    const fileOf = async ({ id }: CompilationView): Promise<string | null> =>
      (await house.context().db.compilation.findUniqueOrThrow({ where: { id } })).fileId;
    expect(await fileOf(second)).toBe(await fileOf(first));
    await mary.content.writeSceneText({ params: { sceneId }, body: { text: 'It was bright.' } });
    const third = await make(bookId);
    expect(await fileOf(third)).not.toBe(await fileOf(first));
    expect(await download(third)).toContain('It was bright.');
  });

  it('is made anew when its file was removed', async () => {
    const { bookId } = await begin();
    const first = await make(bookId);
    const { fileId } = await house.context().db.compilation.findUniqueOrThrow({ where: { id: first.id } });
    await house.context().storage.removeFiles({ body: { fileIds: [fileId ?? ''] } });
    expect((await mary.content.readCompilation({ params: { compilationId: first.id } })).url).toBeNull();
    const second = await make(bookId);
    expect(second.sha256).toBe(first.sha256);
    expect(await download(second)).toContain('It was *dark*.');
  });

  it('has what was typed a moment ago, of which nobody has told us yet', async () => {
    const { bookId, sceneId } = await begin();
    await house.context().editor.writeText({
      params: { sceneId },
      body: {
        doc: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Just typed.' }] }] },
        accountId: mary.accountId,
      },
    });
    expect(await download(await make(bookId))).toContain('Just typed.');
  });

  it('is rather not made than made of old text, while the editor is away', async () => {
    const { bookId } = await begin();
    const row = {
      id: newId(),
      bookId,
      format: 'markdown',
      requestedBy: mary.accountId,
      jobId: newId(),
      createdAt: new Date(),
    };
    await house.context().db.compilation.create({ data: row });
    const job = { input: { compilationId: row.id }, progress: () => undefined, signal: new AbortController().signal };
    await house.stop('editor');
    try {
      await expect(runCompilation(house.context(), job as never)).rejects.toMatchObject({
        name: 'ApiError',
        status: 0,
      });
    } finally {
      await house.start('editor');
    }
    await runCompilation(house.context(), job as never);
    await runCompilation(house.context(), job as never);
    expect((await mary.content.readCompilation({ params: { compilationId: row.id } })).status).toBe('succeeded');
  });

  it('of an edition has what was frozen', async () => {
    const { bookId, sceneId } = await begin();
    const edition = await mary.content.createEdition({ params: { bookId }, body: {} });
    await mary.content.writeSceneText({ params: { sceneId }, body: { text: 'Later.' } });
    await mary.content.updateBook({ params: { bookId }, body: { title: 'Another title' } });
    const made = await make(bookId, edition.id);
    expect(made.editionId).toBe(edition.id);
    const text = await download(made);
    expect(text).toContain('It was *dark*.');
    expect(text).not.toContain('Later.');
    expect(text).toContain('The \\"Tide\\" Clerk');
  });

  it('leaves pictures out that are not its own, and says so', async () => {
    const eve = await house.signUp('Eve');
    const { bookId, sceneId } = await begin();
    const stolen = await storePicture(house, { ownerId: eve.accountId });
    const doc = {
      type: 'doc',
      content: [{ type: 'image', attrs: { fileId: stolen }, content: [{ type: 'text', text: 'Hers.' }] }],
    };
    await mary.content.writeSceneText({ params: { sceneId }, body: { doc: doc as { type: 'doc' } } });
    const { report } = await make(bookId);
    expect(report?.notes.map(({ code, message }) => [code, message])).toEqual([
      ['image-lost', 'A picture is gone or does not belong to this book.'],
      ['image-lost', expect.stringContaining('caption')],
    ]);
  });

  it('is listed newest first to everybody who works on the book', async () => {
    const { bookId } = await begin();
    const ids = [(await make(bookId)).id, (await make(bookId)).id, (await make(bookId)).id];
    const page = await mary.content.listCompilations({ params: { bookId }, query: { limit: 2 } });
    const cursor = page.pagination.nextCursor ?? '';
    const rest = await mary.content.listCompilations({ params: { bookId }, query: { cursor } });
    expect([...page.data, ...rest.data].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(page.data.every(({ url }) => url !== null)).toBe(true);
  });

  it('is made once however often the request arrives', async () => {
    const { bookId } = await begin();
    const call = { params: { bookId }, body: { format: 'markdown' as const } };
    const options = { idempotencyKey: newId() };
    const first = await mary.content.createCompilation(call, options);
    expect((await mary.content.createCompilation(call, options)).id).toBe(first.id);
  });

  it('is refused in a format that nobody knows', async () => {
    const { bookId } = await begin();
    const asked = mary.content.createCompilation({ params: { bookId }, body: { format: 'pdf' as 'epub' } });
    expect(await rejection(asked)).toMatchObject({ status: 400, fields: [{ path: 'body.format' }] });
    const ofNoEdition = mary.content.createCompilation({
      params: { bookId },
      body: { format: 'markdown', editionId: newId() },
    });
    expect(await rejection(ofNoEdition)).toMatchObject({ code: 'CONTENT_EDITION_NOT_FOUND' });
  });

  it('can be stopped by who asked for it, and by the owner, but by no other', async () => {
    const { bookId } = await begin();
    const [ben, anne] = [await house.signUp('Ben'), await house.signUp('Anne')];
    for (const { email } of [ben, anne])
      await mary.content.addCollaborator({ params: { bookId }, body: { email, role: 'beta-reader' } });
    const { threads } = house.context();
    let begun: () => void = () => undefined;
    const working = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const endless = {
      ...threads,
      compileBook: {
        ...threads.compileBook,
        run: async (...[, options]: Parameters<typeof threads.compileBook.run>) =>
          await new Promise<never>((_, reject) => {
            begun();
            options?.signal?.addEventListener('abort', () => reject(new Error('stopped')));
          }),
      },
    };
    await house.withParts({ threads: endless }, async () => {
      const { id } = await ben.content.createCompilation({ params: { bookId }, body: { format: 'markdown' } });
      const params = { compilationId: id };
      await working;
      expect(await rejection(anne.content.cancelCompilation({ params }))).toMatchObject({
        code: 'CONTENT_ROLE_FORBIDS',
      });
      expect((await ben.content.cancelCompilation({ params })).status).toBe('cancelled');
      expect((await mary.content.cancelCompilation({ params })).status).toBe('cancelled');
      const { jobId } = await house.context().db.compilation.findUniqueOrThrow({ where: { id } });
      await eventually(async () => expect((await house.context().queue.read(jobId))?.status).toBe('cancelled'));
    });
    const done = await make(bookId);
    expect((await anne.content.cancelCompilation({ params: { compilationId: done.id } })).status).toBe('succeeded');
  });

  it('tells what went wrong when it cannot be made', async () => {
    const { bookId } = await begin();
    const { threads } = house.context();
    const broken = {
      ...threads,
      compileBook: { ...threads.compileBook, run: async () => await Promise.reject(new Error('a bug')) },
    };
    await house.withParts({ threads: broken }, async () => {
      const { id } = await mary.content.createCompilation({ params: { bookId }, body: { format: 'markdown' } });
      const { jobId } = await house.context().db.compilation.findUniqueOrThrow({ where: { id } });
      // the waits between the tries are the queue's affair
      await house.context().postgres.sql.query('UPDATE job SET max_attempts = 1 WHERE id = $1::uuid', [jobId]);
      const { error } = await ended({ id }, 'failed');
      expect(error).toMatchObject({ code: 'INTERNAL' });
      expect(error?.message).not.toContain('a bug');
      await sweep(house.context());
      expect((await mary.content.readCompilation({ params: { compilationId: id } })).error).toEqual(error);
    });
  });

  it('of a draft is kept for 30 days, and its file with it', async () => {
    const { bookId } = await begin();
    const made = await make(bookId);
    const { fileId } = await house.context().db.compilation.findUniqueOrThrow({ where: { id: made.id } });
    const isKept = async (): Promise<boolean> =>
      (await house.context().storage.findFiles({ body: { fileIds: [fileId ?? ''] } })).length > 0;
    await sweep(house.later(29));
    expect(await isKept()).toBe(true);
    await sweep(house.later(31));
    expect(await isKept()).toBe(false);
    expect(await rejection(mary.content.readCompilation({ params: { compilationId: made.id } }))).toMatchObject({
      code: 'CONTENT_COMPILATION_NOT_FOUND',
    });
  });
});
