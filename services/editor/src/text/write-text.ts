import { type editorApi, editorErrors } from '@authorworks/contracts';
import { checkManuscript } from '@authorworks/manuscript/schema';
import { fail, type Operation } from '@authorworks/platform';
import type { EditorContext } from '../context.ts';
import { liveTextOf, rewriteTexts } from './rewrite-texts.ts';

/** Makes a scene say what the body says; blocks that are the same or alike keep their ids, and open editors see it. */
export const writeText: Operation<EditorContext, typeof editorApi.writeText> = async (context, { params, body }) => {
  const checked = checkManuscript(body.doc);
  if (!checked.ok) {
    const [problem] = checked.problems;
    throw fail(editorErrors.updateInvalid, {
      message: `The text is not a manuscript: ${problem?.path ?? ''} ${problem?.message ?? ''}`,
    });
  }
  const { accountId, ifVersion } = body;
  return await context.shelf.with(params.sceneId, async (scene) => {
    await rewriteTexts(context, [scene], {
      accountId,
      compose: () => [checked.doc],
      ...(ifVersion === undefined ? {} : { ifVersion }),
    });
    return liveTextOf(scene);
  });
};
