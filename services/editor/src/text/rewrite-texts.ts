import { type AccountId, editorErrors, type LiveText } from '@authorworks/contracts';
import type { DocNode } from '@authorworks/manuscript/schema';
import { fail } from '@authorworks/platform';
import type { EditorContext } from '../context.ts';
import { type Append, appendUpdates } from '../document/document-store.ts';
import type { Change } from '../document/live-document.ts';
import type { OpenScene } from '../document/open-scene.ts';
import { changeLiveDoc } from '../ydoc/change-live-doc.ts';
import { readLiveDoc } from '../ydoc/to-manuscript.ts';

export const liveTextOf = (scene: OpenScene): LiveText & { readonly doc: NonNullable<LiveText['doc']> } => ({
  sceneId: scene.sceneId,
  version: scene.live.version,
  doc: readLiveDoc(scene.live.working).manuscript.toJSON() as NonNullable<LiveText['doc']>,
});

export interface Rewriting {
  readonly accountId: AccountId;
  /** What the scenes shall say, from what they say now; a document that is returned as it is stays as it is. */
  readonly compose: (current: readonly DocNode[]) => readonly DocNode[];
  /** Refuse with EDITOR_VERSION_CONFLICT when this is not the version of the first scene. */
  readonly ifVersion?: number;
}

interface Proposed {
  readonly scene: OpenScene;
  readonly change: Change;
  readonly append: Append & { readonly expectedVersion: number };
}

const propose = (scenes: readonly OpenScene[], { accountId, compose }: Rewriting): Proposed[] => {
  const current = scenes.map(({ live }) => readLiveDoc(live.working).manuscript);
  const wanted = compose(current);
  return scenes.flatMap((scene, index) => {
    const [now, then] = [current[index], wanted[index]];
    if (!then || now === then) return [];
    const expectedVersion = scene.live.version;
    const change = scene.live.propose((working) => void changeLiveDoc(working, then));
    if (!change) return [];
    const { sceneId, generation } = scene.live.head;
    return [
      { scene, change, append: { sceneId, generation, expectedVersion, updates: [{ accountId, data: change.data }] } },
    ];
  });
};

/** In one transaction, which keeps other replicas out as well: what is composed is composed of everything committed. */
const rewrite = async (
  context: EditorContext,
  scenes: readonly OpenScene[],
  rewriting: Rewriting,
): Promise<readonly Proposed[]> => {
  let proposed: readonly Proposed[] = [];
  try {
    await context.postgres.transaction(async (sql) => {
      await context.shelf.refreshLocked(sql, scenes);
      if (rewriting.ifVersion !== undefined && rewriting.ifVersion !== scenes[0]?.live.version)
        throw fail(editorErrors.versionConflict);
      proposed = propose(scenes, rewriting);
      const appends = proposed.map(({ append }) => append);
      const bases = appends.length > 0 ? await appendUpdates(sql, appends) : [];
      if (bases.includes(undefined)) throw new Error('a locked document has changed');
    });
    return proposed;
  } catch (error) {
    for (const { scene, change } of proposed) scene.live.forget(change);
    throw error;
  }
};

const exclusively = async <T>(scenes: readonly OpenScene[], work: () => Promise<T>): Promise<T> => {
  const [first, ...others] = scenes;
  return first ? await first.exclusively(async () => await exclusively(others, work)) : await work();
};

/**
 * Changes what scenes say, all of them or none, by the smallest change, while everybody in them goes on.
 * @throws AppError EDITOR_VERSION_CONFLICT, EDITOR_GENERATION_CHANGED, and what `compose` throws.
 */
export const rewriteTexts = async (
  context: EditorContext,
  scenes: readonly OpenScene[],
  rewriting: Rewriting,
): Promise<void> => {
  // always in the same order, so that two such operations never wait for each other
  const inOrder = scenes.toSorted((a, b) => a.sceneId.localeCompare(b.sceneId));
  await exclusively(inOrder, async () => {
    for (const { append, change } of await rewrite(context, scenes, rewriting)) {
      const { sceneId, generation, expectedVersion } = append;
      context.committed({ sceneId, generation, firstVersion: expectedVersion + 1, updates: [change.data] });
    }
  });
};
