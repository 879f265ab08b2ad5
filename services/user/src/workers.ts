import { Loop } from '@authorworks/platform';
import type { UserContext } from './context.ts';
import { workOnMailJobs } from './mail/mail-jobs.ts';

const SWEEP_EVERY_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** Signed-out sessions tell for so long from which networks an account is used. */
const SESSIONS_KEPT_MS = 30 * DAY_MS;
/** Longer than an event can come again. */
const INVITATIONS_KEPT_MS = 30 * DAY_MS;

/** Removes what has had its time. */
const sweep = async ({ db, clock }: UserContext): Promise<void> => {
  const now = clock.now();
  const before = (ms: number) => ({ lt: new Date(now.getTime() - ms) });
  await db.mailToken.deleteMany({ where: { expiresAt: before(0) } });
  await db.spentState.deleteMany({ where: { expiresAt: before(0) } });
  await db.session.deleteMany({ where: { expiresAt: before(SESSIONS_KEPT_MS) } });
  await db.invitationMail.deleteMany({ where: { createdAt: before(INVITATIONS_KEPT_MS) } });
};

export const startWorkers = (context: UserContext): void => {
  workOnMailJobs(context);
  context.queue.start();
  context.revocations.start();
  const sweeper = new Loop('sweep', SWEEP_EVERY_MS, context.log, async () => await sweep(context));
  context.duty.whileWorking({ start: () => sweeper.start(), stop: async () => await sweeper.close() });
  context.onClose('sweep', async () => await sweeper.close());
};
