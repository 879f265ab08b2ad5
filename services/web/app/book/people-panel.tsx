import type { Book, BookRole, Collaborator } from '@authorworks/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { fieldProblem, isCode, problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { useAccount } from '../shell/account.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Problem } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { bookKeys } from './book-queries.ts';
import { pageText } from './page-text.ts';
import styles from './panel.module.css';
import { Panel } from './panel.tsx';

type Person = z.infer<typeof Collaborator>;
type GivenRole = Exclude<BookRole, 'owner'>;
const givenRoles = ['co-author', 'editor', 'beta-reader'] as const satisfies readonly GivenRole[];

export const usePeople = (bookId: string) => {
  const { content } = useHouse();
  return useQuery({
    queryKey: bookKeys.people(bookId),
    queryFn: async () => (await content.listCollaborators({ params: { bookId: bookId }, query: { limit: 100 } })).data,
  });
};

const usePeopleActions = (book: Book) => {
  const { content } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const ui = useText(uiText);
  const onError = (error: unknown): void => toast({ kind: 'danger', message: problemMessage(error, ui) });
  const onSettled = async (): Promise<void> => await queries.invalidateQueries({ queryKey: bookKeys.people(book.id) });
  const change = useMutation({
    mutationFn: async ({ id, role }: { id: Person['id']; role: GivenRole }) =>
      await content.updateCollaborator({ params: { bookId: book.id, collaboratorId: id }, body: { role } }),
    onError,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: async ({ id }: Person) =>
      await content.removeCollaborator({ params: { bookId: book.id, collaboratorId: id } }),
    onError,
    onSettled,
  });
  return { change, remove };
};

const PersonRow = ({ person, book, mayAdminister }: { person: Person; book: Book; mayAdminister: boolean }) => {
  const t = useText(pageText).people;
  const account = useAccount();
  const toast = useToast();
  const navigate = useNavigate();
  const { change, remove } = usePeopleActions(book);
  const isSelf = person.accountId !== null && person.accountId === account?.id;
  const name = person.name || person.email;
  const mayChange = mayAdminister && person.role !== 'owner';
  const takeOut = (): void =>
    remove.mutate(person, {
      onSuccess: () => {
        toast({ message: isSelf ? t.left : t.removed(name) });
        if (isSelf) void navigate('/shelf');
      },
    });
  return (
    <li className={styles.person}>
      <Avatar name={name} id={person.accountId ?? person.id} />
      <span className={styles['person-name']} title={person.email}>
        {name} {isSelf && <span className={styles.words}>({t.you})</span>}
      </span>
      {(mayChange || (isSelf && person.role !== 'owner')) && (
        <IconButton
          label={isSelf ? t.leave : t.remove(name)}
          size="small"
          disabled={remove.isPending}
          onClick={takeOut}
        >
          <X />
        </IconButton>
      )}
      <span className={styles['person-role']}>
        {mayChange ? (
          <select
            aria-label={t.roleOf(name)}
            value={person.role}
            onChange={(event) => change.mutate({ id: person.id, role: event.target.value as GivenRole })}
          >
            {givenRoles.map((role) => (
              <option key={role} value={role}>
                {t.roles[role]}
              </option>
            ))}
          </select>
        ) : (
          t.roles[person.role]
        )}
        {person.accountId === null && ` · ${t.invited}`}
      </span>
    </li>
  );
};

const InviteForm = ({ book, onDone }: { book: Book; onDone: () => void }) => {
  const t = useText(pageText).people;
  const ui = useText(uiText);
  const { content } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const invite = useMutation({
    mutationFn: async (body: { email: string; role: GivenRole }) =>
      await content.addCollaborator({ params: { bookId: book.id }, body }),
    onSuccess: (_person, { email }) => {
      toast({ message: t.added(email) });
      onDone();
    },
    onSettled: async () => await queries.invalidateQueries({ queryKey: bookKeys.people(book.id) }),
  });
  const { values, field, form } = useForm({
    initial: { email: '', role: 'co-author' },
    check: ({ email }) => ({ email: /^\S+@\S+$/.test(email.trim()) ? undefined : t.emailWrong }),
    onSubmit: ({ email, role }) => invite.mutate({ email: email.trim(), role: role as GivenRole }),
  });
  const email = field('email');
  const refused =
    invite.error &&
    (isCode(invite.error, 'CONTENT_ALREADY_COLLABORATOR')
      ? problemMessage(invite.error, ui)
      : (fieldProblem(invite.error, 'email') ?? problemMessage(invite.error, ui)));
  return (
    <form {...form} className={styles.form}>
      <TextField
        label={t.email}
        type="email"
        autoComplete="off"
        autoFocus
        {...email}
        problem={email.problem ?? (refused || undefined)}
      />
      <SelectField label={t.role} hint={t.roleHints[values.role as GivenRole]} {...field('role')}>
        {givenRoles.map((role) => (
          <option key={role} value={role}>
            {t.roles[role]}
          </option>
        ))}
      </SelectField>
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={invite.isPending}>
          {t.send}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {ui.cancel}
        </Button>
      </div>
    </form>
  );
};

/** Who works on the book, and as what. */
export const PeoplePanel = ({ book, mayAdminister }: { book: Book; mayAdminister: boolean }) => {
  const t = useText(pageText).people;
  const people = usePeople(book.id);
  const [inviting, setInviting] = useState(false);
  return (
    <Panel title={t.title}>
      {people.error && !people.data && <Problem compact error={people.error} onRetry={() => void people.refetch()} />}
      {!people.data && !people.error && <Skeleton height="2rem" />}
      <ul className={styles.people}>
        {people.data?.map((person) => (
          <PersonRow key={person.id} person={person} book={book} mayAdminister={mayAdminister} />
        ))}
      </ul>
      {people.data?.length === 1 && <p className={styles.words}>{t.alone}</p>}
      {mayAdminister && !inviting && (
        <div className={styles.actions}>
          <Button size="small" onClick={() => setInviting(true)}>
            {t.invite}
          </Button>
        </div>
      )}
      {inviting && <InviteForm book={book} onDone={() => setInviting(false)} />}
    </Panel>
  );
};
