import { randomBytes } from 'node:crypto';
import { contentErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { Db } from '../database.ts';
import { type BookToPublish, findTakenSlugs } from './edition-store.ts';
import { slugCandidates, slugOf } from './slug.ts';

/**
 * The address of a book's public page: the one that was asked for, else the one it had, else one made of its title.
 * @throws CONTENT_SLUG_TAKEN when another book has the one that was asked for.
 */
export const chooseSlug = async (db: Db, book: BookToPublish, wanted: string | undefined): Promise<string> => {
  if (wanted === undefined && book.slug !== null) return book.slug;
  if (wanted !== undefined) {
    const taken = await findTakenSlugs(db, book.id, [wanted]);
    if (taken.size > 0) throw fail(contentErrors.slugTaken);
    return wanted;
  }
  const slug = slugOf(book.title);
  const candidates = slugCandidates(slug);
  const taken = await findTakenSlugs(db, book.id, candidates);
  return candidates.find((candidate) => !taken.has(candidate)) ?? `${slug}-${randomBytes(4).toString('hex')}`;
};
