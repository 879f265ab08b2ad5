import { z } from 'zod';
import { BookId, CollaboratorId } from '../../ids.ts';
import { PageQuery } from '../../kit/common.ts';
import { defineApi } from '../../kit/endpoint.ts';
import { Email } from '../../user/schemas.ts';
import { GivenBookRole } from '../book-access.ts';
import { contentErrors as errors } from '../errors.ts';
import { Collaborator } from '../schemas.ts';
import { v1, book } from './paths.ts';

/** Who works on a book with its owner. */
export const collaboratorsEndpoints = defineApi({
  listCollaborators: {
    method: 'GET',
    path: `${v1}/books/:bookId/collaborators`,
    summary: 'Who works on this book',
    audience: 'account',
    scope: 'books:read',
    access: 'book:read',
    params: book,
    query: PageQuery,
    respond: 'page',
    response: Collaborator,
    errors: [errors.bookNotFound],
  },
  addCollaborator: {
    method: 'POST',
    path: `${v1}/books/:bookId/collaborators`,
    summary: 'Invite somebody by e-mail address',
    audience: 'account',
    scope: 'books:write',
    access: 'book:administer',
    params: book,
    body: z.strictObject({ email: Email, role: GivenBookRole }),
    response: Collaborator,
    status: 201,
    errors: [errors.bookNotFound, errors.roleForbids, errors.alreadyCollaborator],
  },
  updateCollaborator: {
    method: 'PATCH',
    path: `${v1}/books/:bookId/collaborators/:collaboratorId`,
    summary: 'Change the role',
    audience: 'account',
    scope: 'books:write',
    access: 'book:administer',
    params: z.strictObject({ bookId: BookId, collaboratorId: CollaboratorId }),
    body: z.strictObject({ role: GivenBookRole }),
    response: Collaborator,
    errors: [errors.bookNotFound, errors.collaboratorNotFound, errors.roleForbids],
  },
  removeCollaborator: {
    method: 'DELETE',
    path: `${v1}/books/:bookId/collaborators/:collaboratorId`,
    summary: 'Take somebody out of the book; one may always leave oneself',
    audience: 'account',
    scope: 'books:write',
    access: 'book:administer',
    params: z.strictObject({ bookId: BookId, collaboratorId: CollaboratorId }),
    respond: 'empty',
    errors: [errors.bookNotFound, errors.collaboratorNotFound, errors.roleForbids],
  },
});
