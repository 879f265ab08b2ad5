import { Loop } from '@authorworks/platform';
import type { EditorContext } from './context.ts';
import { PRESENCE_EVERY_MS } from './document/presence.ts';
import { thinHistory } from './document/thin-history.ts';

/** Comparing with PostgreSQL: a safety net while Redis is there, the only way while it is not. */
const COMPARE_MS = 2_000;
const COMPARE_WITHOUT_REDIS_MS = 500;
const ANNOUNCE_MS = 500;
/** Changes should have been announced by their own replica long before. */
const OVERDUE_MS = 10_000;
const SWEEP_MS = 5_000;
/** Below the promised minute. */
const RECHECK_MS = 45_000;
const THIN_MS = 6 * 60 * 60_000;

/** What happens without anybody's message. */
export const startLoops = (context: EditorContext): void => {
  const { shelf, documents, relay, log, onClose, postgres, threads, config, duty } = context;
  let comparedAt = 0;
  const compare = async (): Promise<void> => {
    const now = context.clock.monotonicMs();
    if (relay.isUp() && now - comparedAt < COMPARE_MS) return;
    comparedAt = now;
    await shelf.compare();
  };
  const comparing = new Loop('compare documents', COMPARE_WITHOUT_REDIS_MS, log, compare);
  const loops = [
    comparing,
    new Loop('announce changes', ANNOUNCE_MS, log, async () => await shelf.announceDue()),
    new Loop('recheck access', RECHECK_MS, log, async () => await documents.recheckAll()),
  ];
  // not about the documents that are open here: one house does it for both
  const chores = [
    new Loop('announce overdue changes', SWEEP_MS, log, async () => await shelf.announceOverdue(OVERDUE_MS)),
    new Loop('thin history', THIN_MS, log, async () => await thinHistory(postgres, threads, config.historyDays)),
  ];
  relay.start({
    committed: (sceneId, span) => documents.committedElsewhere(sceneId, span),
    moved: (sceneId, update, replica) => documents.movedElsewhere(sceneId, update, replica),
    arrived: (sceneId) => documents.introduce(sceneId),
    accessChanged: (change) => void documents.accessChanged(change),
    removed: (sceneIds) => documents.removed(sceneIds),
    restored: () => {
      comparedAt = 0;
      comparing.wake();
      void documents.recheckAll();
    },
  });
  for (const loop of loops) loop.start();
  for (const chore of chores) duty.whileWorking({ start: () => chore.start(), stop: async () => await chore.close() });
  const presence = setInterval(() => documents.flushPresence(), PRESENCE_EVERY_MS);
  const sweep = setInterval(() => documents.sweepPresence(), SWEEP_MS);
  onClose('loops', async () => {
    clearInterval(presence);
    clearInterval(sweep);
    await Promise.all([...loops, ...chores].map(async (loop) => await loop.close()));
  });
};
