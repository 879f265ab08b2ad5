import { type BookCapability, type BookRole, contentErrors } from '@authorworks/contracts';
import { describe, expect, it } from 'vitest';
import { judgeAccess } from '../src/access/book-access-policy.ts';
import { judgeRemoval } from '../src/collaborator/collaborator-policy.ts';
import { mayCancel } from '../src/compilation/compilation-policy.ts';
import { mayShowFile } from '../src/image/image-policy.ts';
import { mayHold } from '../src/node/node-policy.ts';

describe('who may do what', () => {
  const capabilities: readonly BookCapability[] = ['read', 'comment', 'write', 'structure', 'administer'];
  const roles: readonly (BookRole | null)[] = ['owner', 'co-author', 'editor', 'beta-reader', null];
  const allowed: Readonly<Record<string, readonly BookCapability[]>> = {
    owner: ['read', 'comment', 'write', 'structure', 'administer'],
    'co-author': ['read', 'comment', 'write', 'structure'],
    editor: ['read', 'comment', 'write'],
    'beta-reader': ['read', 'comment'],
  };

  it.each(roles.flatMap((role) => capabilities.map((capability) => [role, capability] as const)))(
    'tells a %s who wants to %s what they meet',
    (role, capability) => {
      const access = { bookId: 'b', role, binned: false };
      const expected = role === null ? 'not-found' : allowed[role]?.includes(capability) ? 'allowed' : 'forbidden';
      expect(judgeAccess(access, { capability })).toBe(expected);
    },
  );

  it('hides a book in the bin from everybody but its owner, who may only do what bins are for', () => {
    for (const role of roles) {
      const access = { bookId: 'b', role, binned: true };
      expect(judgeAccess(access, { capability: 'read' })).toBe('not-found');
      expect(judgeAccess(access, { capability: 'read', evenBinned: true })).toBe(
        role === 'owner' ? 'allowed' : 'not-found',
      );
    }
  });

  it('does not tell a book that is not there from one of somebody else', () => {
    expect(judgeAccess(undefined, { capability: 'read' })).toBe('not-found');
    expect(contentErrors.bookNotFound.status).toBe(404);
  });

  it('lets everybody but the owner leave, and the owner take everybody else out', () => {
    const owner = { accountId: 'o', role: 'owner' } as const;
    const editor = { accountId: 'e', role: 'editor' } as const;
    const invited = { accountId: null, role: 'beta-reader' } as const;
    const table = [
      [owner, editor, 'allowed'],
      [owner, invited, 'allowed'],
      [owner, owner, 'owner-stays'],
      [editor, editor, 'allowed'],
      [editor, invited, 'forbidden'],
      [editor, owner, 'forbidden'],
      [editor, { accountId: 'x', role: 'editor' }, 'forbidden'],
    ] as const;
    for (const [caller, target, verdict] of table) expect(judgeRemoval(caller, target)).toBe(verdict);
  });

  it('lets a book hold parts, chapters and scenes, parts chapters and scenes, chapters scenes, and scenes nothing', () => {
    const kinds = ['part', 'chapter', 'scene'] as const;
    const holds = { book: 'part chapter scene', part: 'chapter scene', chapter: 'scene', scene: '' } as const;
    for (const [parent, children] of Object.entries(holds) as [keyof typeof holds, string][])
      expect(kinds.filter((kind) => mayHold(parent, kind)).join(' ')).toBe(children);
  });

  it("shows a book's own pictures and those of its people, and nobody else's", () => {
    const users = { bookId: 'mine', memberIds: new Set(['mary']) };
    const picture = { contentType: 'image/png', ownerId: 'eve', bookId: null };
    expect(mayShowFile({ ...picture, bookId: 'mine' }, users)).toBe(true);
    expect(mayShowFile({ ...picture, ownerId: 'mary' }, users)).toBe(true);
    expect(mayShowFile(picture, users)).toBe(false);
    expect(mayShowFile({ ...picture, ownerId: 'mary', bookId: 'another' }, users)).toBe(false);
    expect(mayShowFile({ ...picture, bookId: 'mine', contentType: 'application/pdf' }, users)).toBe(false);
  });

  it('lets a compilation be stopped by who asked for it and by the owner', () => {
    const compilation = { requestedBy: 'reader' };
    expect(mayCancel({ accountId: 'reader', role: 'beta-reader' }, compilation)).toBe(true);
    expect(mayCancel({ accountId: 'owner', role: 'owner' }, compilation)).toBe(true);
    expect(mayCancel({ accountId: 'other', role: 'co-author' }, compilation)).toBe(false);
  });
});
