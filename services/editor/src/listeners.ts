import { contentEvents } from '@authorworks/contracts';
import type { EditorContext } from './context.ts';
import { deleteDocuments, sceneIdsOfBook } from './document/document-store.ts';

/** What the editor does when content tells of something. One replica hears each event, and tells the others. */
export const startListeners = (context: EditorContext): void => {
  const { bus, documents, relay, postgres } = context;
  bus.listen(contentEvents.accessChanged, 'change-access', async (change) => {
    relay.tellAccessChanged(change);
    await documents.accessChanged(change);
  });
  bus.listen(contentEvents.scenesDeleted, 'delete-scenes', async ({ sceneIds }) => {
    await deleteDocuments(postgres.sql, sceneIds);
    relay.tellRemoved(sceneIds);
    documents.removed(sceneIds);
  });
  bus.listen(contentEvents.bookDeleted, 'delete-book', async ({ bookId, sceneIds }) => {
    const all = [...new Set([...sceneIds, ...(await sceneIdsOfBook(postgres.sql, bookId))])];
    await deleteDocuments(postgres.sql, all);
    relay.tellRemoved(all);
    documents.removed(all);
  });
  bus.start();
};
