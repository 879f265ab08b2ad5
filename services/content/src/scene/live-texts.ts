import type { BookId, LiveText, SceneId } from '@authorworks/contracts';
import { lockBook, recountBook } from '../book/book-store.ts';
import type { ContentContext } from '../context.ts';
import {
  findKnownTexts,
  type KnownText,
  listKnownTexts,
  replaceText,
  replaceVersion,
  type SceneTextRow,
} from './scene-text-store.ts';
import type { SealedText } from './sealed-text.ts';

type Uses = Pick<ContentContext, 'db' | 'clock' | 'editor' | 'log' | 'texts'>;

/** Scenes that one question to the editor names: enough to be quick, few enough that the answer stays small. */
const BATCH = 100;
/** Somebody waits for the page; our own copy is there at once. */
const PAGE_TIMEOUT_MS = 2_000;

/** A text as the editor has it now. */
export interface ArrivedText {
  readonly sceneId: string;
  readonly version: number;
  readonly text: SealedText;
}

const arrivedOf = async ({ texts }: Pick<Uses, 'texts'>, live: readonly LiveText[]): Promise<ArrivedText[]> => {
  const arrived: ArrivedText[] = [];
  for (const { sceneId, version, doc } of live)
    if (doc !== null) arrived.push({ sceneId, version, text: await texts.seal({ doc }) });
  return arrived;
};

/**
 * Keeps texts that came from the editor. Newer ones replace older ones, never the other way round, whatever the order
 * in which they arrive; scenes that are gone are left out. A repeat changes nothing.
 */
export const storeLiveTexts = async (
  { db, clock }: Pick<Uses, 'db' | 'clock'>,
  bookId: string,
  arrived: readonly ArrivedText[],
): Promise<void> => {
  if (arrived.length === 0) return;
  const now = clock.now();
  await db.$transaction(async (tx) => {
    if (!(await lockBook(tx, bookId))) return;
    const ids = arrived.map(({ sceneId }) => sceneId);
    const known = new Map((await findKnownTexts(tx, bookId, ids)).map((text) => [text.sceneId, text]));
    let changed = false;
    for (const { sceneId, version, text } of arrived) {
      const mine = known.get(sceneId);
      if (!mine || mine.version >= version) continue;
      if (mine.hash === text.hash) {
        await replaceVersion(tx, sceneId, version);
      } else {
        await replaceText(tx, sceneId, { text, version, updatedAt: now });
        changed = true;
      }
    }
    if (changed) await recountBook(tx, bookId, now);
  });
};

const ask = async (
  context: Pick<Uses, 'editor' | 'texts'>,
  known: readonly Pick<KnownText, 'sceneId' | 'version'>[],
  timeoutMs?: number,
): Promise<ArrivedText[]> => {
  const scenes = known.map(({ sceneId, version }) => ({ sceneId: sceneId, knownVersion: version }));
  const live = await context.editor.readTexts({ body: { scenes } }, timeoutMs === undefined ? {} : { timeoutMs });
  return await arrivedOf(context, live);
};

/**
 * Brings the copies of all scenes of a book up to date.
 * @throws ApiError when the editor does not answer: whoever publishes or exports must not get an old text.
 */
export const pullBook = async (context: Uses, bookId: string): Promise<void> => {
  const known = await listKnownTexts(context.db, bookId);
  for (let start = 0; start < known.length; start += BATCH)
    await storeLiveTexts(context, bookId, await ask(context, known.slice(start, start + BATCH)));
};

/** The text of one scene as it is now. @throws ApiError when the editor does not answer. */
export const readLiveText = async (
  context: Uses,
  row: SceneTextRow,
  timeoutMs?: number,
): Promise<SealedText & { readonly version: number }> => {
  const [arrived] = await ask(context, [row], timeoutMs);
  if (!arrived || arrived.version <= row.version) return row;
  await storeLiveTexts(context, row.bookId, [arrived]);
  return { ...arrived.text, version: arrived.version };
};

/** The text of one scene as it is now, or as it was last known while the editor is away. */
export const readBestText = async (
  context: Uses,
  row: SceneTextRow,
): Promise<SealedText & { readonly version: number }> => {
  try {
    return await readLiveText(context, row, PAGE_TIMEOUT_MS);
  } catch (error) {
    context.log.warn({ err: error, sceneId: row.sceneId }, 'the editor is away; the last known text is shown');
    return row;
  }
};

/** Follows the live document of one scene to a version that was announced. */
export const followScene = async (
  context: Uses,
  scene: { readonly bookId: BookId; readonly sceneId: SceneId; readonly version: number },
): Promise<void> => {
  const [known] = await findKnownTexts(context.db, scene.bookId, [scene.sceneId]);
  if (!known || known.version >= scene.version) return;
  await storeLiveTexts(context, scene.bookId, await ask(context, [known]));
};
