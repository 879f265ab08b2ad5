import type { Revision } from '@authorworks/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Problem } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { pageText } from './page-text.ts';
import styles from './revisions.module.css';
import { bookText } from './text.ts';

type RevisionView = z.infer<typeof Revision>;

interface RevisionsProps {
  readonly sceneId: string;
  readonly language: string;
  readonly mayWrite: boolean;
}

const keyOf = (sceneId: string) => ['revisions', sceneId] as const;

const useRevisionActions = (sceneId: string) => {
  const { content } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const t = useText(pageText).revisions;
  const ui = useText(uiText);
  const onError = (error: unknown): void => toast({ kind: 'danger', message: problemMessage(error, ui) });
  const onSettled = async (): Promise<void> => await queries.invalidateQueries({ queryKey: keyOf(sceneId) });
  const keep = useMutation({
    mutationFn: async (name: string) => await content.createRevision({ params: { sceneId: sceneId }, body: { name } }),
    onError,
    onSettled,
  });
  const restore = useMutation({
    mutationFn: async ({ id }: RevisionView) => await content.restoreRevision({ params: { revisionId: id } }),
    onSuccess: (_text, revision) => toast({ message: t.restored(revision.name || t.reasons[revision.reason]) }),
    onError,
    onSettled,
  });
  return { keep, restore };
};

const KeepForm = ({ keep }: { keep: ReturnType<typeof useRevisionActions>['keep'] }) => {
  const t = useText(pageText).revisions;
  const [name, setName] = useState('');
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) keep.mutate(name.trim(), { onSuccess: () => setName('') });
      }}
    >
      <TextField
        label={t.keep}
        placeholder={t.namePlaceholder}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" busy={keep.isPending} disabled={name.trim() === ''}>
        {t.save}
      </Button>
    </form>
  );
};

const RevisionText = ({
  revision,
  language,
  onRestore,
}: {
  revision: RevisionView;
  language: string;
  onRestore?: () => void;
}) => {
  const t = useText(pageText).revisions;
  const { content } = useHouse();
  const { data, error, refetch } = useQuery({
    queryKey: ['revision', revision.id],
    queryFn: async () => await content.readRevision({ params: { revisionId: revision.id } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <Problem compact error={error} onRetry={() => void refetch()} />;
  return (
    <div className={styles.text}>
      {data ? (
        <div className={styles.page} lang={language} tabIndex={0} role="region" aria-label={revision.name}>
          {data.text}
        </div>
      ) : (
        <Skeleton height="8rem" />
      )}
      {onRestore && (
        <div>
          <Button size="small" onClick={onRestore}>
            {t.restore}
          </Button>
        </div>
      )}
    </div>
  );
};

/** Kept versions of a scene: to read, and to go back to. */
export const Revisions = ({ sceneId, language, mayWrite }: RevisionsProps) => {
  const t = useText(pageText).revisions;
  const words = useText(bookText);
  const { content } = useHouse();
  const { keep, restore } = useRevisionActions(sceneId);
  const [open, setOpen] = useState<string | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: keyOf(sceneId),
    queryFn: async () => (await content.listRevisions({ params: { sceneId: sceneId }, query: { limit: 100 } })).data,
    staleTime: 0,
  });
  return (
    <div className={styles.revisions}>
      {mayWrite && <KeepForm keep={keep} />}
      {error && <Problem compact error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height="4rem" />}
      {data?.length === 0 && <p className={styles.meta}>{t.none}</p>}
      <ul className={styles.list}>
        {data?.map((revision) => (
          <li key={revision.id} className={styles.item}>
            <button
              type="button"
              className={styles.entry}
              aria-expanded={open === revision.id}
              onClick={() => setOpen(open === revision.id ? null : revision.id)}
            >
              <span className={styles.name}>{revision.name || t.reasons[revision.reason]}</span>
              <span className={styles.meta}>
                <Ago time={revision.createdAt} /> · {words.words(revision.wordCount)}
                {revision.createdBy && ` · ${t.by(revision.createdBy.name)}`}
              </span>
            </button>
            {open === revision.id && (
              <RevisionText
                revision={revision}
                language={language}
                {...(mayWrite ? { onRestore: () => restore.mutate(revision) } : {})}
              />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
};
