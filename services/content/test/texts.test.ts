import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeLiveTexts } from '../src/scene/live-texts.ts';
import { openText, sealText } from '../src/scene/sealed-text.ts';
import { announceChange, asEditor, rejection } from './behind.ts';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

interface Block {
  type: string;
  attrs?: Record<string, unknown>;
  content?: unknown[];
}

describe('the text of a scene', () => {
  let house: ContentHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startContentHouse();
    mary = await house.signUp('Mary');
  });
  afterAll(async () => await house?.close());

  const begin = async (): Promise<{ bookId: string; sceneId: string }> => {
    const { id: bookId } = await mary.content.createBook({ body: { title: 'The Tide Clerk' } });
    const scene = await mary.content.createNode({ params: { bookId }, body: { kind: 'scene' } });
    return { bookId, sceneId: scene.id };
  };
  const read = async (sceneId: string, format: 'json' | 'markdown' | 'text' = 'markdown') =>
    await mary.content.readSceneText({ params: { sceneId }, query: { format } });
  const write = async (sceneId: string, body: object) =>
    await mary.content.writeSceneText({ params: { sceneId }, body: body });
  const blocksOf = async (sceneId: string): Promise<Block[]> => (await read(sceneId, 'json')).doc?.content ?? [];
  const withoutEditor = async <T>(work: () => Promise<T>): Promise<T> => {
    await house.stop('editor');
    try {
      return await work();
    } finally {
      await house.start('editor');
    }
  };

  it('begins as one empty paragraph that keeps its identity', async () => {
    const { sceneId } = await begin();
    const [paragraph] = await blocksOf(sceneId);
    expect(paragraph).toMatchObject({ type: 'paragraph', attrs: { id: expect.stringMatching(/^\w{12}$/) } });
    expect(await blocksOf(sceneId)).toEqual([paragraph]);
    expect(await read(sceneId, 'text')).toMatchObject({
      version: 0,
      wordCount: 0,
      text: expect.stringMatching(/^\s*$/),
    });
  });

  it('is written as Markdown, plain text or a document, and read as each of them', async () => {
    const { sceneId } = await begin();
    const written = await write(sceneId, { text: 'The *sea*.\n\n* * *\n\nAgain.' });
    expect(written).toMatchObject({ format: 'markdown', wordCount: 3 });
    expect((await read(sceneId, 'markdown')).text).toBe('The *sea*.\n\n* * *\n\nAgain.\n');
    expect((await read(sceneId, 'text')).text).toContain('The sea.');
    expect((await blocksOf(sceneId)).map(({ type }) => type)).toEqual(['paragraph', 'sceneBreak', 'paragraph']);
    expect((await write(sceneId, { text: 'No *stars* here.', format: 'text' })).wordCount).toBe(3);
    expect((await read(sceneId, 'text')).text).toContain('No *stars* here.');
    expect((await write(sceneId, { markdown: '**Bold**.' })).text).toBe('**Bold**.\n');
    const doc = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'As a document.' }] }] };
    expect(await write(sceneId, { doc })).toMatchObject({ format: 'json', wordCount: 3 });
    const post = await fetch(`${house.urlOf('content')}/api/content/v1/scenes/${sceneId}/text`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${mary.token}`, 'content-type': 'text/markdown' },
      body: 'Straight from a *file*.',
    });
    expect(post.status).toBe(200);
    expect((await read(sceneId)).text).toBe('Straight from a *file*.\n');
  });

  it('keeps the identity of the paragraphs that stay, and the words of the book in step', async () => {
    const { bookId, sceneId } = await begin();
    await write(sceneId, { text: 'One.\n\nTwo.\n\nThree.' });
    const before = await blocksOf(sceneId);
    await write(sceneId, { text: 'One.\n\nSomething new.\n\nThree.' });
    const after = await blocksOf(sceneId);
    expect([after[0]?.attrs?.['id'], after[2]?.attrs?.['id']]).toEqual([
      before[0]?.attrs?.['id'],
      before[2]?.attrs?.['id'],
    ]);
    expect((await mary.content.readBook({ params: { bookId } })).wordCount).toBe(4);
    expect((await mary.content.readNode({ params: { nodeId: sceneId } })).wordCount).toBe(4);
  });

  it('is as long as a book without holding up anybody else', async () => {
    const { sceneId } = await begin();
    const text = 'The sea was calm, and nobody said anything about it for a long while.\n\n'.repeat(8_000);
    const { wordCount } = await write(sceneId, { text });
    expect(wordCount).toBe(8_000 * 14);
    expect((await blocksOf(sceneId)).length).toBe(8_000);
  });

  it('is refused when it is not a manuscript, with the place that is wrong', async () => {
    const { sceneId } = await begin();
    const paragraph = (more: object) => ({ type: 'doc', content: [{ type: 'paragraph', ...more }] });
    const hostile: [object, RegExp][] = [
      [paragraph({ content: [{ type: 'script', text: 'x' }] }), /content\[0\]\.content\[0\]/],
      [paragraph({ attrs: { onclick: 'x' } }), /attrs/],
      [paragraph({ attrs: { align: 'url(javascript:x)' } }), /align/],
      [{ type: 'doc', content: [{ type: 'doc', content: [] }] }, /content\[0\]/],
      [
        paragraph({
          content: [{ type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href: 'javascript:alert(1)' } }] }],
        }),
        /href/,
      ],
    ];
    for (const [doc, place] of hostile) {
      const refused = await rejection(write(sceneId, { doc }));
      expect(refused).toMatchObject({ status: 400, code: 'CONTENT_TEXT_INVALID' });
      expect(refused.fields.map(({ path }) => path).join(' ')).toMatch(place);
    }
    let deep: object = { type: 'paragraph' };
    for (let depth = 0; depth < 40; depth += 1) deep = { type: 'blockquote', content: [deep] };
    expect((await write(sceneId, { doc: { type: 'doc', content: [deep] } })).wordCount).toBe(0);
    for (let depth = 0; depth < 60; depth += 1) deep = { type: 'blockquote', content: [deep] };
    expect(await rejection(write(sceneId, { doc: { type: 'doc', content: [deep] } }))).toMatchObject({ status: 400 });
    for (const body of [{}, { text: 'a', markdown: 'b' }, { text: 'a\u0000b' }, { text: 7 }, { doc: { type: 'page' } }])
      expect(await rejection(write(sceneId, body))).toMatchObject({ code: 'REQUEST_INVALID' });
    // keys of prototypes are unknown keys like others
    const polluting = JSON.parse(
      '{"type":"doc","content":[{"type":"paragraph","attrs":{"__proto__":{"polluted":1}}}]}',
    ) as object;
    expect(await rejection(write(sceneId, { doc: polluting }))).toMatchObject({ status: 400 });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('is not overwritten by whoever has read an older one', async () => {
    const { sceneId } = await begin();
    const { version } = await write(sceneId, { text: 'First.' });
    await write(sceneId, { text: 'Second.', ifVersion: version });
    const refused = await rejection(write(sceneId, { text: 'Third.', ifVersion: version }));
    expect(refused).toMatchObject({ status: 409, code: 'CONTENT_TEXT_CONFLICT' });
    expect((await read(sceneId)).text).toBe('Second.\n');
  });

  it('changes nothing when it is written again as it is', async () => {
    const { sceneId } = await begin();
    const first = await write(sceneId, { text: 'The same.' });
    expect(await write(sceneId, { text: 'The same.' })).toEqual(first);
    expect((await mary.content.listRevisions({ params: { sceneId } })).data).toEqual([]);
  });

  it('is the last known one while the editor is away, and cannot be written then', async () => {
    const { sceneId } = await begin();
    await write(sceneId, { text: 'Known.' });
    await withoutEditor(async () => {
      expect((await read(sceneId)).text).toBe('Known.\n');
      expect(await rejection(write(sceneId, { text: 'Lost?' }))).toMatchObject({ status: 503 });
      const kept = mary.content.createRevision({ params: { sceneId }, body: { name: 'Now' } });
      expect(await rejection(kept)).toMatchObject({ status: 503 });
    });
    expect((await read(sceneId)).text).toBe('Known.\n');
  });

  describe('that somebody types', () => {
    const doc = (text: string) =>
      openText({ type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] });

    it('is followed when the editor tells of it, however often', async () => {
      const { bookId, sceneId } = await begin();
      await write(sceneId, { text: 'Begun.' });
      // another replica of content, or a tool, writes through the editor; we only hear of it
      const { version } = await house.context().editor.writeText({
        params: { sceneId },
        body: { doc: doc('Begun and typed on.').toJSON() as { type: 'doc' }, accountId: mary.accountId },
      });
      await eventually(async () => expect((await mary.content.readBook({ params: { bookId } })).wordCount).toBe(4));
      const { updatedAt } = await mary.content.readBook({ params: { bookId } });
      await announceChange(house, { bookId, sceneId, version });
      await announceChange(house, { bookId, sceneId, version: 1 });
      await withoutEditor(async () => expect((await read(sceneId)).text).toBe('Begun and typed on.\n'));
      expect((await mary.content.readBook({ params: { bookId } })).updatedAt).toBe(updatedAt);
    });

    it('never becomes an older one, in whatever order versions arrive', async () => {
      const { bookId, sceneId } = await begin();
      const context = house.context();
      const arrive = async (version: number) =>
        await storeLiveTexts(context, bookId, [{ sceneId, version, text: sealText(doc(`version ${version}`)) }]);
      await Promise.all([5, 3, 9, 1, 7, 9, 2].map(arrive));
      await arrive(8);
      const row = await context.db.sceneText.findUnique({ where: { sceneId } });
      expect(row?.version).toBe(9);
      expect(openText(row?.doc).textContent).toBe('version 9');
    });

    it('of a scene that is gone is not asked for', async () => {
      const { bookId } = await begin();
      await storeLiveTexts(house.context(), bookId, [{ sceneId: bookId, version: 1, text: sealText(doc('x')) }]);
      await announceChange(house, { bookId, sceneId: bookId, version: 3 });
    });
  });

  it('is the seed of a live document, also from the bin, and of nothing that is not there', async () => {
    const { bookId, sceneId } = await begin();
    const seed = async (id: string) => await asEditor(house).readSceneSeed({ params: { sceneId: id } });
    expect(await seed(sceneId)).toMatchObject({ sceneId, bookId, language: 'en', doc: { type: 'doc' } });
    await mary.content.deleteNode({ params: { nodeId: sceneId } });
    expect((await seed(sceneId)).bookId).toBe(bookId);
    expect(await rejection(seed(bookId))).toMatchObject({ status: 404, code: 'CONTENT_SCENE_NOT_FOUND' });
  });

  describe('and its revisions', () => {
    it('are kept under names, newest first, with their words and their writer', async () => {
      const { sceneId } = await begin();
      await write(sceneId, { text: 'One.' });
      const first = await mary.content.createRevision({ params: { sceneId }, body: { name: 'First' } });
      expect(first).toMatchObject({
        sceneId,
        name: 'First',
        reason: 'named',
        wordCount: 1,
        createdBy: {
          id: mary.accountId,
          name: 'Mary',
        },
      });
      await mary.content.createRevision({ params: { sceneId }, body: { name: 'Same again' } });
      const page = await mary.content.listRevisions({ params: { sceneId }, query: { limit: 1 } });
      expect(page.data.map(({ name }) => name)).toEqual(['Same again']);
      const cursor = page.pagination.nextCursor ?? '';
      const next = await mary.content.listRevisions({ params: { sceneId }, query: { cursor } });
      expect(next.data.map(({ name }) => name)).toEqual(['First']);
      const whole = await mary.content.readRevision({ params: { revisionId: first.id } });
      expect(whole).toMatchObject({ ...first, text: expect.stringContaining('One.'), doc: { type: 'doc' } });
      // equal texts are stored once
      const { db } = house.context();
      const rows = await db.revision.findMany({ where: { sceneId } });
      expect(new Set(rows.map(({ hash }) => hash)).size).toBe(1);
      expect(await db.document.count({ where: { hash: rows[0]?.hash ?? '' } })).toBe(1);
    });

    it('become the text again, and what was there before is kept', async () => {
      const { sceneId } = await begin();
      await write(sceneId, { text: 'Old *text*.' });
      const { id } = await mary.content.createRevision({ params: { sceneId }, body: { name: 'Old' } });
      await write(sceneId, { text: 'New.' });
      const params = { revisionId: id };
      expect((await mary.content.restoreRevision({ params })).wordCount).toBe(2);
      await mary.content.restoreRevision({ params });
      expect((await read(sceneId)).text).toBe('Old *text*.\n');
      const { data } = await mary.content.listRevisions({ params: { sceneId } });
      expect(data.map(({ reason, wordCount }) => [reason, wordCount])).toEqual([
        ['before-restore', 1],
        ['named', 2],
      ]);
    });

    it('are kept by the house before a text is replaced, but not twice and not of nothing', async () => {
      const { sceneId } = await begin();
      for (const text of ['One.', 'Two.', 'One.', 'Three.']) await write(sceneId, { text });
      const { data } = await mary.content.listRevisions({ params: { sceneId } });
      expect(data.map(({ reason }) => reason)).toEqual(['before-replace', 'before-replace', 'before-replace']);
      const texts = await Promise.all(
        data.map(async ({ id }) => (await mary.content.readRevision({ params: { revisionId: id } })).text.trim()),
      );
      expect(texts).toEqual(['One.', 'Two.', 'One.']);
    });
  });
});
