import { contentEvents, type EventData } from '@authorworks/contracts';
import { newId } from '@authorworks/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../src/sweep.ts';
import { eventsOf, NOBODY_ID, rejection, storePicture } from './behind.ts';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

describe('series and books', () => {
  let house: ContentHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startContentHouse();
    mary = await house.signUp('Mary');
  });
  afterAll(async () => await house?.close());

  describe('a series', () => {
    it('is made, renamed and dissolved, and its books stay', async () => {
      const { content } = mary;
      const series = await content.createSeries({ body: { title: 'Sea Stories' } });
      expect(series).toMatchObject({ title: 'Sea Stories', description: '', bookIds: [] });
      const params = { seriesId: series.id };
      const book = await content.createBook({ body: { title: 'One', seriesId: series.id } });
      expect(book.seriesId).toBe(series.id);
      const renamed = await content.updateSeries({ params, body: { description: 'Wet.' } });
      expect(renamed).toMatchObject({ title: 'Sea Stories', description: 'Wet.', bookIds: [book.id] });
      await content.deleteSeries({ params });
      expect(await rejection(content.readSeries({ params }))).toMatchObject({ code: 'CONTENT_SERIES_NOT_FOUND' });
      expect(await rejection(content.deleteSeries({ params }))).toMatchObject({ status: 404 });
      expect((await content.readBook({ params: { bookId: book.id } })).seriesId).toBeNull();
    });

    it('holds its books in the order of their positions, and not those in the bin', async () => {
      const { content } = mary;
      const { id: seriesId } = await content.createSeries({ body: { title: 'Trilogy' } });
      const make = async (title: string, seriesPosition: number | null): Promise<string> => {
        const { id } = await content.createBook({ body: { title, seriesId } });
        await content.updateBook({ params: { bookId: id }, body: { seriesPosition } });
        return id;
      };
      const [unplaced, third, first, binned] = [
        await make('?', null),
        await make('3', 3),
        await make('1', 1),
        await make('2', 2),
      ];
      await content.deleteBook({ params: { bookId: binned } });
      expect((await content.readSeries({ params: { seriesId } })).bookIds).toEqual([first, third, unplaced]);
      const { data } = await content.listBooks({ query: { seriesId } });
      expect(data.map(({ id }) => id).toSorted()).toEqual([first, third, unplaced].toSorted());
    });

    it('is listed newest first, page by page', async () => {
      const anne = await house.signUp('Anne');
      for (const title of ['a', 'b', 'c']) await anne.content.createSeries({ body: { title } });
      const first = await anne.content.listSeries({ query: { limit: 2 } });
      const { nextCursor } = first.pagination;
      const second = await anne.content.listSeries({ query: { limit: 2, cursor: nextCursor ?? '' } });
      expect([...first.data, ...second.data].map(({ title }) => title)).toEqual(['c', 'b', 'a']);
      expect(second.pagination.nextCursor).toBeNull();
    });

    it('takes only books of the same author', async () => {
      const eve = await house.signUp('Eve');
      const { id: seriesId } = await mary.content.createSeries({ body: { title: 'Mine' } });
      const created = eve.content.createBook({ body: { title: 'B', seriesId } });
      expect(await rejection(created)).toMatchObject({ status: 404, code: 'CONTENT_SERIES_NOT_FOUND' });
    });
  });

  describe('a book', () => {
    it('begins with a title, and is written by whoever is signed in unless it says otherwise', async () => {
      const book = await mary.content.createBook({ body: { title: '  The Tide Clerk ' } });
      expect(book).toMatchObject({
        title: 'The Tide Clerk',
        authorName: 'Mary',
        language: 'en',
        role: 'owner',
        wordCount: 0,
        sceneCount: 0,
        slug: null,
        publishedEdition: null,
        coverUrl: null,
        binnedAt: null,
      });
      const other = await mary.content.createBook({
        body: { title: 'B', authorName: 'Maud Ferrier', language: 'de-AT' },
      });
      expect(other).toMatchObject({ authorName: 'Maud Ferrier', language: 'de-AT' });
    });

    it('is refused with the name of what is wrong', async () => {
      const create = async (body: object) =>
        await rejection(mary.content.createBook({ body: body as { title: string } }));
      expect(await create({})).toMatchObject({ code: 'REQUEST_INVALID', fields: [{ path: 'body.title' }] });
      expect(await create({ title: ' ' })).toMatchObject({
        fields: [{ path: 'body.title', message: 'must not be empty' }],
      });
      expect(await create({ title: 'two\nlines' })).toMatchObject({ fields: [{ path: 'body.title' }] });
      expect(await create({ title: 'a', language: 'x_y' })).toMatchObject({ fields: [{ path: 'body.language' }] });
      expect(await create({ title: 'a', seriesId: newId() })).toMatchObject({ code: 'CONTENT_SERIES_NOT_FOUND' });
    });

    it('is made once however often the same request arrives', async () => {
      const body = { title: 'Only one' };
      const options = { idempotencyKey: newId() };
      const first = await mary.content.createBook({ body }, options);
      expect((await mary.content.createBook({ body }, options)).id).toBe(first.id);
      const other = mary.content.createBook({ body: { title: 'Another' } }, options);
      expect(await rejection(other)).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    });

    it('is changed in the fields that are given, and in no others', async () => {
      const { id } = await mary.content.createBook({ body: { title: 'Draft', description: 'Old' } });
      const params = { bookId: id };
      const changed = await mary.content.updateBook({ params, body: { title: 'Final', wordGoal: 90_000 } });
      expect(changed).toMatchObject({ title: 'Final', description: 'Old', wordGoal: 90_000 });
      expect((await mary.content.updateBook({ params, body: { wordGoal: null } })).wordGoal).toBeNull();
      expect((await mary.content.updateBook({ params, body: {} })).title).toBe('Final');
    });

    it("gets a cover that is a picture of one's own, with an address that is signed", async () => {
      const { id } = await mary.content.createBook({ body: { title: 'Covered' } });
      const params = { bookId: id };
      const own = await storePicture(house, { ownerId: mary.accountId, bookId: id });
      const book = await mary.content.updateBook({ params, body: { coverFileId: own } });
      expect(book.coverUrl).toContain(own);
      expect((await mary.content.listBooks({})).data.find((row) => row.id === id)?.coverUrl).toContain('signature=');
      const eve = await house.signUp('Eve');
      const hers = await storePicture(house, { ownerId: eve.accountId });
      for (const coverFileId of [hers, newId()]) {
        const refused = await rejection(mary.content.updateBook({ params, body: { coverFileId } }));
        expect(refused).toMatchObject({ status: 400, fields: [{ path: 'body.coverFileId' }] });
      }
    });

    it('is shown without its cover while storage is away', async () => {
      const { id } = await mary.content.createBook({ body: { title: 'Covered' } });
      const coverFileId = await storePicture(house, { ownerId: mary.accountId, bookId: id });
      await mary.content.updateBook({ params: { bookId: id }, body: { coverFileId } });
      await house.stop('storage');
      try {
        const book = await mary.content.readBook({ params: { bookId: id } });
        expect(book).toMatchObject({ coverFileId, coverUrl: null });
        expect((await mary.content.listBooks({})).data.length).toBeGreaterThan(0);
      } finally {
        await house.start('storage');
      }
    });
  });

  describe('the shelf', () => {
    it('shows what was changed last first, page by page, each book once', async () => {
      const anne = await house.signUp('Anne');
      const ids: string[] = [];
      for (let index = 0; index < 7; index += 1)
        ids.push((await anne.content.createBook({ body: { title: `Book ${index}` } })).id);
      const [oldest = ''] = ids;
      await anne.content.updateBook({ params: { bookId: oldest }, body: { subtitle: 'Changed' } });
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await anne.content.listBooks({ query: { limit: 3, ...(cursor ? { cursor } : {}) } });
        seen.push(...page.data.map(({ id }) => id));
        if (page.pagination.nextCursor === null) break;
        cursor = page.pagination.nextCursor;
      }
      expect(seen).toEqual([oldest, ...ids.slice(1).toReversed()]);
    });

    it('shows books that one works on, with what one is there', async () => {
      const anne = await house.signUp('Anne');
      const { id } = await mary.content.createBook({ body: { title: 'Together' } });
      await mary.content.addCollaborator({
        params: { bookId: id },
        body: { email: anne.email, role: 'coAuthor' },
      });
      const { data } = await anne.content.listBooks({});
      expect(data.map((book) => [book.id, book.role])).toEqual([[id, 'co-author']]);
    });

    it('takes no cursor of another list, another person or somebody with a pencil', async () => {
      const anne = await house.signUp('Anne');
      for (const title of ['a', 'b']) {
        await anne.content.createBook({ body: { title } });
        await anne.content.createSeries({ body: { title } });
      }
      const cursorOf = (page: { pagination: { nextCursor: string | null } }): string =>
        page.pagination.nextCursor ?? '';
      const own = cursorOf(await anne.content.listBooks({ query: { limit: 1 } }));
      const ofSeries = cursorOf(await anne.content.listSeries({ query: { limit: 1 } }));
      const [payload = '', tag = ''] = own.split('.');
      const forged = `${Buffer.from(JSON.stringify(["2030-01-01' OR 1=1 --", newId()])).toString('base64url')}.${tag}`;
      const wrong = [
        ofSeries,
        forged,
        `${own}x`,
        `${payload}.`,
        payload,
        '.',
        'null',
        own.toUpperCase(),
        `${own}.${tag}`,
      ];
      for (const cursor of wrong) {
        const refused = await rejection(anne.content.listBooks({ query: { cursor } }));
        expect([cursor, refused]).toMatchObject([cursor, { status: 400, fields: [{ path: 'query.cursor' }] }]);
      }
      expect(await rejection(mary.content.listBooks({ query: { cursor: own } }))).toMatchObject({ status: 400 });
      expect(await rejection(anne.content.listBooks({ query: { cursor: own, binned: 'true' } }))).toMatchObject({
        status: 400,
      });
      expect((await anne.content.listBooks({ query: { cursor: own } })).data).toHaveLength(1);
    });
  });

  describe('the bin', () => {
    it('takes a book from everybody, and gives it back to everybody', async () => {
      const anne = await house.signUp('Anne');
      const { id } = await mary.content.createBook({ body: { title: 'Doubted' } });
      const params = { bookId: id };
      await mary.content.addCollaborator({ params, body: { email: anne.email, role: 'editor' } });
      await mary.content.deleteBook({ params });
      await mary.content.deleteBook({ params });
      expect((await mary.content.readBook({ params })).binnedAt).not.toBeNull();
      expect(await rejection(anne.content.readBook({ params }))).toMatchObject({ status: 404 });
      expect(await rejection(mary.content.readTree({ params }))).toMatchObject({ status: 404 });
      expect(await rejection(mary.content.updateBook({ params, body: { title: 'x' } }))).toMatchObject({ status: 404 });
      const isThere = async (person: Person, binned: boolean): Promise<boolean> =>
        (await person.content.listBooks({ query: { binned: String(binned), limit: 100 } })).data.some(
          (book) => book.id === id,
        );
      expect([await isThere(mary, true), await isThere(mary, false), await isThere(anne, true)]).toEqual([
        true,
        false,
        false,
      ]);
      const restored = await mary.content.restoreBook({ params });
      expect(restored.binnedAt).toBeNull();
      expect((await mary.content.restoreBook({ params })).id).toBe(id);
      expect((await anne.content.readBook({ params })).role).toBe('editor');
      const changes = await eventsOf(house, contentEvents.accessChanged, id);
      expect(changes.map(({ accountId, role }) => [accountId, role])).toEqual([
        [anne.accountId, 'editor'],
        [null, null],
        [mary.accountId, 'owner'],
        [anne.accountId, 'editor'],
      ]);
    });

    it('keeps a book for 30 days, then deletes it with all that is in it, and says so', async () => {
      const { id } = await mary.content.createBook({ body: { title: 'Forgotten' } });
      const params = { bookId: id };
      const scene = await mary.content.createNode({ params, body: { kind: 'scene' } });
      await mary.content.writeSceneText({ params: { sceneId: scene.id }, body: { text: 'Lost words.' } });
      await mary.content.createRevision({ params: { sceneId: scene.id }, body: { name: 'kept' } });
      await mary.content.createEdition({ params, body: {} });
      const own = await storePicture(house, { ownerId: mary.accountId, bookId: id });
      const shared = await storePicture(house, { ownerId: mary.accountId });
      await mary.content.updateBook({ params, body: { coverFileId: own } });
      const image = (fileId: string) => ({ type: 'image', attrs: { fileId } });
      const doc = { type: 'doc' as const, content: [image(own), image(shared)] };
      await mary.content.writeSceneText({ params: { sceneId: scene.id }, body: { doc } });
      const filesLeft = async (): Promise<string[]> =>
        (await house.context().storage.findFiles({ body: { fileIds: [own, shared] } })).map((file) => file.id);
      await mary.content.deleteBook({ params });
      await sweep(house.later(29));
      expect((await mary.content.readBook({ params })).id).toBe(id);
      expect(await filesLeft()).toHaveLength(2);
      await sweep(house.later(31));
      expect(await rejection(mary.content.readBook({ params }))).toMatchObject({ status: 404 });
      const deleted: EventData<typeof contentEvents.bookDeleted>[] = await eventsOf(
        house,
        contentEvents.bookDeleted,
        id,
      );
      expect(deleted).toEqual([{ bookId: id, sceneIds: [scene.id] }]);
      const { db } = house.context();
      const left = await Promise.all([
        db.node.count({ where: { bookId: id } }),
        db.document.count({ where: { bookId: id } }),
        db.revision.count({ where: { bookId: id } }),
        db.edition.count({ where: { bookId: id } }),
        db.collaborator.count({ where: { bookId: id } }),
      ]);
      expect(left).toEqual([0, 0, 0, 0, 0]);
      // its own pictures are gone, the one that its author also has elsewhere is not
      expect(await filesLeft()).toEqual([shared]);
      await sweep(house.later(31));
      expect(await eventsOf(house, contentEvents.bookDeleted, id)).toHaveLength(1);
    });

    it('of somebody else is not there', async () => {
      const eve = await house.signUp('Eve');
      const { id } = await mary.content.createBook({ body: { title: 'Private' } });
      const params = { bookId: id };
      for (const call of [eve.content.readBook, eve.content.deleteBook, eve.content.restoreBook])
        expect(await rejection(call({ params }))).toMatchObject({ status: 404, code: 'CONTENT_BOOK_NOT_FOUND' });
      expect(await rejection(eve.content.readBook({ params: { bookId: NOBODY_ID } }))).toMatchObject({
        code: 'CONTENT_BOOK_NOT_FOUND',
      });
    });
  });
});
