import { editorEvents, storageEvents, userEvents } from '@authorworks/contracts';
import { forgetCover } from './book/book-store.ts';
import { attachAccount } from './collaborator/attach-account.ts';
import type { ContentContext } from './context.ts';
import { followScene } from './scene/live-texts.ts';

/** What this service does when something happens elsewhere. Each may hear an event twice, or late. */
export const startListeners = (context: ContentContext): void => {
  const { bus, db, accountNames } = context;
  bus.listen(editorEvents.sceneChanged, 'follow-scene', async (scene) => await followScene(context, scene));
  bus.listen(userEvents.accountCreated, 'attach-created-account', async (account) => {
    // anybody can sign up with somebody else's address: an invitation waits until it is confirmed
    if (account.emailVerified) await attachAccount(context, account);
  });
  bus.listen(userEvents.accountUpdated, 'attach-updated-account', async (account) => {
    accountNames.forget(account.accountId);
    if (account.emailVerified) await attachAccount(context, account);
  });
  bus.listen(storageEvents.fileDeleted, 'forget-cover', async ({ fileId }) => await forgetCover(db, fileId));
  bus.start();
};
