import type { Import, ImportNote, ImportReport } from '@authorworks/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useEffect } from 'react';
import { useParams } from 'react-router';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { bookKeys } from '../book/book-queries.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Page } from '../shell/page.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { Progress, Skeleton } from '../ui/progress.tsx';
import { Notice, Problem } from '../ui/state.tsx';
import styles from './import-page.module.css';
import { importText } from './import-text.ts';
import type { ImportWords } from './text-import/en.ts';

type ImportView = z.infer<typeof Import>;
type Report = z.infer<typeof ImportReport>;
type Note = z.infer<typeof ImportNote>;

const ASK_EVERY_MS = 600;
const isOver = (status: ImportView['status'] | undefined): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'cancelled';

const useImportState = (importId: string) => {
  const { content } = useHouse();
  return useQuery({
    queryKey: ['import', importId],
    queryFn: async () => await content.readImport({ params: { importId: importId } }),
    refetchInterval: ({ state }) => (isOver(state.data?.status) ? false : ASK_EVERY_MS),
  });
};

/** The same thing at several places is one line with its places. */
export const gatherNotes = (notes: readonly Note[]): { note: Note; count: number; places: string[] }[] =>
  [...Map.groupBy(notes, ({ code }) => code).values()].flatMap((same) => {
    const [note] = same;
    return note
      ? [
          {
            note,
            count: same.reduce((sum, { count }) => sum + count, 0),
            places: same.map(({ where }) => where).filter(Boolean),
          },
        ]
      : [];
  });

const NoteLine = ({ note, count, places }: ReturnType<typeof gatherNotes>[number]) => {
  const t = useText(importText);
  const words = (
    <>
      <span className={styles.message}>{note.message}</span>
      {count > 1 && <span className={styles.count}>{t.times(count)}</span>}
    </>
  );
  if (places.length === 0) {
    return (
      <li className={styles.note}>
        <div className={styles.single}>{words}</div>
      </li>
    );
  }
  return (
    <li className={styles.note}>
      <details>
        <summary>
          {words}
          <span className={styles.count}>{t.places(places.length)}</span>
        </summary>
        <ul className={styles.places}>
          {places.map((place) => (
            <li key={place}>{place}</li>
          ))}
        </ul>
      </details>
    </li>
  );
};

const Notes = ({ notes }: { notes: readonly Note[] }) => {
  const t = useText(importText);
  if (notes.length === 0) {
    return (
      <p className={styles.group}>
        <Notice kind="good">{t.clean}</Notice>
      </p>
    );
  }
  const groups = [
    { severity: 'lost', title: t.lost, lead: t.lostLead },
    { severity: 'changed', title: t.changed, lead: t.changedLead },
    { severity: 'info', title: t.info, lead: t.infoLead },
  ] as const;
  return groups.map(({ severity, title, lead }) => {
    const gathered = gatherNotes(notes.filter((note) => note.severity === severity));
    return gathered.length === 0 ? null : (
      <section key={severity} className={styles.group}>
        <h2>{title}</h2>
        <p>{lead}</p>
        <ul>
          {gathered.map((entry) => (
            <NoteLine key={entry.note.code} {...entry} />
          ))}
        </ul>
      </section>
    );
  });
};

const Counts = ({ report }: { report: Report }) => {
  const t = useText(importText);
  const format = useFormat();
  const names = ['words', 'parts', 'chapters', 'scenes', 'footnotes', 'images'] as const;
  return (
    <dl className={styles.counts} aria-label={t.found}>
      {names
        .filter((name) => report[name] > 0)
        .map((name) => (
          <div key={name}>
            <dt>{t.counts[name](report[name])}</dt>
            <dd>{format.number(report[name])}</dd>
          </div>
        ))}
    </dl>
  );
};

const Done = ({ state, report }: { state: ImportView; report: Report }) => {
  const t = useText(importText);
  return (
    <>
      <p className={styles.line}>{t.from(state.fileName, t.formats[report.sourceFormat])}</p>
      <Counts report={report} />
      <Notes notes={report.notes} />
    </>
  );
};

const Going = ({ state }: { state: ImportView }) => {
  const t = useText(importText);
  const { content } = useHouse();
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: async () => await content.cancelImport({ params: { importId: state.id } }),
    onSettled: async () => await queries.invalidateQueries({ queryKey: ['import', state.id] }),
  });
  const phase = state.status === 'queued' ? t.queued : state.progress < 85 ? t.running : t.finishing;
  return (
    <div className={styles.going}>
      <p role="status">{phase}</p>
      <Progress label={phase} value={state.status === 'queued' ? null : state.progress} />
      <p className={styles.line}>{t.keepGoing}</p>
      <div className={styles.actions}>
        <Button busy={stop.isPending} onClick={() => stop.mutate()}>
          {t.stop}
        </Button>
      </div>
    </div>
  );
};

const titleOf = (state: ImportView | undefined, t: ImportWords): string => {
  if (state?.status === 'succeeded') return state.report?.title || t.doneTitle;
  if (state?.status === 'failed') return t.failedTitle;
  return state?.status === 'cancelled' ? t.cancelledTitle : t.title;
};

/** How an import goes, and then what became of the file. */
export const ImportPage = () => {
  const t = useText(importText);
  const { importId = '' } = useParams();
  const { data: state, error, refetch } = useImportState(importId);
  const queries = useQueryClient();
  const done = state?.status === 'succeeded';
  useEffect(() => {
    if (done) void queries.invalidateQueries({ queryKey: bookKeys.books });
  }, [done, queries]);
  return (
    <Page title={titleOf(state, t)} narrow>
      {error && !state && <Problem error={error} onRetry={() => void refetch()} />}
      {!state && !error && <Skeleton height="6rem" />}
      {state && !isOver(state.status) && <Going state={state} />}
      {done && state.report && <Done state={state} report={state.report} />}
      {(state?.status === 'failed' || state?.status === 'cancelled') && (
        <div className={styles.going}>
          {state.error && (
            <Notice kind="danger" live>
              {state.error.message}
            </Notice>
          )}
          <p className={styles.line}>{t.nothingKept}</p>
        </div>
      )}
      {state && isOver(state.status) && (
        <div className={styles.actions}>
          {done && state.bookId && (
            <>
              <LinkButton look="primary" to={`/shelf/${state.bookId}`}>
                <CircleCheck aria-hidden />
                {t.openBook}
              </LinkButton>
              <LinkButton to={`/write/${state.bookId}`}>{t.write}</LinkButton>
            </>
          )}
          <LinkButton look="quiet" to="/shelf">
            {t.toShelf}
          </LinkButton>
        </div>
      )}
    </Page>
  );
};
