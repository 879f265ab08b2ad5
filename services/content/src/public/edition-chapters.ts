import { storageApi } from '@authorworks/contracts';
import { toXhtml, xhtmlClasses } from '@authorworks/manuscript/xhtml';
import { groupChapters } from '../compile/reading-order.ts';
import type { ContentContext } from '../context.ts';
import { type EditionRow, listEditionNodes } from '../edition/edition-store.ts';
import { findDocuments } from '../scene/scene-text-store.ts';
import { openText } from '../scene/sealed-text.ts';
import type { EditionOutline } from './chapter-cache.ts';

type PublicChapterOf = EditionOutline[number];

/** The chapters of an edition in reading order. */
export const outlineOf = async (
  { db, chapterCache }: Pick<ContentContext, 'db' | 'chapterCache'>,
  editionId: string,
): Promise<EditionOutline> =>
  await chapterCache.outline(editionId, async () => {
    const nodes = await listEditionNodes(db, editionId);
    return groupChapters(nodes.map((node) => ({ ...node, id: node.nodeId })));
  });

/** Words of an entry: for a part, of all that follows it up to the next entry outside of it. */
export const wordsOf = (outline: EditionOutline, index: number): number => {
  const entry = outline[index];
  const own = (chapter: PublicChapterOf): number => chapter.scenes.reduce((sum, { wordCount }) => sum + wordCount, 0);
  if (!entry) return 0;
  if (entry.kind === 'chapter') return own(entry);
  let words = 0;
  for (let next = index + 1; (outline[next]?.depth ?? 0) > entry.depth; next += 1) {
    const chapter = outline[next];
    if (chapter) words += own(chapter);
  }
  return words;
};

/** Size in which a picture within a text is served; readers with finer screens get enough of it. */
const TEXT_VARIANT = 'w1280';
/** Size in which a cover is served. */
const COVER_VARIANT = 'w640';

/** Where anybody finds a picture that was made public with an edition. */
const pictureUrl = (fileId: string, variant: string): string =>
  `${storageApi.readFileContent.path.replace(':fileId', encodeURIComponent(fileId))}?variant=${variant}`;

export const coverUrlOf = ({ coverFileId }: Pick<EditionRow, 'coverFileId'>): string | null =>
  coverFileId === null ? null : pictureUrl(coverFileId, COVER_VARIANT);

const SCENE_BREAK = `<hr class="aw-${xhtmlClasses.sceneBreak}"/>\n`;

/**
 * A chapter as XHTML: its scenes with breaks between them, and its notes at the end, numbered through. Everything is made
 * from checked documents by packages/manuscript, which escapes all text and lets no address through that could run code.
 */
const makeHtml = async (
  { db }: Pick<ContentContext, 'db'>,
  edition: EditionRow,
  chapter: PublicChapterOf,
): Promise<string> => {
  const hashes = chapter.scenes.flatMap(({ hash }) => hash ?? []);
  const documents = new Map((await findDocuments(db, edition.bookId, hashes)).map(({ hash, doc }) => [hash, doc]));
  const publicIds = new Set(edition.imageFileIds);
  const scenes: string[] = [];
  const footnotes: string[] = [];
  for (const { hash } of chapter.scenes) {
    const doc = documents.get(hash ?? '');
    if (doc === undefined) continue;
    const written = toXhtml(openText(doc), {
      language: edition.language,
      footnotes: 'epub',
      firstFootnote: footnotes.length + 1,
      imageUrl: (fileId) => (publicIds.has(fileId) ? pictureUrl(fileId, TEXT_VARIANT) : null),
    });
    scenes.push(written.xhtml);
    footnotes.push(...written.footnotes.map(({ xhtml }) => xhtml));
  }
  const notes =
    footnotes.length === 0
      ? ''
      : `<section class="aw-footnotes" role="doc-endnotes">\n${footnotes.join('')}</section>\n`;
  return scenes.join(SCENE_BREAK) + notes;
};

/** The text of a chapter, ready to be read. */
export const htmlOf = async (
  context: Pick<ContentContext, 'db' | 'chapterCache'>,
  edition: EditionRow,
  chapter: PublicChapterOf,
): Promise<string> =>
  await context.chapterCache.html(edition.id, chapter.id, async () => await makeHtml(context, edition, chapter));
