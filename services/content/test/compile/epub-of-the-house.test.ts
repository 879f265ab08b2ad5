import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Compilation } from '@authorworks/contracts';
import { eventually } from '@authorworks/platform/testing';
import type { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openText } from '../../src/scene/sealed-text.ts';
import { storePicture } from '../behind.ts';
import { type ContentHouse, type Person, startContentHouse } from '../house.ts';
import { EPUB_CHECK_MS, epubCheck } from './epub-check.ts';
import { manuscriptText } from './manuscript-text.ts';
import { epubText, unpack } from './read-epub-text.ts';
import { bookOf, type Sketch } from './writing.ts';

type CompilationView = z.output<typeof Compilation>;
interface TreeNode {
  readonly id: string;
  readonly kind: 'part' | 'chapter' | 'scene';
  readonly title: string;
  readonly matter: 'front' | 'body' | 'back';
  readonly children: readonly TreeNode[];
}

const SAMPLE = new URL('../../../../test/sample-novel/the-tide-clerk.md', import.meta.url);

describe('the EPUB of a book of the house', () => {
  let house: ContentHouse;
  let mary: Person;
  let bookId: string;
  beforeAll(async () => {
    house = await startContentHouse();
    mary = await house.signUp('Mary');
    const form = new FormData();
    form.append('file', new Blob([readFileSync(SAMPLE)]), 'the-tide-clerk.md');
    const { id } = await mary.content.createImport({ body: form });
    bookId = await eventually(async () => {
      const imported = await mary.content.readImport({ params: { importId: id } });
      expect(imported.status).toBe('succeeded');
      return imported.bookId ?? '';
    });
  });
  afterAll(async () => await house?.close());

  const make = async (editionId?: string): Promise<CompilationView> => {
    const body = { format: 'epub' as const, ...(editionId ? { editionId } : {}) };
    const { id } = await mary.content.createCompilation({ params: { bookId }, body });
    return await eventually(async () => {
      const made = await mary.content.readCompilation({ params: { compilationId: id } });
      expect(made.error).toBeNull();
      expect(made.status).toBe('succeeded');
      return made;
    });
  };
  const download = async ({ url }: CompilationView): Promise<Buffer> => {
    const response = await fetch(new URL(url ?? '', house.urlOf('storage')));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/epub+zip');
    return Buffer.from(await response.arrayBuffer());
  };
  /** The manuscript as its author gets it, scene by scene. */
  const read = async (): Promise<string> => {
    const sketchOf = async ({ id, kind, title, matter, children }: TreeNode): Promise<Sketch> => ({
      kind,
      title,
      matter,
      doc:
        kind === 'scene'
          ? openText((await mary.content.readSceneText({ params: { sceneId: id }, query: { format: 'json' } })).doc)
          : null,
      children: await Promise.all(children.map(sketchOf)),
    });
    const { children } = await mary.content.readTree({ params: { bookId } });
    return manuscriptText(bookOf(await Promise.all((children as readonly TreeNode[]).map(sketchOf))));
  };

  it(
    'has the text of its manuscript, a report, and nothing that EPUBCheck could say a word about',
    async () => {
      const made = await make();
      const bytes = await download(made);
      expect(made).toMatchObject({ fileName: 'the-tide-clerk.epub', sizeBytes: bytes.length, progress: 100 });
      expect(made.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      const { wordCount, chapterCount } = await mary.content.readBook({ params: { bookId } });
      expect(made.report).toMatchObject({ words: wordCount, chapters: chapterCount, images: 0, notes: [] });
      expect(await epubText(bytes)).toBe(await read());
      expect(await epubCheck(bytes)).toEqual([]);
    },
    EPUB_CHECK_MS,
  );

  it('is the same file each time, even when it has to be made anew', async () => {
    const first = await make();
    expect((await make()).sha256).toBe(first.sha256);
    const { fileId } = await house.context().db.compilation.findUniqueOrThrow({ where: { id: first.id } });
    await house.context().storage.removeFiles({ body: { fileIds: [fileId ?? ''] } });
    const again = await make();
    expect(again.sha256).toBe(first.sha256);
    expect(
      createHash('sha256')
        .update(await download(again))
        .digest('hex'),
    ).toBe(first.sha256);
  });

  it(
    'of an edition is what its readers get, with its pictures and its cover',
    async () => {
      const { id: sceneId } = await mary.content.createNode({
        params: { bookId },
        body: { kind: 'scene', title: 'Pictures' },
      });
      const fileId = await storePicture(house, { ownerId: mary.accountId, bookId });
      const content = [{ type: 'image', attrs: { fileId, alt: '' }, content: [{ type: 'text', text: 'The Holm.' }] }];
      await mary.content.writeSceneText({
        params: { sceneId },
        body: { doc: { type: 'doc', content } },
      });
      await mary.content.updateBook({ params: { bookId }, body: { coverFileId: fileId } });
      const edition = await mary.content.createEdition({ params: { bookId }, body: {} });
      const made = await make(edition.id);
      expect(made.report?.images).toBe(1);
      expect(made.report?.notes.map(({ code }) => code)).toEqual(['image-undescribed']);
      const bytes = await download(made);
      const response = await fetch(`${house.urlOf('content')}/api/content/v1/public/books/${edition.slug}/epub`);
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      const files = await unpack(bytes);
      expect([...files.keys()].filter((path) => path.includes('images/'))).toEqual([`EPUB/images/${fileId}.png`]);
      expect(files.get('EPUB/package.opf')?.toString()).toContain('properties="cover-image"');
      expect(files.get('EPUB/text/imprint.xhtml')?.toString()).toContain('Edition 1, ');
      expect(await epubText(bytes)).toBe(await read());
      expect(await epubCheck(bytes)).toEqual([]);
    },
    EPUB_CHECK_MS,
  );
});
