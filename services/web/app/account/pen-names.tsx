import type { PenName } from '@authorworks/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { fieldProblem, isCode, problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Problem } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { accountText } from './account-text.ts';
import styles from './account.module.css';
import { Section } from './section.tsx';

type PenNameView = z.infer<typeof PenName>;
const KEY = ['pen-names'];

const useWritePenName = (known: PenNameView | undefined, onDone: () => void) => {
  const { user } = useHouse();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: { name: string; bio: string }) =>
      known ? await user.updatePenName({ params: { penNameId: known.id }, body }) : await user.createPenName({ body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: KEY });
      onDone();
    },
  });
};

const PenNameForm = ({ known, onDone }: { known?: PenNameView; onDone: () => void }) => {
  const words = useText(accountText);
  const t = words.penNames;
  const ui = useText(uiText);
  const write = useWritePenName(known, onDone);
  const { field, form } = useForm({
    initial: { name: known?.name ?? '', bio: known?.bio ?? '' },
    check: ({ name }) => ({ name: name.trim() === '' ? t.nameMissing : undefined }),
    onSubmit: ({ name, bio }) => write.mutate({ name: name.trim(), bio }),
  });
  const name = field('name');
  const taken = isCode(write.error, 'USER_PEN_NAME_TAKEN')
    ? problemMessage(write.error, ui)
    : fieldProblem(write.error, 'name');
  const other = write.error && !taken ? problemMessage(write.error, ui) : undefined;
  return (
    <form {...form} className={styles.form}>
      <TextField
        label={t.name}
        maxLength={100}
        autoComplete="off"
        autoFocus
        {...name}
        problem={name.problem ?? taken ?? other}
      />
      <TextArea label={t.bio} maxLength={5000} rows={3} {...field('bio')} />
      <div className={styles.row}>
        <Button type="submit" look="primary" busy={write.isPending}>
          {words.save}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {ui.cancel}
        </Button>
      </div>
    </form>
  );
};

const useRemovePenName = () => {
  const { user } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const t = useText(accountText).penNames;
  const ui = useText(uiText);
  const onError = (error: unknown): void => toast({ kind: 'danger', message: problemMessage(error, ui) });
  const onSettled = async (): Promise<void> => await queries.invalidateQueries({ queryKey: KEY });
  const restore = useMutation({
    mutationFn: async ({ name, bio }: PenNameView) => await user.createPenName({ body: { name, bio } }),
    onError,
    onSettled,
  });
  return useMutation({
    mutationFn: async ({ id }: PenNameView) => await user.deletePenName({ params: { penNameId: id } }),
    onSuccess: (_nothing, penName) => toast({ message: t.removed(penName.name), undo: () => restore.mutate(penName) }),
    onError,
    onSettled,
  });
};

/** Names that one publishes under. */
export const PenNames = () => {
  const words = useText(accountText);
  const t = words.penNames;
  const { user } = useHouse();
  const remove = useRemovePenName();
  const [editing, setEditing] = useState<string | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await user.listPenNames({ query: { limit: 100 } })).data,
  });
  const close = (): void => setEditing(null);
  return (
    <Section title={words.sections['pen-names']} lead={t.lead}>
      {error && !data && <Problem compact error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height="4rem" />}
      {data?.length === 0 && <p className={styles.muted}>{t.none}</p>}
      {data && data.length > 0 && (
        <ul className={styles.list}>
          {data.map((penName) => (
            <li key={penName.id} className={styles.item}>
              {editing === penName.id ? (
                <PenNameForm known={penName} onDone={close} />
              ) : (
                <>
                  <div>
                    <p className={styles.name}>{penName.name}</p>
                    {penName.bio && <p className={styles.muted}>{penName.bio}</p>}
                  </div>
                  <div className={styles.row}>
                    <IconButton label={t.edit(penName.name)} size="small" onClick={() => setEditing(penName.id)}>
                      <Pencil />
                    </IconButton>
                    <IconButton label={t.remove(penName.name)} size="small" onClick={() => remove.mutate(penName)}>
                      <Trash2 />
                    </IconButton>
                  </div>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {editing === 'new' ? (
        <PenNameForm onDone={close} />
      ) : (
        <div className={styles.row}>
          <Button onClick={() => setEditing('new')}>{t.add}</Button>
        </div>
      )}
    </Section>
  );
};
