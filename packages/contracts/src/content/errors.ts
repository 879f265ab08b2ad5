import { defineErrors } from '../kit/error.ts';

export const contentErrors = defineErrors({
  seriesNotFound: { code: 'CONTENT_SERIES_NOT_FOUND', status: 404, message: 'There is no such series.' },
  bookNotFound: { code: 'CONTENT_BOOK_NOT_FOUND', status: 404, message: 'There is no such book.' },
  nodeNotFound: { code: 'CONTENT_NODE_NOT_FOUND', status: 404, message: 'There is no such part, chapter or scene.' },
  sceneNotFound: { code: 'CONTENT_SCENE_NOT_FOUND', status: 404, message: 'There is no such scene.' },
  revisionNotFound: { code: 'CONTENT_REVISION_NOT_FOUND', status: 404, message: 'There is no such revision.' },
  collaboratorNotFound: {
    code: 'CONTENT_COLLABORATOR_NOT_FOUND',
    status: 404,
    message: 'There is no such collaborator.',
  },
  importNotFound: { code: 'CONTENT_IMPORT_NOT_FOUND', status: 404, message: 'There is no such import.' },
  compilationNotFound: { code: 'CONTENT_COMPILATION_NOT_FOUND', status: 404, message: 'There is no such compilation.' },
  editionNotFound: { code: 'CONTENT_EDITION_NOT_FOUND', status: 404, message: 'There is no such edition.' },
  roleForbids: { code: 'CONTENT_ROLE_FORBIDS', status: 403, message: 'Your role in this book does not allow that.' },
  treeInvalid: {
    code: 'CONTENT_TREE_INVALID',
    status: 400,
    message:
      'That cannot stand there: a book holds parts, chapters and scenes; parts hold chapters and scenes; chapters hold scenes.',
  },
  treeTooLarge: {
    code: 'CONTENT_TREE_TOO_LARGE',
    status: 409,
    message: 'A book can have at most 5,000 parts, chapters and scenes.',
  },
  blockNotFound: {
    code: 'CONTENT_BLOCK_NOT_FOUND',
    status: 404,
    message: 'There is no such paragraph in this scene (any more).',
  },
  textInvalid: {
    code: 'CONTENT_TEXT_INVALID',
    status: 400,
    message: 'The text is not a manuscript that this house can keep.',
  },
  textConflict: { code: 'CONTENT_TEXT_CONFLICT', status: 409, message: 'The text has changed since you read it.' },
  slugTaken: { code: 'CONTENT_SLUG_TAKEN', status: 409, message: 'Another book has this address already.' },
  alreadyCollaborator: {
    code: 'CONTENT_ALREADY_COLLABORATOR',
    status: 409,
    message: 'This person is in the book already.',
  },
  fileMissing: {
    code: 'CONTENT_IMPORT_FILE_MISSING',
    status: 400,
    message: 'Send the book as a multipart field named "file".',
  },
  fileTooLarge: {
    code: 'CONTENT_IMPORT_FILE_TOO_LARGE',
    status: 413,
    message: 'A book to import may have at most 100 MB.',
  },
  fileUnreadable: { code: 'CONTENT_IMPORT_UNREADABLE', status: 422, message: 'This file cannot be read as a book.' },
  nothingToPublish: { code: 'CONTENT_NOTHING_TO_PUBLISH', status: 409, message: 'There is no text in this book yet.' },
  notPublished: { code: 'CONTENT_NOT_PUBLISHED', status: 404, message: 'There is no published book at this address.' },
  binConflict: {
    code: 'CONTENT_BIN_CONFLICT',
    status: 409,
    message: 'Its place is gone. Restore the part or chapter that held it first.',
  },
});
