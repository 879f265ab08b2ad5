import { type editorApi, editorErrors } from '@authorworks/contracts';
import { blocksOf, joinManuscripts } from '@authorworks/manuscript/blocks';
import type { DocNode } from '@authorworks/manuscript/schema';
import { fail, type Operation } from '@authorworks/platform';
import { Fragment } from 'prosemirror-model';
import type { EditorContext } from '../context.ts';
import { liveTextOf, rewriteTexts } from './rewrite-texts.ts';

/**
 * Those blocks of a manuscript that another does not have yet, by their ids.
 * @returns undefined when there are none: what was moved once is not moved again.
 */
export const blocksToAdd = (current: DocNode, other: DocNode): DocNode | undefined => {
  const known = new Set(blocksOf(current).map(({ id }) => id));
  const missing = other.children.filter((block) => !known.has(block.attrs['id'] as string | null));
  return missing.length > 0 ? other.copy(Fragment.fromArray([...missing])) : undefined;
};

/** Appends what the other scene says to this one. The other one stays as it is: content puts it into the bin. */
export const mergeTexts: Operation<EditorContext, typeof editorApi.mergeTexts> = async (context, { params, body }) => {
  if (params.sceneId === body.otherSceneId)
    throw fail(editorErrors.sceneNotFound, { message: 'A scene cannot be merged with itself.' });
  return await context.shelf.with(
    params.sceneId,
    async (scene) =>
      await context.shelf.with(body.otherSceneId, async (other) => {
        await rewriteTexts(context, [scene, other], {
          accountId: body.accountId,
          compose: ([current, appended]) => {
            if (!current || !appended) return [];
            const added = blocksToAdd(current, appended);
            return [added ? joinManuscripts(current, added) : current, appended];
          },
        });
        return liveTextOf(scene);
      }),
  );
};
