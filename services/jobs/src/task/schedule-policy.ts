import { Cron } from 'croner';

export interface Look {
  /** The occurrence that is to be run now. Of several that were missed it is the last: they are made up for once. */
  readonly due: Date | undefined;
  /** Up to where the schedule has been looked at after this. */
  readonly seenUntil: Date;
}

/** @throws Error in words when it is not a schedule, or the time zone is none. */
export const readSchedule = (schedule: string, timeZone: string): Cron =>
  new Cron(schedule, { timezone: timeZone, mode: '5-part', paused: true });

/** The next time that a task runs by itself, after `from`. */
export const nextOccurrence = (schedule: string, timeZone: string, from: Date): Date | undefined =>
  readSchedule(schedule, timeZone).nextRun(from) ?? undefined;

/**
 * What is due of a schedule that was looked at until `seenUntil`. A clock that was set back finds nothing due, until it
 * comes again to where it was. If it was so far ahead that whole occurrences would be left out, they are not: `seenUntil`
 * is taken back, and what had run under a wrong time does not run twice, because each occurrence has its own name.
 */
export const lookAtSchedule = (cron: Cron, seenUntil: Date, now: Date): Look => {
  if (seenUntil > now) {
    const next = cron.nextRun(now);
    return { due: undefined, seenUntil: next && seenUntil > next ? now : seenUntil };
  }
  const [last] = cron.previousRuns(1, new Date(now.getTime() + 1));
  return last && last > seenUntil ? { due: last, seenUntil: last } : { due: undefined, seenUntil };
};
