import type { BookCapability, BookRole } from '@authorworks/contracts';

/** As in packages/contracts/src/content/book-access.ts, whose schemas would bring zod into the bundle; a test compares both. */
export const capabilities = {
  owner: ['read', 'comment', 'write', 'structure', 'administer'],
  'co-author': ['read', 'comment', 'write', 'structure'],
  editor: ['read', 'comment', 'write'],
  'beta-reader': ['read', 'comment'],
} as const satisfies Record<BookRole, readonly BookCapability[]>;

/** Whether somebody with a role may do something; nobody may anything while the role is not known. */
export const may = (role: BookRole | null | undefined, capability: BookCapability): boolean =>
  role ? (capabilities[role] as readonly BookCapability[]).includes(capability) : false;
