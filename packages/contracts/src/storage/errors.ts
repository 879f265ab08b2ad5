import { defineErrors } from '../kit/error.ts';

export const storageErrors = defineErrors({
  fileNotFound: { code: 'STORAGE_FILE_NOT_FOUND', status: 404, message: 'There is no such file.' },
  contentMissing: {
    code: 'STORAGE_CONTENT_MISSING',
    status: 500,
    message:
      'The bytes of this file are gone from the object storage. The operator has to put them back from a backup.',
  },
  uploadNotFound: { code: 'STORAGE_UPLOAD_NOT_FOUND', status: 404, message: 'There is no such upload (any more).' },
  linkInvalid: { code: 'STORAGE_LINK_INVALID', status: 403, message: 'This link is not valid (any more).' },
  typeNotAllowed: { code: 'STORAGE_TYPE_NOT_ALLOWED', status: 415, message: 'Files of this type are not taken.' },
  typeMismatch: {
    code: 'STORAGE_TYPE_MISMATCH',
    status: 415,
    message: 'The content of this file is not what its name or type says.',
  },
  fileTooLarge: { code: 'STORAGE_FILE_TOO_LARGE', status: 413, message: 'This file is too large.' },
  quotaExceeded: {
    code: 'STORAGE_QUOTA_EXCEEDED',
    status: 409,
    message: 'Your storage is full. Delete files that you do not need.',
  },
  partInvalid: { code: 'STORAGE_PART_INVALID', status: 400, message: 'This part does not fit the upload.' },
  uploadIncomplete: { code: 'STORAGE_UPLOAD_INCOMPLETE', status: 409, message: 'Not all parts have arrived yet.' },
  hashMismatch: {
    code: 'STORAGE_HASH_MISMATCH',
    status: 409,
    message: 'The file arrived damaged. Please upload it again.',
  },
  imageUnreadable: { code: 'STORAGE_IMAGE_UNREADABLE', status: 422, message: 'This picture cannot be read.' },
  rangeInvalid: { code: 'STORAGE_RANGE_INVALID', status: 416, message: 'The file is shorter than that.' },
  bookNotFound: { code: 'STORAGE_BOOK_NOT_FOUND', status: 404, message: 'There is no such book.' },
});
