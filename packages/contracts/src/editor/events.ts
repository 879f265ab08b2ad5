import { z } from 'zod';
import { AccountId, BookId, SceneId } from '../ids.ts';
import { defineEvent } from '../kit/event.ts';

export const editorEvents = {
  sceneChanged: defineEvent({
    type: 'editor.scene.changed',
    version: 1,
    summary:
      'The live text of a scene changed; sent at most every few seconds while somebody types, and once when they stop.',
    data: z.object({
      sceneId: SceneId,
      bookId: BookId,
      version: z.int(),
      changedBlockIds: z.array(z.string()),
      removedBlockIds: z.array(z.string()),
      accountIds: z.array(AccountId).describe('Who changed it'),
    }),
  }),
};
