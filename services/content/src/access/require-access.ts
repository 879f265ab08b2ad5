import { type AccountId, type BookRole, contentErrors, type ErrorDefinition } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { Db } from '../database.ts';
import { type BookAccess, judgeAccess, type Wish } from './book-access-policy.ts';
import {
  findAccessToBook,
  findAccessToCompilation,
  findAccessToEdition,
  findAccessToNode,
  findAccessToRevision,
  findAccessToScene,
} from './book-access-store.ts';

/** A book that the caller may do something with. */
export interface GrantedAccess extends BookAccess {
  readonly role: BookRole;
}

type Find = (db: Db, accountId: AccountId, id: string) => Promise<BookAccess | undefined>;

/** Where a request's thing is looked up, who asks, and for what. */
interface AccessRequest extends Wish {
  readonly accountId: AccountId;
}

const requireAccess =
  (find: Find, notFound: ErrorDefinition) =>
  async (db: Db, id: string, { accountId, ...wish }: AccessRequest): Promise<GrantedAccess> => {
    const access = await find(db, accountId, id);
    const verdict = judgeAccess(access, wish);
    if (verdict === 'forbidden') throw fail(contentErrors.roleForbids);
    if (verdict === 'not-found' || !access || access.role === null) throw fail(notFound);
    return { ...access, role: access.role };
  };

/**
 * The one place where permission is asked. Each takes the id of one kind of thing, and answers with the book that it
 * belongs to and what the caller is there.
 * @throws AppError …_NOT_FOUND for strangers and for what is not there, CONTENT_ROLE_FORBIDS for members without the capability.
 */
export const requireBook = requireAccess(findAccessToBook, contentErrors.bookNotFound);
export const requireNode = requireAccess(findAccessToNode, contentErrors.nodeNotFound);
export const requireScene = requireAccess(findAccessToScene, contentErrors.sceneNotFound);
export const requireRevision = requireAccess(findAccessToRevision, contentErrors.revisionNotFound);
export const requireCompilation = requireAccess(findAccessToCompilation, contentErrors.compilationNotFound);
export const requireEdition = requireAccess(findAccessToEdition, contentErrors.editionNotFound);
