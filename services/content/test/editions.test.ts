import { get } from 'node:http';
import { contentEvents } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, rejection, storePicture } from './behind.ts';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

describe('a published book', () => {
  let house: ContentHouse;
  let mary: Person;
  let reader: Person;
  beforeAll(async () => {
    house = await startContentHouse();
    [mary, reader] = [await house.signUp('Mary'), await house.signUp('Rita')];
  });
  afterAll(async () => await house?.close());

  interface Draft {
    readonly bookId: string;
    readonly chapters: readonly string[];
    readonly scenes: readonly string[];
  }
  const begin = async (title: string, texts: readonly string[] = ['It was *dark*.', 'Then light.']): Promise<Draft> => {
    const { id: bookId } = await mary.content.createBook({
      body: { title, description: 'Wet.', authorName: 'Maud Ferrier' },
    });
    const [chapters, scenes]: string[][] = [[], []];
    for (const [index, text] of texts.entries()) {
      const chapter = await mary.content.createNode({
        params: { bookId },
        body: { kind: 'chapter', title: `Chapter ${index + 1}` },
      });
      const scene = await mary.content.createNode({
        params: { bookId },
        body: { kind: 'scene', parentId: chapter.id },
      });
      await mary.content.writeSceneText({ params: { sceneId: scene.id }, body: { text } });
      chapters?.push(chapter.id);
      scenes?.push(scene.id);
    }
    return { bookId, chapters: chapters ?? [], scenes: scenes ?? [] };
  };
  const publish = async ({ bookId }: { bookId: string }, body: { slug?: string; notes?: string } = {}) =>
    await mary.content.createEdition({ params: { bookId }, body });
  /** As anybody, without a token. */
  const look = async (path: string): Promise<Response> =>
    await fetch(`${house.urlOf('content')}/api/content/v1/public${path}`);
  /** As a browser's cache asks whether what it has is still true. Not by fetch, which then asks caches to stay out of it. */
  const lookAgain = async (path: string, etag: string): Promise<number> =>
    await new Promise((resolve, reject) => {
      const url = `${house.urlOf('content')}/api/content/v1/public${path}`;
      const request = get(url, { headers: { 'if-none-match': etag } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on('error', reject);
    });
  const read = async (path: string): Promise<Record<string, unknown>> =>
    ((await (await look(path)).json()) as { data: Record<string, unknown> }).data;
  const htmlOf = async (slug: string, chapterId: string): Promise<string> =>
    String((await read(`/books/${slug}/chapters/${chapterId}`))['html']);

  it('can be read by anybody', async () => {
    const draft = await begin('The Tide Clerk');
    const edition = await publish(draft, { notes: 'First!' });
    expect(edition).toMatchObject({
      bookId: draft.bookId,
      number: 1,
      title: 'The Tide Clerk',
      slug: 'the-tide-clerk',
      notes: 'First!',
      wordCount: 5,
      current: true,
      url: '/books/the-tide-clerk',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await read('/books/the-tide-clerk')).toMatchObject({
      slug: 'the-tide-clerk',
      title: 'The Tide Clerk',
      authorName: 'Maud Ferrier',
      description: 'Wet.',
      language: 'en',
      wordCount: 5,
      edition: 1,
      coverUrl: null,
      epubUrl: '/api/content/v1/public/books/the-tide-clerk/epub',
      contents: [
        { id: draft.chapters[0], kind: 'chapter', title: 'Chapter 1', depth: 0, wordCount: 3 },
        { id: draft.chapters[1], kind: 'chapter', title: 'Chapter 2', depth: 0, wordCount: 2 },
      ],
    });
    expect(await read(`/books/the-tide-clerk/chapters/${draft.chapters[0]}`)).toMatchObject({
      title: 'Chapter 1',
      partTitle: null,
      language: 'en',
      wordCount: 3,
      previousId: null,
      nextId: draft.chapters[1],
      html: expect.stringMatching(/^<p id="b-\w{12}">It was <em>dark<\/em>\.<\/p>\n$/),
    });
    const book = await mary.content.readBook({ params: draft });
    expect(book).toMatchObject({ slug: 'the-tide-clerk', publishedEdition: { id: edition.id, number: 1 } });
    expect(await eventsOf(house, contentEvents.bookPublished, draft.bookId)).toEqual([
      {
        bookId: draft.bookId,
        editionId: edition.id,
        number: 1,
        slug: 'the-tide-clerk',
        title: 'The Tide Clerk',
        language: 'en',
      },
    ]);
  });

  it('shows what was frozen, and nothing of what its author does later', async () => {
    const draft = await begin('Frozen', ['Kept words.', 'To be deleted.']);
    const { slug, sha256, id } = await publish(draft);
    const before = [await read(`/books/${slug}`), await htmlOf(slug, draft.chapters[0] ?? '')];
    await mary.content.writeSceneText({
      params: { sceneId: draft.scenes[0] ?? '' },
      body: { text: 'A secret draft.' },
    });
    await mary.content.updateBook({
      params: draft,
      body: { title: 'Changed', description: 'Secret', authorName: 'X' },
    });
    await mary.content.updateNode({ params: { nodeId: draft.chapters[0] ?? '' }, body: { title: 'Renamed' } });
    await mary.content.deleteNode({ params: { nodeId: draft.chapters[1] ?? '' } });
    const added = await mary.content.createNode({ params: draft, body: { kind: 'chapter', title: 'Unpublished' } });
    expect([await read(`/books/${slug}`), await htmlOf(slug, draft.chapters[0] ?? '')]).toEqual(before);
    expect((await look(`/books/${slug}/chapters/${added.id}`)).status).toBe(404);
    expect((await look(`/books/${slug}/chapters/${draft.scenes[0]}`)).status).toBe(404);
    for (const path of ['/books?limit=100', `/books/${slug}`])
      expect(await (await look(path)).text()).not.toMatch(/secret/i);
    expect((await mary.content.readEdition({ params: { editionId: id } })).sha256).toBe(sha256);
  });

  it('shows the newest edition, under the same address', async () => {
    const draft = await begin('Twice');
    const first = await publish(draft);
    await mary.content.writeSceneText({
      params: { sceneId: draft.scenes[0] ?? '' },
      body: { text: 'Better words now.' },
    });
    await mary.content.updateBook({ params: draft, body: { title: 'Twice told' } });
    const second = await publish(draft);
    expect(second).toMatchObject({ number: 2, slug: first.slug, title: 'Twice told' });
    expect(second.sha256).not.toBe(first.sha256);
    expect(await htmlOf(first.slug, draft.chapters[0] ?? '')).toContain('Better words now.');
    const { data } = await reader.content.listPublicBooks({});
    expect(data.filter(({ slug }) => slug === first.slug)).toMatchObject([{ edition: 2, title: 'Twice told' }]);
    const page = await mary.content.listEditions({ params: draft, query: { limit: 1 } });
    const cursor = page.pagination.nextCursor ?? '';
    const rest = await mary.content.listEditions({ params: draft, query: { cursor } });
    expect([...page.data, ...rest.data].map(({ number, current }) => [number, current])).toEqual([
      [2, true],
      [1, false],
    ]);
    // texts that both have are kept once
    const { db } = house.context();
    expect(await db.document.count({ where: { bookId: draft.bookId } })).toBe(3);
    const { data: revisions } = await mary.content.listRevisions({ params: { sceneId: draft.scenes[0] ?? '' } });
    expect(revisions.map(({ name, reason }) => [name, reason])).toEqual([
      ['Edition 2', 'published'],
      ['Edition 1', 'published'],
    ]);
  });

  it('has the same hash when it is published again as it was', async () => {
    const draft = await begin('Unchanged');
    const [first, second] = [await publish(draft), await publish(draft)];
    expect(second.number).toBe(2);
    expect(second.sha256).toBe(first.sha256);
  });

  it('has what was typed a moment ago', async () => {
    const draft = await begin('Just typed');
    await house.context().editor.writeText({
      params: { sceneId: draft.scenes[0] ?? '' },
      body: {
        doc: {
          type: 'doc',
          content: [{ type: 'paragraph', content: [{ type: 'text', text: 'The very last words.' }] }],
        },
        accountId: mary.accountId,
      },
    });
    const { slug } = await publish(draft);
    expect(await htmlOf(slug, draft.chapters[0] ?? '')).toContain('The very last words.');
  });

  it('is not published of old text, while the editor is away, nor of nothing', async () => {
    const draft = await begin('Away');
    await house.stop('editor');
    try {
      expect(await rejection(publish(draft))).toMatchObject({ status: 503 });
    } finally {
      await house.start('editor');
    }
    expect((await mary.content.listEditions({ params: draft })).data).toEqual([]);
    const { id } = await mary.content.createBook({ body: { title: 'Empty' } });
    await mary.content.createNode({ params: { bookId: id }, body: { kind: 'scene' } });
    const nothing = await rejection(publish({ bookId: id }));
    expect(nothing).toMatchObject({ status: 409, code: 'CONTENT_NOTHING_TO_PUBLISH' });
  });

  it('has an address of its own, of the title or of its choice', async () => {
    const [first, second] = [await begin('Same Title'), await begin('Same Title')];
    expect((await publish(first)).slug).toBe('same-title');
    expect((await publish(second)).slug).toBe('same-title-2');
    expect(await rejection(publish(second, { slug: 'same-title' }))).toMatchObject({
      status: 409,
      code: 'CONTENT_SLUG_TAKEN',
    });
    expect((await publish(second, { slug: 'quite-another' })).slug).toBe('quite-another');
    expect((await look('/books/same-title-2')).status).toBe(404);
    expect((await look('/books/quite-another')).status).toBe(200);
    for (const slug of ['No', 'a--b', '-a', '../a', "a'b", 'ä'])
      expect(await rejection(publish(second, { slug }))).toMatchObject({ fields: [{ path: 'body.slug' }] });
  });

  it('gets one address each when many of one title are published at once', async () => {
    const drafts = await Promise.all(Array.from({ length: 4 }, async () => await begin('Rush', ['Words.'])));
    const editions = await Promise.all(drafts.map(async (draft) => await publish(draft)));
    expect(new Set(editions.map(({ slug }) => slug)).size).toBe(4);
    const wanted = await Promise.allSettled(
      drafts.map(async (draft) => await publish(draft, { slug: 'the-only-one' })),
    );
    expect(wanted.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is numbered without gaps when it is published by two people at once', async () => {
    const draft = await begin('At once');
    const editions = await Promise.all([publish(draft), publish(draft), publish(draft)]);
    expect(editions.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  });

  it('can be withdrawn, and published again under the same address', async () => {
    const draft = await begin('Withdrawn');
    const { slug } = await publish(draft);
    await mary.content.withdrawBook({ params: draft });
    await mary.content.withdrawBook({ params: draft });
    for (const path of [`/books/${slug}`, `/books/${slug}/chapters/${draft.chapters[0]}`, `/books/${slug}/epub`]) {
      const response = await look(path);
      expect([response.status, await response.json()]).toMatchObject([
        404,
        { error: { code: 'CONTENT_NOT_PUBLISHED' } },
      ]);
    }
    expect(await eventsOf(house, contentEvents.bookWithdrawn, draft.bookId)).toEqual([{ bookId: draft.bookId, slug }]);
    const book = await mary.content.readBook({ params: draft });
    expect(book).toMatchObject({ slug, publishedEdition: null });
    expect((await mary.content.listEditions({ params: draft })).data).toMatchObject([{ number: 1, current: false }]);
    const other = await begin('Withdrawn');
    expect((await publish(other)).slug).toBe(`${slug}-2`);
    expect((await publish(draft)).slug).toBe(slug);
  });

  it('is gone for readers while it lies in the bin', async () => {
    const draft = await begin('Binned');
    const { slug } = await publish(draft);
    await mary.content.deleteBook({ params: draft });
    expect((await look(`/books/${slug}`)).status).toBe(404);
    const slugs = (await reader.content.listPublicBooks({ query: { limit: 100 } })).data.map((book) => book.slug);
    expect(slugs).not.toContain(slug);
    await mary.content.restoreBook({ params: draft });
    expect((await look(`/books/${slug}`)).status).toBe(200);
    const told = await eventsOf(house, contentEvents.bookPublished, draft.bookId);
    expect(told.map(({ number }) => number)).toEqual([1, 1]);
    expect(await eventsOf(house, contentEvents.bookWithdrawn, draft.bookId)).toHaveLength(1);
  });

  it('is listed newest first, page by page', async () => {
    const slugs: string[] = [];
    for (const title of ['Page A', 'Page B', 'Page C']) slugs.push((await publish(await begin(title))).slug);
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await reader.content.listPublicBooks({ query: { limit: 2, ...(cursor ? { cursor } : {}) } });
      seen.push(...page.data.map(({ slug }) => slug));
      if (page.pagination.nextCursor === null) break;
      cursor = page.pagination.nextCursor;
    }
    expect(seen.slice(0, 3)).toEqual(slugs.toReversed());
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('is asked for again without being sent again', async () => {
    const draft = await begin('Cached');
    const { slug } = await publish(draft);
    for (const path of [`/books/${slug}`, `/books/${slug}/chapters/${draft.chapters[0]}`]) {
      const first = await look(path);
      const etag = first.headers.get('etag') ?? '';
      expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'public, no-cache']);
      expect(await lookAgain(path, etag)).toBe(304);
      await publish(draft);
      expect(await lookAgain(path, etag)).toBe(200);
    }
    const etag = (await look(`/books/${slug}`)).headers.get('etag') ?? '';
    await mary.content.withdrawBook({ params: draft });
    expect(await lookAgain(`/books/${slug}`, etag)).toBe(404);
  });

  it('has parts, loose scenes, scene breaks and notes where readers expect them', async () => {
    const { id: bookId } = await mary.content.createBook({ body: { title: 'Formed' } });
    const params = { bookId };
    const add = async (
      kind: 'part' | 'chapter' | 'scene',
      title: string,
      parentId: string | null,
      text?: string,
    ): Promise<string> => {
      const { id } = await mary.content.createNode({ params, body: { kind, title, parentId } });
      if (text) await mary.content.writeSceneText({ params: { sceneId: id }, body: { text } });
      return id;
    };
    const loose = await add('scene', 'Overture', null, 'Loose.');
    const part = await add('part', 'Part One', null);
    const chapter = await add('chapter', 'C', part);
    await add('scene', '', chapter, 'One.[^1]\n\n[^1]: First note.');
    await add('scene', '', chapter, 'Two.[^1]\n\n[^1]: Second note.');
    const { slug } = await publish(params);
    const { contents } = await read(`/books/${slug}`);
    expect(contents).toMatchObject([
      { id: loose, kind: 'chapter', title: 'Overture', depth: 0, wordCount: 1 },
      { id: part, kind: 'part', title: 'Part One', depth: 0, wordCount: 2 },
      { id: chapter, kind: 'chapter', title: 'C', depth: 1, wordCount: 2 },
    ]);
    const read2 = await read(`/books/${slug}/chapters/${chapter}`);
    expect(read2).toMatchObject({ partTitle: 'Part One', previousId: loose, nextId: null });
    const html = String(read2['html']);
    expect(html.match(/One\.|aw-scene-break|Two\.|>1<|>2<|First note|Second note/g)).toEqual([
      'One.',
      '>1<',
      'aw-scene-break',
      'Two.',
      '>2<',
      '>1<',
      'First note',
      '>2<',
      'Second note',
    ]);
    expect((await look(`/books/${slug}/chapters/${part}`)).status).toBe(404);
  });

  it('shows the pictures of its people to everybody, and those of others to nobody', async () => {
    const eve = await house.signUp('Eve');
    const draft = await begin('Pictured');
    const [own, cover, stolen] = [
      await storePicture(house, { ownerId: mary.accountId, bookId: draft.bookId }),
      await storePicture(house, { ownerId: mary.accountId, bookId: draft.bookId }),
      await storePicture(house, { ownerId: eve.accountId }),
    ];
    await mary.content.updateBook({ params: draft, body: { coverFileId: cover } });
    const image = (fileId: string) => ({ type: 'image', attrs: { fileId, alt: '"><script>' } });
    const doc = { type: 'doc', content: [image(own), image(stolen), image('no-file-at-all')] };
    await mary.content.writeSceneText({
      params: { sceneId: draft.scenes[0] ?? '' },
      body: { doc: doc as { type: 'doc' } },
    });
    const { slug } = await publish(draft);
    const html = await htmlOf(slug, draft.chapters[0] ?? '');
    expect(html).toContain(`/api/storage/v1/files/${own}/content?variant=w1280`);
    expect(html).not.toContain(stolen);
    expect(html).not.toContain('<script');
    const { coverUrl } = await read(`/books/${slug}`);
    expect(coverUrl).toContain(cover);
    const open = async (fileId: string): Promise<number> =>
      (await fetch(`${house.urlOf('storage')}/api/storage/v1/files/${fileId}/content`)).status;
    expect([await open(own), await open(cover)]).toEqual([200, 200]);
    expect(await open(stolen)).toBeGreaterThanOrEqual(400);
  });

  describe('and where one is in it', () => {
    it('is kept, moved on, and shown last read first', async () => {
      const [first, second] = [await begin('Read one'), await begin('Read two')];
      const [a, b] = [(await publish(first)).slug, (await publish(second)).slug];
      const place = (draft: Draft, fraction: number) => ({
        body: { chapterId: draft.chapters[0] ?? '', blockId: 'abcdefghijkl', fraction },
      });
      expect(await reader.content.readReadingPlace({ params: { slug: a } })).toBeNull();
      await reader.content.writeReadingPlace({ params: { slug: a }, ...place(first, 0.1) });
      await reader.content.writeReadingPlace({ params: { slug: b }, ...place(second, 0.2) });
      const kept = await reader.content.writeReadingPlace({ params: { slug: a }, ...place(first, 0.5) });
      expect(kept).toMatchObject({ slug: a, chapterId: first.chapters[0], blockId: 'abcdefghijkl', fraction: 0.5 });
      expect(await reader.content.readReadingPlace({ params: { slug: a } })).toEqual(kept);
      expect(await mary.content.readReadingPlace({ params: { slug: a } })).toBeNull();
      const page = await reader.content.listReadingPlaces({ query: { limit: 1 } });
      const cursor = page.pagination.nextCursor ?? '';
      const rest = await reader.content.listReadingPlaces({ query: { cursor } });
      expect([...page.data, ...rest.data].map(({ slug }) => slug)).toEqual([a, b]);
      await mary.content.withdrawBook({ params: first });
      expect((await reader.content.listReadingPlaces({})).data.map(({ slug }) => slug)).toEqual([b]);
      expect(await reader.content.readReadingPlace({ params: { slug: a } })).toBeNull();
    });

    it('is refused where there is nothing to read', async () => {
      const draft = await begin('Refused');
      const { slug } = await publish(draft);
      const write = async (at: string, body: object) =>
        await rejection(
          reader.content.writeReadingPlace({
            params: { slug: at },
            body: { chapterId: newId(), blockId: null, fraction: 0, ...body },
          }),
        );
      expect(await write(slug, {})).toMatchObject({ status: 404, code: 'CONTENT_NOT_PUBLISHED' });
      expect(await write('no-such-book', {})).toMatchObject({ code: 'CONTENT_NOT_PUBLISHED' });
      expect(await write(slug, { fraction: 1.1 })).toMatchObject({ fields: [{ path: 'body.fraction' }] });
      expect(await write(slug, { blockId: 'x'.repeat(65) })).toMatchObject({ fields: [{ path: 'body.blockId' }] });
    });
  });
});
