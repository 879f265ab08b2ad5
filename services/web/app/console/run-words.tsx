import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { consoleText } from './console-text.ts';
import { type Mood, State } from './parts.tsx';
import type { RunSummaryView } from './use-console.ts';

const HOUR = 3_600;
const MINUTE = 60;

interface Report {
  readonly checked: number;
  readonly problems: number;
  readonly findings: readonly { readonly what: string; readonly problem: string }[];
}

/** What a check has found, if that is what the run has left (CheckReport). */
export const reportOf = (output: unknown): Report | undefined => {
  const report = (output ?? {}) as Partial<Report>;
  return typeof report.problems === 'number' && typeof report.checked === 'number' && Array.isArray(report.findings)
    ? (report as Report)
    : undefined;
};

const moods: Readonly<Record<RunSummaryView['status'], Mood>> = {
  queued: 'busy',
  running: 'busy',
  succeeded: 'good',
  failed: 'danger',
  cancelled: 'off',
};

/** How a run is, in a few words. */
export const RunState = ({ run }: { run: RunSummaryView }) => {
  const t = useText(consoleText).tasks;
  const format = useFormat();
  const report = run.status === 'succeeded' ? reportOf(run.output) : undefined;
  if (report) {
    return report.problems > 0 ? (
      <State mood="warning">{format.plural(report.problems, t.found)}</State>
    ) : (
      <State mood="good">{t.checked(format.number(report.checked))}</State>
    );
  }
  return <State mood={moods[run.status]}>{t.status[run.status]}</State>;
};

/** Name and purpose of a task in the language of the interface; what is not known there is in the house's words. */
export const useTaskWords = (): ((type: string) => { readonly name: string; readonly what: string | undefined }) => {
  const t = useText(consoleText).tasks;
  return (type) => ({
    name: type in t.names ? t.names[type as keyof typeof t.names] : type,
    what: type in t.what ? t.what[type as keyof typeof t.what] : undefined,
  });
};

/** A length of time in people's units. */
export const useLength = (): ((seconds: number) => string) => {
  const t = useText(consoleText);
  const format = useFormat();
  return (seconds) => {
    if (seconds >= HOUR) return format.plural(Math.round(seconds / HOUR), t.tasks.hours);
    return seconds >= MINUTE
      ? format.plural(Math.round(seconds / MINUTE), t.tasks.minutes)
      : format.plural(Math.round(seconds), t.queues.seconds);
  };
};
