import { contentEvents, Email } from '@authorworks/contracts';
import type { UserContext } from './context.ts';
import { invitation } from './mail/letters.ts';

/** What this service hears from others. */
export const listen = (context: UserContext): void => {
  const { bus, clock, letters } = context;
  bus.listen(contentEvents.collaboratorInvited, 'mail-invitation', async (data, { meta, log }) => {
    const to = Email.safeParse(data.email);
    if (!to.success) {
      log.warn('an invitation without an address that mail can be sent to');
      return;
    }
    const { bookTitle, invitedByName, role, hasAccount } = data;
    await context.transaction(async (db, sql) => {
      // the event may come twice: the mail is written together with the note that it was
      const noted = await db.invitationMail.createMany({
        data: [{ eventId: meta.id, createdAt: clock.now() }],
        skipDuplicates: true,
      });
      if (noted.count === 0) return;
      await letters.enqueue(sql, invitation(context, to.data, { bookTitle, invitedByName, role, hasAccount }));
    });
  });
  bus.start();
};
