import { contentErrors, type ContentApi } from '@authorworks/contracts';
import { fail, type Operation } from '@authorworks/platform';
import { requireBook } from '../access/require-access.ts';
import type { ContentContext } from '../context.ts';
import { findEditionOf } from '../edition/edition-store.ts';
import { compilerOf } from './compiler-of.ts';
import { requestCompilation } from './request-compilation.ts';
import { showCompilation } from './show-compilations.ts';

export const createCompilation: Operation<ContentContext, ContentApi['createCompilation']> = async (
  context,
  { auth, params, body },
) => {
  const { accountId } = auth;
  const { bookId } = await requireBook(context.db, params.bookId, { accountId, capability: 'read' });
  const { format, editionId = null } = body;
  compilerOf(format);
  if (editionId !== null && !(await findEditionOf(context.db, { bookId, id: editionId })))
    throw fail(contentErrors.editionNotFound);
  const wish = { bookId, editionId, format, requestedBy: accountId };
  const row = await context.db.$transaction(async (db) => await requestCompilation(context, db, wish));
  return await showCompilation(context, row);
};
