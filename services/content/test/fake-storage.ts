import { createHash } from 'node:crypto';
import { storageApi, storageErrors, type StoredFile } from '@authorworks/contracts';
import { type Context, defineRoutes, defineService, fail, newId } from '@authorworks/platform';

export interface Kept {
  file: StoredFile & { ownerId: never };
  bytes: Buffer;
}
const { putFile, getFileContent, findFiles, publishFiles, removeFiles } = storageApi;

/** Stands for storage until it is there: files in memory. */
export type KeptFiles = Map<string, Kept>;
export const fakeStorage = (files: KeptFiles) => {
  const byKey = new Map<string, string>();
  return defineService({
    name: 'storage',
    version: '0',
    config: {},
    context: (base) => Promise.resolve(base as Context),
    routes: [
      defineRoutes<Context>()(
        { putFile, getFileContent, findFiles, publishFiles, removeFiles },
        {
          putFile: async (_c, { query, body }) => {
            const known = query.key && files.get(byKey.get(query.key) ?? '');
            const chunks: Buffer[] = [];
            for await (const chunk of body) chunks.push(chunk as Buffer);
            if (known) return known.file;
            const bytes = Buffer.concat(chunks);
            const id = newId();
            const file = {
              id,
              name: query.name,
              purpose: query.purpose,
              contentType: query.contentType ?? 'application/octet-stream',
              sizeBytes: bytes.length,
              sha256: createHash('sha256').update(bytes).digest('hex'),
              visibility: 'private',
              bookId: query.bookId ?? null,
              width: null,
              height: null,
              url: `/api/storage/v1/files/${id}/content?expires=1&signature=x`,
              createdAt: new Date().toISOString(),
              ownerId: query.ownerId,
            } as unknown as Kept['file'];
            files.set(id, { file, bytes });
            if (query.key) byKey.set(query.key, id);
            return file;
          },
          getFileContent: (_c, { params }) => {
            const kept = files.get(params.fileId);
            if (!kept) throw fail(storageErrors.fileNotFound);
            return { headers: { 'content-type': kept.file.contentType }, body: kept.bytes };
          },
          findFiles: (_c, { body }) => body.fileIds.flatMap((id) => files.get(id)?.file ?? []),
          publishFiles: (_c, { body }) => {
            for (const id of body.fileIds) {
              const kept = files.get(id);
              if (kept) Object.assign(kept.file, { visibility: 'public' });
            }
          },
          removeFiles: (_c, { body }) => {
            for (const id of body.fileIds) files.delete(id);
          },
        },
      ),
    ],
  });
};
