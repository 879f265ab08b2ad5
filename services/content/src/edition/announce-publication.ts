import { contentEvents } from '@authorworks/contracts';
import type { Announcement } from '../collaborator/announce-access.ts';
import { publish } from '../database.ts';
import { findPublication } from './edition-store.ts';

/** Tells that readers see an edition: it was published, or its book came back from the bin. Nothing when none is public. */
export const announcePublication = async (where: Announcement, bookId: string): Promise<void> => {
  const publication = await findPublication(where.db, bookId);
  if (publication) await publish(where, contentEvents.bookPublished, publication);
};

/** Tells that readers do not see a book any more. Nothing when none of it was public. */
export const announceWithdrawal = async (where: Announcement, bookId: string): Promise<void> => {
  const publication = await findPublication(where.db, bookId);
  if (!publication) return;
  const { slug } = publication;
  await publish(where, contentEvents.bookWithdrawn, { bookId: publication.bookId, slug });
};
