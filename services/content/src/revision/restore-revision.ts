import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireRevision } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { replaceLiveText } from '../scene/replace-live-text.ts';
import { showSceneText } from '../scene/show-scene-text.ts';
import { findRevision } from './revision-store.ts';

/** Goes through the live document as if somebody had typed it, so open editors see it. */
export const restoreRevision: Operation<ContentContext, ContentApi['restoreRevision']> = async (
  context,
  { auth, params },
) => {
  const { accountId } = auth;
  await requireRevision(context.db, params.revisionId, { accountId, capability: 'write' });
  const revision = await findRevision(context.db, params.revisionId);
  if (!revision) throw fail(contentErrors.revisionNotFound);
  const text = await replaceLiveText(context, {
    sceneId: revision.sceneId,
    accountId,
    reason: 'before-restore',
    textOf: async () => await context.texts.seal({ doc: JSON.parse(revision.document.doc) as unknown }),
  });
  return await showSceneText(context, text, { sceneId: revision.sceneId, format: 'json' });
};
