import { z } from 'zod';
import { AccountId, BookId, FileId } from '../ids.ts';
import { defineEvent } from '../kit/event.ts';
import { FilePurpose } from './endpoints.ts';

export const storageEvents = {
  fileStored: defineEvent({
    type: 'storage.file.stored',
    version: 1,
    summary: 'A file is complete.',
    data: z.object({
      fileId: FileId,
      ownerId: AccountId,
      bookId: BookId.nullable(),
      purpose: FilePurpose,
      sizeBytes: z.int(),
    }),
  }),
  fileDeleted: defineEvent({
    type: 'storage.file.deleted',
    version: 1,
    summary: 'A file is gone.',
    data: z.object({ fileId: FileId, ownerId: AccountId }),
  }),
};
