import { z } from 'zod';
import { ManuscriptDoc } from '../content/schemas.ts';
import { AccountId, SceneId } from '../ids.ts';
import { defineApi } from '../kit/endpoint.ts';
import { editorErrors as errors } from './errors.ts';

const internal = '/internal/editor/v1';
const scene = z.strictObject({ sceneId: SceneId });

/** The live text of a scene. `doc: null`: unchanged since the known version, or never opened (`version` 0). */
export const LiveText = z.object({ sceneId: SceneId, version: z.int(), doc: ManuscriptDoc.nullable() });
export type LiveText = z.infer<typeof LiveText>;

export const editorApi = defineApi({
  readTexts: {
    method: 'POST',
    path: `${internal}/texts`,
    summary: 'The live texts of many scenes; those that the caller knows already are left out',
    audience: 'service',
    body: z.strictObject({
      scenes: z.array(z.strictObject({ sceneId: SceneId, knownVersion: z.int().min(0) })).max(500),
    }),
    timeoutMs: 60_000,
    response: z.array(LiveText),
  },
  writeText: {
    method: 'PUT',
    path: `${internal}/scenes/:sceneId/text`,
    summary: 'Replace the live text by the smallest change; open editors see it',
    audience: 'service',
    params: scene,
    body: z.strictObject({ doc: ManuscriptDoc, ifVersion: z.int().optional(), accountId: AccountId }),
    bodyLimitBytes: 32 * 1024 * 1024,
    timeoutMs: 30_000,
    response: z.object({ sceneId: SceneId, version: z.int(), doc: ManuscriptDoc }),
    errors: [errors.sceneNotFound, errors.versionConflict, errors.updateInvalid],
  },
  splitText: {
    method: 'POST',
    path: `${internal}/scenes/:sceneId/split`,
    summary: 'Move a block and all behind it into the live document of another, new scene; a repeat is harmless',
    audience: 'service',
    params: scene,
    body: z.strictObject({ blockId: z.string().min(1).max(64), newSceneId: SceneId, accountId: AccountId }),
    timeoutMs: 30_000,
    response: z.object({ first: LiveText, second: LiveText }),
    errors: [errors.sceneNotFound, errors.blockNotFound],
  },
  mergeTexts: {
    method: 'POST',
    path: `${internal}/scenes/:sceneId/merge`,
    summary: "Append the other scene's live text to this one; a repeat is harmless",
    audience: 'service',
    params: scene,
    body: z.strictObject({ otherSceneId: SceneId, accountId: AccountId }),
    timeoutMs: 30_000,
    response: LiveText,
    errors: [errors.sceneNotFound],
  },
});

export type EditorApi = typeof editorApi;
