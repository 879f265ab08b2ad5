import { ListChecks } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Button } from '../ui/button.tsx';
import { Choice, Switch } from '../ui/choice.tsx';
import { Progress } from '../ui/progress.tsx';
import { Empty } from '../ui/state.tsx';
import { consoleText } from './console-text.ts';
import styles from './console.module.css';
import { Look } from './parts.tsx';
import { RunState, useLength, useTaskWords } from './run-words.tsx';
import { isOpen, type RunSummaryView, type TaskView, useAct, useRuns, useTasks } from './use-console.ts';

const MIB = 1024 * 1024;

const TaskCard = ({ task }: { task: TaskView }) => {
  const t = useText(consoleText).tasks;
  const format = useFormat();
  const length = useLength();
  const { name, what } = useTaskWords()(task.type);
  const start = useAct<undefined>(
    async (jobs) => await jobs.createRun({ body: { task: task.type } }, { idempotencyKey: crypto.randomUUID() }),
    () => t.started(name),
  );
  const schedule = useAct<boolean>(
    async (jobs, enabled) => await jobs.updateTask({ params: { task: task.type }, body: { enabled } }),
    (enabled) => (enabled ? `${name}: ${t.byClock}` : `${name}: ${t.off}`),
  );
  return (
    <li className={styles.card}>
      <h2 className={styles.name}>{name}</h2>
      <p className={styles.words}>{what ?? task.summary}</p>
      <p className={styles.muted}>
        {t.places[task.place]}, {t.limits(format.bytes(task.memoryLimitMiB * MIB), length(task.timeoutSeconds))}
      </p>
      <p className={styles.muted}>
        <code>{task.schedule}</code> {task.timeZone}
        {task.nextRunAt ? (
          <>
            {' '}
            · {t.next} <Ago time={task.nextRunAt} />
          </>
        ) : (
          ` · ${t.off}`
        )}
      </p>
      <p className={styles.last}>
        {task.lastRun ? (
          <>
            <RunState run={task.lastRun} />{' '}
            <Link to={`/console/runs/${task.lastRun.id}`} className={styles.muted}>
              {t.last} <Ago time={task.lastRun.createdAt} />
            </Link>
          </>
        ) : (
          <span className={styles.muted}>{t.never}</span>
        )}
      </p>
      <div className={styles.actions}>
        <Switch label={t.byClock} checked={task.enabled} onChange={(enabled) => schedule.mutate(enabled)} />
        <Button
          size="small"
          busy={start.isPending}
          onClick={() => start.mutate(undefined)}
          aria-label={`${t.runNow}: ${name}`}
        >
          {t.runNow}
        </Button>
      </div>
    </li>
  );
};

const RunLine = ({ run }: { run: RunSummaryView }) => {
  const t = useText(consoleText).tasks;
  const { name } = useTaskWords()(run.task);
  return (
    <li className={styles.line}>
      <Link to={`/console/runs/${run.id}`} className={styles.name}>
        {name}
      </Link>
      <RunState run={run} />
      <span className={styles.muted}>
        {t.causes[run.cause]} · <Ago time={run.createdAt} />
        {run.note && isOpen(run) && ` · ${run.note}`}
      </span>
      {run.status === 'running' && (
        <div className={styles.wide}>
          <Progress thin label={`${t.progress}: ${name}`} value={run.progress > 0 ? run.progress : null} />
        </div>
      )}
    </li>
  );
};

const Runs = () => {
  const t = useText(consoleText).tasks;
  const [shown, setShown] = useState<'all' | 'failed'>('all');
  const query = useRuns(shown === 'failed' ? 'failed' : undefined);
  const options = [
    { value: 'all', label: t.all },
    { value: 'failed', label: t.parked },
  ];
  return (
    <section>
      <div className={styles.top}>
        <h2 className={styles.heading}>{t.runs}</h2>
        <Choice
          label={t.filter}
          value={shown}
          options={options}
          onChange={(value) => setShown(value as 'all' | 'failed')}
        />
      </div>
      <Look query={query}>
        {({ pages }) => {
          const runs = pages.flatMap(({ data }) => data);
          return runs.length === 0 ? (
            <Empty compact picture={<ListChecks />} title={t.noRuns} as="h3">
              {t.noRunsLead}
            </Empty>
          ) : (
            <ul>
              {runs.map((run) => (
                <RunLine key={run.id} run={run} />
              ))}
            </ul>
          );
        }}
      </Look>
      {query.hasNextPage && (
        <Button look="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t.more}
        </Button>
      )}
    </section>
  );
};

/** What the house does by itself, and what it did. */
export const TasksSection = () => {
  const t = useText(consoleText).tasks;
  const query = useTasks();
  return (
    <div className={styles.sections}>
      <section>
        <p className={styles.lead}>{t.lead}</p>
        <Look query={query}>
          {(tasks) => (
            <ul className={styles.cards}>
              {tasks.map((task) => (
                <TaskCard key={task.type} task={task} />
              ))}
            </ul>
          )}
        </Look>
      </section>
      <Runs />
    </div>
  );
};
