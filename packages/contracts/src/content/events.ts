import { z } from 'zod';
import { AccountId, BookId, CollaboratorId, EditionId, SceneId } from '../ids.ts';
import { defineEvent } from '../kit/event.ts';
import { BookRole } from './book-access.ts';

export const contentEvents = {
  bookPublished: defineEvent({
    type: 'content.book.published',
    version: 1,
    summary: 'An edition was frozen and is what readers see.',
    data: z.object({
      bookId: BookId,
      editionId: EditionId,
      number: z.int(),
      slug: z.string(),
      title: z.string(),
      language: z.string(),
    }),
  }),
  bookWithdrawn: defineEvent({
    type: 'content.book.withdrawn',
    version: 1,
    summary: 'A book was taken off the public pages.',
    data: z.object({ bookId: BookId, slug: z.string() }),
  }),
  bookDeleted: defineEvent({
    type: 'content.book.deleted',
    version: 1,
    summary: 'A book left the bin for good.',
    data: z.object({ bookId: BookId, sceneIds: z.array(SceneId) }),
  }),
  accessChanged: defineEvent({
    type: 'content.access.changed',
    version: 1,
    summary: 'What an account may do in a book changed; open documents must obey at once.',
    data: z.object({
      bookId: BookId,
      accountId: AccountId.nullable().describe('null: for everybody, e.g. the book went to the bin'),
      role: BookRole.nullable(),
    }),
  }),
  collaboratorInvited: defineEvent({
    type: 'content.collaborator.invited',
    version: 1,
    summary: 'Somebody was asked to work on a book; a mail is due.',
    data: z.object({
      bookId: BookId,
      collaboratorId: CollaboratorId,
      bookTitle: z.string(),
      email: z.string(),
      role: BookRole,
      invitedByName: z.string(),
      hasAccount: z.boolean(),
    }),
  }),
  scenesDeleted: defineEvent({
    type: 'content.scenes.deleted',
    version: 1,
    summary: 'Scenes left the bin for good.',
    data: z.object({ bookId: BookId, sceneIds: z.array(SceneId) }),
  }),
};
