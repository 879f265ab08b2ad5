import { type Import, storageErrors } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { newId } from '@authorworks/platform';
import { eventually } from '@authorworks/platform/testing';
import type { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceKeyOf } from '../src/import/import-store.ts';
import { storeImages } from '../src/import/store-images.ts';
import { sweep } from '../src/sweep.ts';
import { PIXEL, rejection } from './behind.ts';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

type ImportView = z.output<typeof Import>;

const NOVEL = `---
title: The Tide Clerk
author: Maud Ferrier
lang: en
---

# The Tide Clerk

*For the sea.*

# Chapter One

She looked at the table. It was *right*.[^1]

* * *

The other table was wrong.

[^1]: It always was.

# Chapter Two

The end.
`;

describe('a book that is imported', () => {
  let house: ContentHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startContentHouse();
    mary = await house.signUp('Mary');
  });
  afterAll(async () => await house?.close());

  const formOf = (
    content: string | Uint8Array<ArrayBuffer>,
    fileName: string,
    fields: Record<string, string> = {},
  ): FormData => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([content]), fileName);
    return form;
  };
  const send = async (content: string | Uint8Array<ArrayBuffer>, fileName: string, fields = {}): Promise<ImportView> =>
    await mary.content.createImport({ body: formOf(content, fileName, fields) });
  const ended = async ({ id }: { id: string }, status: ImportView['status'] = 'succeeded'): Promise<ImportView> =>
    await eventually(async () => {
      const now = await mary.content.readImport({ params: { importId: id } });
      expect(now.status).toBe(status);
      return now;
    });
  const outline = async (bookId: string): Promise<unknown[]> =>
    (await mary.content.readTree({ params: { bookId } })).children.map(({ title, matter, children }) => [
      title,
      matter,
      children.length,
    ]);

  it('has its parts found, and a report of them', async () => {
    const begun = await send(NOVEL, 'C:\\books\\clerk.md');
    expect(begun).toMatchObject({ fileName: 'clerk.md', bookId: null, report: null, error: null });
    expect(['queued', 'running']).toContain(begun.status);
    const { bookId, report, progress } = await ended(begun);
    expect(progress).toBe(100);
    expect(report).toEqual({
      sourceFormat: 'markdown',
      title: 'The Tide Clerk',
      language: 'en',
      words: 18,
      parts: 0,
      chapters: 3,
      scenes: 4,
      footnotes: 1,
      images: 0,
      notes: [],
    });
    expect(await outline(bookId ?? '')).toEqual([
      ['', 'front', 1],
      ['Chapter One', 'body', 2],
      ['Chapter Two', 'body', 1],
    ]);
    const book = await mary.content.readBook({ params: { bookId: bookId ?? '' } });
    expect(book).toMatchObject({
      title: 'The Tide Clerk',
      authorName: 'Maud Ferrier',
      role: 'owner',
      wordCount: 18,
      sceneCount: 4,
    });
    const [, one] = (await mary.content.readTree({ params: { bookId: bookId ?? '' } })).children;
    const params = { sceneId: one?.children[0]?.id ?? '' };
    const { text } = await mary.content.readSceneText({ params, query: { format: 'markdown' } });
    expect(text).toBe('She looked at the table. It was *right*.[^1]\n\n[^1]: It always was.\n');
  });

  it('is plain text as well, in whatever it was written', async () => {
    const windows = new Uint8Array(Buffer.from('CHAPTER I\r\n\r\nNaïve.', 'latin1'));
    const { bookId, report } = await ended(await send(windows, 'naive.txt'));
    expect(report).toMatchObject({ sourceFormat: 'text', title: 'naive', chapters: 1, words: 1 });
    expect(await outline(bookId ?? '')).toEqual([['CHAPTER I', 'body', 1]]);
  });

  it('is added to a book that one may change, behind what it has, and its texts of before are kept', async () => {
    const { id: bookId } = await mary.content.createBook({ body: { title: 'Mine' } });
    const params = { bookId };
    const scene = await mary.content.createNode({ params, body: { kind: 'scene', title: 'Old' } });
    await mary.content.writeSceneText({ params: { sceneId: scene.id }, body: { text: 'Old words.' } });
    const begun = await send('# New\n\nWords.', 'new.md', { bookId });
    expect(begun.bookId).toBe(bookId);
    expect((await ended(begun)).bookId).toBe(bookId);
    expect(await outline(bookId)).toEqual([
      ['Old', 'body', 0],
      ['New', 'body', 1],
    ]);
    const { data } = await mary.content.listRevisions({ params: { sceneId: scene.id } });
    expect(data.map(({ reason, name }) => [reason, name])).toEqual([['before-import', 'Before the import of new.md']]);
    expect(await mary.content.readBook({ params })).toMatchObject({ title: 'Mine', wordCount: 3, chapterCount: 1 });
  });

  it('is refused at the door when it is none', async () => {
    expect(await rejection(mary.content.createImport({ body: new FormData() }))).toMatchObject({
      status: 400,
      code: 'CONTENT_IMPORT_FILE_MISSING',
    });
    const wrongName = new FormData();
    wrongName.append('book', new Blob(['x']), 'a.md');
    expect(await rejection(mary.content.createImport({ body: wrongName }))).toMatchObject({
      code: 'CONTENT_IMPORT_FILE_MISSING',
    });
    const unreadable: [string | Uint8Array<ArrayBuffer>, string][] = [
      ['', 'empty.md'],
      [new Uint8Array([0x4d, 0x5a, 0, 0]), 'virus.exe'],
      [new Uint8Array([0, 1, 2]), 'binary.md'],
    ];
    for (const [content, name] of unreadable)
      expect(await rejection(send(content, name))).toMatchObject({ status: 422, code: 'CONTENT_IMPORT_UNREADABLE' });
    expect(await rejection(send('x', 'a.md', { bookId: "x' OR 1=1" }))).toMatchObject({
      fields: [{ path: 'body.bookId' }],
    });
    expect(await rejection(send('x', 'a.md', { bookId: newId() }))).toMatchObject({ code: 'CONTENT_BOOK_NOT_FOUND' });
    const response = await fetch(`${house.urlOf('content')}/api/content/v1/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${mary.token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(415);
    // nothing of what was refused is left
    expect(await house.context().db.import.count({ where: { jobId: null } })).toBe(0);
    const kept: string[] = [];
    for await (const { key } of house.context().blobs.list('imports/')) kept.push(key);
    expect(kept).toEqual([]);
  });

  it('is refused when it is larger than a book can be, without being held in memory', async () => {
    const boundary = 'a-boundary-of-ours';
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="large.md"\r\n\r\n`;
    const chunk = new Uint8Array(1024 * 1024).fill(0x61);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(head)),
      pull: (controller) => {
        sent += 1;
        if (sent <= 101) controller.enqueue(chunk);
        else {
          controller.enqueue(new TextEncoder().encode(`\r\n--${boundary}--\r\n`));
          controller.close();
        }
      },
    });
    const response = await fetch(`${house.urlOf('content')}/api/content/v1/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${mary.token}`, 'content-type': `multipart/form-data; boundary=${boundary}` },
      body,
      duplex: 'half',
    } as RequestInit).catch((error: unknown) => error);
    // a server that refuses in the middle may close the door before the sender has looked
    if (response instanceof Response) {
      expect(response.status).toBe(413);
      expect(await response.text()).toMatch(/CONTENT_IMPORT_FILE_TOO_LARGE|REQUEST_BODY_TOO_LARGE/);
    }
    const kept: string[] = [];
    for await (const { key } of house.context().blobs.list('imports/')) kept.push(key);
    expect(kept).toEqual([]);
  });

  it('fails with a reason when nothing is in it, and its file is kept for a week', async () => {
    const begun = await send('* * *\n', 'breaks.md');
    const { error, bookId } = await ended(begun, 'failed');
    expect(error).toEqual({
      code: 'CONTENT_IMPORT_UNREADABLE',
      message: 'This file cannot be read as a book. There is no text in this file.',
    });
    expect(bookId).toBeNull();
    const { blobs } = house.context();
    await sweep(house.later(6));
    expect(await blobs.stat(sourceKeyOf(begun.id))).toBeDefined();
    await sweep(house.later(8));
    expect(await blobs.stat(sourceKeyOf(begun.id))).toBeUndefined();
    expect((await mary.content.readImport({ params: { importId: begun.id } })).error).toEqual(error);
  });

  it('leaves no file behind when it succeeds', async () => {
    const begun = await send(NOVEL, 'clerk.md');
    await ended(begun);
    await eventually(async () => expect(await house.context().blobs.stat(sourceKeyOf(begun.id))).toBeUndefined());
  });

  it('is imported once however often the request arrives', async () => {
    const options = { idempotencyKey: newId() };
    const first = await mary.content.createImport({ body: formOf(NOVEL, 'once.md') }, options);
    const second = await mary.content.createImport({ body: formOf(NOVEL, 'once.md') }, options);
    expect(second.id).toBe(first.id);
    await ended(first);
  });

  it('is one book when its worker dies between writing it and saying so', async () => {
    const begun = await send(NOVEL, 'killed.md');
    const { bookId } = await ended(begun);
    const { db, postgres } = house.context();
    const { jobId } = await db.import.findUniqueOrThrow({ where: { id: begun.id } });
    await eventually(async () => expect((await house.context().queue.read(jobId ?? ''))?.status).toBe('succeeded'));
    const books = await db.book.count();
    await postgres.sql.query(
      `UPDATE job SET status = 'queued', finished_at = NULL, dispatched_at = NULL WHERE id = $1::uuid`,
      [jobId],
    );
    await eventually(async () => expect((await house.context().queue.read(jobId ?? ''))?.attempts).toBe(2));
    await eventually(async () => expect((await house.context().queue.read(jobId ?? ''))?.status).toBe('succeeded'));
    expect(await db.book.count()).toBe(books);
    expect((await outline(bookId ?? '')).length).toBe(3);
  });

  it('is taken up again when the service was stopped in the middle', async () => {
    let reached: () => void = () => undefined;
    const inTheMiddle = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const { threads } = house.context();
    const slow = {
      ...threads,
      readBook: {
        ...threads.readBook,
        run: async (...args: Parameters<typeof threads.readBook.run>) => {
          const read = await threads.readBook.run(...args);
          reached();
          await new Promise((_, reject) =>
            args[1]?.signal?.addEventListener('abort', () => reject(new Error('stopped'))),
          );
          return read;
        },
      },
    };
    const begun = await house.withParts({ threads: slow }, async () => {
      const sent = await send(NOVEL, 'interrupted.md');
      await inTheMiddle;
      expect((await mary.content.readImport({ params: { importId: sent.id } })).status).toBe('running');
      await house.stop('content');
      return sent;
    });
    await house.start('content');
    const { bookId } = await ended(begun);
    expect((await outline(bookId ?? '')).length).toBe(3);
    const { data } = await mary.content.listBooks({ query: { limit: 100 } });
    expect(data.filter(({ id }) => id === bookId)).toHaveLength(1);
  });

  it('can be stopped, and nothing of it stays', async () => {
    const books = await house.context().db.book.count();
    const { threads } = house.context();
    const endless = {
      ...threads,
      readBook: {
        ...threads.readBook,
        run: async (...[, options]: Parameters<typeof threads.readBook.run>) =>
          await new Promise<never>((_, reject) => {
            options?.signal?.addEventListener('abort', () => reject(new Error('stopped')));
          }),
      },
    };
    const stopped = await house.withParts({ threads: endless }, async () => {
      const begun = await send(NOVEL, 'stopped.md');
      await ended(begun, 'running');
      const answer = await mary.content.cancelImport({ params: { importId: begun.id } });
      expect(answer).toMatchObject({ status: 'cancelled', bookId: null });
      const { jobId } = await house.context().db.import.findUniqueOrThrow({ where: { id: begun.id } });
      await eventually(async () => expect((await house.context().queue.read(jobId ?? ''))?.status).toBe('cancelled'));
      return begun;
    });
    expect(await mary.content.cancelImport({ params: { importId: stopped.id } })).toMatchObject({
      status: 'cancelled',
    });
    expect(await house.context().db.book.count()).toBe(books);
    await sweep(house.context());
    expect(await house.context().blobs.stat(sourceKeyOf(stopped.id))).toBeUndefined();
    const done = await ended(await send(NOVEL, 'done.md'));
    expect(await mary.content.cancelImport({ params: { importId: done.id } })).toMatchObject({
      status: 'succeeded',
      bookId: done.bookId,
    });
  });

  it('fails when the book that it was for is not to be changed any more', async () => {
    const anne = await house.signUp('Anne');
    const { id: bookId } = await anne.content.createBook({ body: { title: 'Hers' } });
    const { id: collaboratorId } = await anne.content.addCollaborator({
      params: { bookId },
      body: { email: mary.email, role: 'co-author' },
    });
    const { threads } = house.context();
    const begun = await house.withParts(
      {
        threads: {
          ...threads,
          readBook: {
            ...threads.readBook,
            run: async (...args) => {
              await anne.content.updateCollaborator({
                params: { bookId, collaboratorId },
                body: { role: 'beta-reader' },
              });
              return await threads.readBook.run(...args);
            },
          },
        },
      },
      async () => {
        const sent = await send(NOVEL, 'late.md', { bookId });
        return await ended(sent, 'failed');
      },
    );
    expect(begun.error?.code).toBe('CONTENT_ROLE_FORBIDS');
    expect((await anne.content.readTree({ params: { bookId } })).children).toEqual([]);
  });

  it('is listed to whoever sent it, newest first, and to nobody else', async () => {
    const anne = await house.signUp('Anne');
    const ids: string[] = [];
    for (const name of ['a.md', 'b.md', 'c.md']) {
      const { id } = await anne.content.createImport({ body: formOf('Text.', name) });
      ids.push(id);
    }
    const page = await anne.content.listImports({ query: { limit: 2 } });
    const cursor = page.pagination.nextCursor ?? '';
    const rest = await anne.content.listImports({ query: { limit: 2, cursor } });
    expect([...page.data, ...rest.data].map(({ id }) => id)).toEqual(ids.toReversed());
    for (const call of [mary.content.readImport, mary.content.cancelImport])
      expect(await rejection(call({ params: { importId: ids[0] ?? '' } }))).toMatchObject({
        status: 404,
        code: 'CONTENT_IMPORT_NOT_FOUND',
      });
  });

  describe('with pictures', () => {
    const image = (name: string, bytes: Buffer = PIXEL) => ({
      name,
      fileName: `${name}.png`,
      contentType: 'image/png',
      bytes: new Uint8Array(bytes),
    });
    const beginRow = async () => {
      const { db, clock } = house.context();
      const row = {
        id: newId(),
        accountId: mary.accountId,
        accountName: 'Mary',
        fileName: 'x',
        bookId: newId(),
        appends: false,
      };
      return await db.import.create({ data: { ...row, createdAt: clock.now() } });
    };
    const signal = new AbortController().signal;
    const onStored = (): void => undefined;

    it('has each of them stored once, however often it is tried, and says which could not be', async () => {
      const row = await beginRow();
      const images = [image('one'), image('broken', Buffer.from('no picture'))];
      const first = await storeImages(house.context(), row, { images, signal, onStored });
      const again = await storeImages(house.context(), row, { images, signal, onStored });
      expect([...first.fileIds.keys()]).toEqual(['one']);
      expect(again.fileIds).toEqual(first.fileIds);
      expect(first.notes).toMatchObject([{ severity: 'lost', code: 'image-lost', where: 'broken.png', count: 1 }]);
      const { imageFileIds } = await house.context().db.import.findUniqueOrThrow({ where: { id: row.id } });
      expect(imageFileIds).toContain(first.fileIds.get('one'));
      // an import that comes to nothing takes its pictures along
      await house.context().db.import.update({ where: { id: row.id }, data: { status: 'cancelled', jobId: newId() } });
      await sweep(house.context());
      const left = await house.context().storage.findFiles({ body: { fileIds: [first.fileIds.get('one') ?? ''] } });
      expect(left).toEqual([]);
    });

    it("stops with a clear reason when the author's space is full", async () => {
      const row = await beginRow();
      const { storage } = house.context();
      const full = async (): Promise<never> =>
        await Promise.reject(new ApiError(409, { ...storageErrors.quotaExceeded, requestId: '' }));
      const context = { ...house.context(), storage: { ...storage, putFile: full } };
      const stored = storeImages(context, row, { images: [image('one')], signal, onStored });
      await expect(stored).rejects.toMatchObject({ definition: storageErrors.quotaExceeded });
    });
  });
});
