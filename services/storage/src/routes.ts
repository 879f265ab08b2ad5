import { storageApi } from '@authorworks/contracts';
import { defineRoutes } from '@authorworks/platform';
import type { StorageContext } from './context.ts';
import { deleteFile } from './file/delete-file.ts';
import { findFiles } from './file/find-files.ts';
import { getFileContent } from './file/get-file-content.ts';
import { linkFiles } from './file/link-files.ts';
import { listContents } from './file/list-contents.ts';
import { listFiles } from './file/list-files.ts';
import { publishFiles } from './file/publish-files.ts';
import { putFile } from './file/put-file.ts';
import { readFile } from './file/read-file.ts';
import { readFileContent } from './file/read-file-content.ts';
import { readUsage } from './file/read-usage.ts';
import { removeFiles } from './file/remove-files.ts';
import { cancelUpload } from './upload/cancel-upload.ts';
import { completeUpload } from './upload/complete-upload.ts';
import { createUpload } from './upload/create-upload.ts';
import { readUpload } from './upload/read-upload.ts';
import { writeUploadPart } from './upload/write-upload-part.ts';

export const routes = defineRoutes<StorageContext>()(storageApi, {
  createUpload,
  readUpload,
  writeUploadPart,
  completeUpload,
  cancelUpload,
  listFiles,
  readFile,
  deleteFile,
  readFileContent,
  linkFiles,
  readUsage,
  putFile,
  getFileContent,
  listContents,
  findFiles,
  publishFiles,
  removeFiles,
});
