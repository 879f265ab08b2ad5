import { z } from 'zod';

/** What somebody is to a book. */
export const BookRole = z.enum(['owner', 'co-author', 'editor', 'beta-reader']).meta({ id: 'BookRole' });
export type BookRole = z.infer<typeof BookRole>;

/** Roles that can be given; accepts `coAuthor`, `Co Author` and the like as well. */
export const GivenBookRole = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .trim()
          .replace(/([a-z])([A-Z])/g, '$1-$2')
          .toLowerCase()
          .replace(/[\s_]+/g, '-')
          .replace(/^coauthor$/, 'co-author')
          .replace(/^betareader$/, 'beta-reader')
      : value,
  BookRole.exclude(['owner']),
);

/**
 * What one may do to a book.
 * - `read`: the draft, the tree, the revisions. - `comment`: talk about it.
 * - `write`: change the text. - `structure`: change the tree, import, title and description.
 * - `administer`: collaborators, publishing, deleting.
 */
export const BookCapability = z.enum(['read', 'comment', 'write', 'structure', 'administer']);
export type BookCapability = z.infer<typeof BookCapability>;

export const capabilitiesOfRole: Readonly<Record<BookRole, readonly BookCapability[]>> = {
  owner: ['read', 'comment', 'write', 'structure', 'administer'],
  'co-author': ['read', 'comment', 'write', 'structure'],
  editor: ['read', 'comment', 'write'],
  'beta-reader': ['read', 'comment'],
};

/** Whether a role allows something. `null` is a stranger, who may do nothing. */
export const mayOnBook = (role: BookRole | null, capability: BookCapability): boolean =>
  role !== null && capabilitiesOfRole[role].includes(capability);
