import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Progress } from '../ui/progress.tsx';
import { Notice } from '../ui/state.tsx';
import { consoleText } from './console-text.ts';
import styles from './console.module.css';
import { Look } from './parts.tsx';
import { reportOf, RunState, useTaskWords } from './run-words.tsx';
import { isOpen, type RunView, useAct, useLog, useRun } from './use-console.ts';

const Actions = ({ run }: { run: RunView }) => {
  const t = useText(consoleText).tasks;
  const params = { runId: run.id };
  const cancel = useAct<undefined>(
    async (jobs) => await jobs.cancelRun({ params }),
    () => (isOpen(run) ? t.stopped : t.gaveUp),
  );
  const retry = useAct<undefined>(
    async (jobs) => await jobs.retryRun({ params }),
    () => t.again,
  );
  return (
    <div className={styles.actions}>
      {(isOpen(run) || run.status === 'failed') && (
        <Button size="small" busy={cancel.isPending} onClick={() => cancel.mutate(undefined)}>
          {isOpen(run) ? t.stop : t.giveUp}
        </Button>
      )}
      {(run.status === 'failed' || run.status === 'cancelled') && (
        <Button size="small" look="primary" busy={retry.isPending} onClick={() => retry.mutate(undefined)}>
          {t.retry}
        </Button>
      )}
    </div>
  );
};

const Findings = ({ run }: { run: RunView }) => {
  const t = useText(consoleText).tasks;
  const report = reportOf(run.output);
  if (!report || report.problems === 0) return null;
  return (
    <section>
      <h3 className={styles.subheading}>{t.findings}</h3>
      <ul>
        {report.findings.map(({ what, problem }) => (
          <li key={`${what} ${problem}`} className={styles.finding}>
            <span className={styles.name}>{what}</span> {problem}
          </li>
        ))}
      </ul>
      {report.problems > report.findings.length && <p className={styles.muted}>{t.onlyFirst}</p>}
    </section>
  );
};

const AttemptLog = ({ runId, attempt }: { runId: string; attempt: RunView['history'][number] }) => {
  const t = useText(consoleText).tasks;
  const query = useLog(runId, attempt.number);
  return (
    <>
      <p className={styles.muted}>
        {t.attemptStatus[attempt.status]} · <Ago time={attempt.startedAt} />
        {attempt.node && ` · ${attempt.node}`}
        {attempt.note && ` · ${attempt.note}`}
      </p>
      <Look query={query}>
        {({ text, truncated }) => (
          <>
            {truncated && <p className={styles.muted}>{t.logCut}</p>}
            {/* a region that can be scrolled by the keyboard */}
            <pre className={styles.log} tabIndex={0} aria-label={t.log}>
              {text === '' ? t.noLog : text}
            </pre>
          </>
        )}
      </Look>
    </>
  );
};

const Attempts = ({ run }: { run: RunView }) => {
  const t = useText(consoleText).tasks;
  const format = useFormat();
  const [chosen, setChosen] = useState<number | null>(null);
  const last = run.history.at(-1);
  const attempt = run.history.find(({ number }) => number === chosen) ?? last;
  if (!attempt) return null;
  return (
    <section>
      <div className={styles.top}>
        <h3 className={styles.subheading}>{t.log}</h3>
        {run.history.length > 1 && (
          <Choice
            label={t.attempts}
            value={String(attempt.number)}
            options={run.history.slice(-6).map(({ number }) => ({
              value: String(number),
              label: format.number(number),
            }))}
            onChange={(value) => setChosen(Number(value))}
          />
        )}
      </div>
      <AttemptLog key={attempt.number} runId={run.id} attempt={attempt} />
    </section>
  );
};

/** One run: how it goes, what it found, what it printed. */
export const RunSection = () => {
  const t = useText(consoleText).tasks;
  const format = useFormat();
  const words = useTaskWords();
  const { runId = '' } = useParams();
  const query = useRun(runId);
  return (
    <>
      <p>
        <Link to="/console/tasks" className={styles.back}>
          <ArrowLeft aria-hidden /> {t.back}
        </Link>
      </p>
      <Look query={query}>
        {(run) => (
          <div className={styles.sections}>
            <section>
              <div className={styles.top}>
                <h2 className={styles.heading}>{words(run.task).name}</h2>
                <Actions run={run} />
              </div>
              <p className={styles.last}>
                <RunState run={run} />{' '}
                <span className={styles.muted}>
                  {t.causes[run.cause]} · <Ago time={run.createdAt} />
                  {isOpen(run) && ` · ${t.triedOf(format.number(run.attempts + 1), format.number(run.maxAttempts))}`}
                  {run.note && isOpen(run) && ` · ${run.note}`}
                </span>
              </p>
              {isOpen(run) && <Progress thin label={t.progress} value={run.progress > 0 ? run.progress : null} />}
              {run.error && (
                <Notice kind={run.status === 'failed' ? 'danger' : 'warning'}>
                  {run.error.message} <span className={styles.muted}>{run.error.code}</span>
                </Notice>
              )}
            </section>
            <Findings run={run} />
            <Attempts run={run} />
          </div>
        )}
      </Look>
    </>
  );
};
