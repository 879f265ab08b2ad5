import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { consoleText } from './console-text.ts';
import styles from './console.module.css';
import { Look, State } from './parts.tsx';
import { useLength } from './run-words.tsx';
import { type HouseView, useAct, useHouseState, useJobs } from './use-console.ts';

type Inspected = NonNullable<HouseView['services'][number]['inspection']>;
const LOOK_AGAIN_MS = 5_000;

const ParkedJobs = ({ service }: { service: string }) => {
  const t = useText(consoleText).queues;
  const format = useFormat();
  const jobs = useJobs();
  const query = useQuery({
    queryKey: ['console', 'parked', service],
    queryFn: async () => await jobs.listServiceJobs({ params: { service }, query: { status: 'failed', limit: 50 } }),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const retry = useAct<string>(
    async (client, jobId) => await client.retryServiceJob({ params: { service, jobId } }),
    () => t.retried,
  );
  return (
    <Look query={query}>
      {({ data }) => (
        <ul className={styles.inner}>
          {data.length === 0 && <li className={styles.muted}>{t.empty}</li>}
          {data.map((job) => (
            <li key={job.id} className={styles.line}>
              <span className={styles.name}>{job.type}</span>
              <span>{job.error?.message}</span>
              <Button size="small" onClick={() => retry.mutate(job.id)} disabled={retry.isPending}>
                {t.retry}
              </Button>
              <span className={classes(styles.muted, styles.wide)}>
                {job.error?.code} · {format.plural(job.attempts, t.tries)}
                {job.finishedAt && (
                  <>
                    {' '}
                    · <Ago time={job.finishedAt} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Look>
  );
};

const DeadLetters = ({ service }: { service: string }) => {
  const t = useText(consoleText).queues;
  const format = useFormat();
  const jobs = useJobs();
  const query = useQuery({
    queryKey: ['console', 'letters', service],
    queryFn: async () => await jobs.listServiceDeadLetters({ params: { service } }),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const replay = useAct<{ eventId: string; listener: string }>(
    async (client, letter) => await client.replayServiceDeadLetter({ params: { service, ...letter } }),
    () => t.replayed,
  );
  return (
    <Look query={query}>
      {(letters) => (
        <ul className={styles.inner}>
          {letters.length === 0 && <li className={styles.muted}>{t.empty}</li>}
          {letters.map(({ eventId, listener, type, error, attempts, parkedAt }) => (
            <li key={`${eventId} ${listener}`} className={styles.line}>
              <span className={styles.name}>{type}</span>
              <span>{error}</span>
              <Button size="small" onClick={() => replay.mutate({ eventId, listener })} disabled={replay.isPending}>
                {t.replay}
              </Button>
              <span className={classes(styles.muted, styles.wide)}>
                {listener} · {format.plural(attempts, t.tries)} · <Ago time={parkedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Look>
  );
};

const Counts = ({ queue }: { queue: Inspected['queues'][number] }) => {
  const t = useText(consoleText).queues;
  const format = useFormat();
  const length = useLength();
  const numbers = [
    [t.waiting, queue.queued],
    [t.running, queue.running],
    [t.parked, queue.failed],
    [t.done, queue.succeeded],
  ] as const;
  return (
    <li className={styles.counts}>
      <span className={styles.name}>{queue.type.slice(queue.type.indexOf('.') + 1)}</span>
      <dl>
        {numbers.map(([label, count]) => (
          <div
            key={label}
            className={classes(label === t.parked && count > 0 && styles.alarm, count === 0 && styles.nil)}
          >
            <dt>{label}</dt>
            <dd>{format.number(count)}</dd>
          </div>
        ))}
      </dl>
      {queue.oldestWaitingSeconds !== null && queue.oldestWaitingSeconds > 10 && (
        <span className={classes(styles.muted, styles.wide)}>{t.oldest(length(queue.oldestWaitingSeconds))}</span>
      )}
    </li>
  );
};

const ServiceQueues = ({ service }: { service: HouseView['services'][number] }) => {
  const t = useText(consoleText).queues;
  const format = useFormat();
  const [open, setOpen] = useState<'jobs' | 'letters' | null>(null);
  const { inspection, name, title } = service;
  const parked = inspection?.queues.reduce((sum, { failed }) => sum + failed, 0) ?? 0;
  const toggle = (what: 'jobs' | 'letters') => () => setOpen((before) => (before === what ? null : what));
  return (
    <section className={styles.queue}>
      <h2 className={styles.subheading}>{title}</h2>
      {!inspection && <State mood="danger">{t.silent}</State>}
      {inspection?.queues.length === 0 && <p className={styles.muted}>{t.none}</p>}
      <ul>
        {inspection?.queues.map((queue) => (
          <Counts key={queue.type} queue={queue} />
        ))}
      </ul>
      {inspection && inspection.unpublishedEvents > 0 && (
        <State mood="busy">{format.plural(inspection.unpublishedEvents, t.unpublished)}</State>
      )}
      {(parked > 0 || open === 'jobs') && (
        <Button size="small" look="quiet" aria-expanded={open === 'jobs'} onClick={toggle('jobs')}>
          {open === 'jobs' ? t.hide : t.show}
        </Button>
      )}
      {open === 'jobs' && <ParkedJobs service={name} />}
      {inspection && (inspection.deadLetters > 0 || open === 'letters') && (
        <p className={styles.last}>
          <State mood={inspection.deadLetters > 0 ? 'danger' : 'good'}>
            {format.plural(inspection.deadLetters, t.deadLetters)}
          </State>
          <Button size="small" look="quiet" aria-expanded={open === 'letters'} onClick={toggle('letters')}>
            {open === 'letters' ? t.hide : t.showLetters}
          </Button>
        </p>
      )}
      {open === 'letters' && <DeadLetters service={name} />}
    </section>
  );
};

/** Services that keep nothing have no queue either. */
const KEEPS_NOTHING = new Set(['gateway', 'web']);

/** What each service has to do. */
export const QueuesSection = () => {
  const t = useText(consoleText).queues;
  const query = useHouseState();
  return (
    <>
      <p className={styles.lead}>{t.lead}</p>
      <Look query={query}>
        {({ services }) => (
          <div className={styles.queues}>
            {services
              .filter(({ name }) => !KEEPS_NOTHING.has(name))
              .map((service) => (
                <ServiceQueues key={service.name} service={service} />
              ))}
          </div>
        )}
      </Look>
    </>
  );
};
