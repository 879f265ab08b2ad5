import { type editorApi, editorErrors } from '@authorworks/contracts';
import { findBlock, joinManuscripts, splitManuscript } from '@authorworks/manuscript/blocks';
import { fail, type Operation } from '@authorworks/platform';
import type { EditorContext } from '../context.ts';
import { blocksToAdd } from './merge-texts.ts';
import { liveTextOf, rewriteTexts } from './rewrite-texts.ts';

/**
 * Moves a block and everything behind it to the beginning of another scene, which may be new. Blocks keep their ids, and
 * so a repeat finds that it is done.
 */
export const splitText: Operation<EditorContext, typeof editorApi.splitText> = async (context, { params, body }) => {
  const { newSceneId, blockId, accountId } = body;
  if (params.sceneId === newSceneId)
    throw fail(editorErrors.sceneNotFound, { message: 'A scene cannot be split into itself.' });
  return await context.shelf.with(params.sceneId, async (first) => {
    const { bookId } = first.live.head;
    await context.shelf.beginEmpty(newSceneId, bookId);
    return await context.shelf.with(newSceneId, async (second) => {
      await rewriteTexts(context, [first, second], {
        accountId,
        compose: ([current, there]) => {
          if (!current || !there) return [];
          const parts = splitManuscript(current, blockId);
          if (!parts) {
            if (!findBlock(there, blockId)) throw fail(editorErrors.blockNotFound);
            return [current, there];
          }
          const added = blocksToAdd(there, parts.second);
          return [parts.first, added ? joinManuscripts(added, there) : there];
        },
      });
      return { first: liveTextOf(first), second: liveTextOf(second) };
    });
  });
};
