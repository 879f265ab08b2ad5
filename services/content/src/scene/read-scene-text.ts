import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireScene } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { readBestText } from './live-texts.ts';
import { findText } from './scene-text-store.ts';
import { showSceneText } from './show-scene-text.ts';

export const readSceneText: Operation<ContentContext, ContentApi['readSceneText']> = async (
  context,
  { auth, params, query },
) => {
  const { sceneId } = params;
  await requireScene(context.db, sceneId, { accountId: auth.accountId, capability: 'read' });
  const row = await findText(context.db, sceneId);
  if (!row) throw fail(contentErrors.sceneNotFound);
  return await showSceneText(context, await readBestText(context, row), { sceneId, format: query.format });
};
