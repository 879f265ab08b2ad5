import { defineErrors } from '../kit/error.ts';

export const editorErrors = defineErrors({
  sceneNotFound: { code: 'EDITOR_SCENE_NOT_FOUND', status: 404, message: 'There is no such scene.' },
  readOnly: { code: 'EDITOR_READ_ONLY', status: 403, message: 'You may read this scene, but not change it.' },
  notOpen: { code: 'EDITOR_SCENE_NOT_OPEN', status: 409, message: 'Open the scene before you change it.' },
  generationChanged: {
    code: 'EDITOR_GENERATION_CHANGED',
    status: 409,
    message: 'This scene was started anew on the server. Your copy has to be loaded again.',
  },
  updateInvalid: {
    code: 'EDITOR_UPDATE_INVALID',
    status: 400,
    message: 'This change cannot be read or is not a manuscript.',
  },
  outOfOrder: {
    code: 'EDITOR_UPDATE_OUT_OF_ORDER',
    status: 409,
    message: 'This change builds on one that the server does not have. It is kept here and sent again with it.',
  },
  updateTooLarge: { code: 'EDITOR_UPDATE_TOO_LARGE', status: 413, message: 'This change is too large for one step.' },
  sceneTooLarge: { code: 'EDITOR_SCENE_TOO_LARGE', status: 413, message: 'This scene is full. Split it into two.' },
  tooFast: {
    code: 'EDITOR_TOO_FAST',
    status: 429,
    message: 'Too many changes at once. They are kept here and sent again in a moment.',
  },
  tooManyOpen: { code: 'EDITOR_TOO_MANY_OPEN', status: 429, message: 'Too many scenes are open in this connection.' },
  notSaved: {
    code: 'EDITOR_NOT_SAVED',
    status: 503,
    message: 'The server could not save this change. It is kept here and sent again.',
  },
  versionConflict: { code: 'EDITOR_VERSION_CONFLICT', status: 409, message: 'The text has changed since you read it.' },
  blockNotFound: {
    code: 'EDITOR_BLOCK_NOT_FOUND',
    status: 404,
    message: 'There is no such paragraph in this scene (any more).',
  },
});
