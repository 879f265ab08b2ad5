import type { Account } from '@authorworks/contracts';
import { useMutation } from '@tanstack/react-query';
import { useHouse } from '../api/house-context.ts';
import { fieldProblem, problemMessage } from '../api/problem.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { accountText } from './account-text.ts';
import styles from './account.module.css';
import { Section } from './section.tsx';
import { useChangeAccount } from './use-change-account.ts';

const Verification = ({ account }: { account: Account }) => {
  const t = useText(accountText).profile;
  const ui = useText(uiText);
  const { user } = useHouse();
  const toast = useToast();
  const send = useMutation({
    mutationFn: async () => await user.requestEmailVerification(),
    onSuccess: () => toast({ message: t.sent }),
    onError: (error) => toast({ kind: 'danger', message: problemMessage(error, ui) }),
  });
  return (
    <div className={styles.row}>
      <span className={styles.muted}>
        {account.email} · {account.emailVerified ? t.verified : t.unverified}
      </span>
      {!account.emailVerified && (
        <Button size="small" busy={send.isPending} onClick={() => send.mutate()}>
          {t.sendLink}
        </Button>
      )}
    </div>
  );
};

/** Name and a few words about oneself. */
export const Profile = ({ account }: { account: Account }) => {
  const words = useText(accountText);
  const t = words.profile;
  const ui = useText(uiText);
  const format = useFormat();
  const toast = useToast();
  const change = useChangeAccount();
  const { field, form } = useForm({
    initial: { name: account.name, bio: account.bio },
    check: ({ name }) => ({ name: name.trim() === '' ? t.nameMissing : undefined }),
    onSubmit: ({ name, bio }) =>
      change.mutate({ name: name.trim(), bio }, { onSuccess: () => toast({ message: words.saved }) }),
  });
  const name = field('name');
  return (
    <Section title={words.sections.profile}>
      <Verification account={account} />
      <form {...form} className={styles.form}>
        {change.error && (
          <Notice kind="danger" live>
            {problemMessage(change.error, ui)}
          </Notice>
        )}
        <TextField
          label={t.name}
          hint={t.nameHint}
          autoComplete="name"
          maxLength={100}
          {...name}
          problem={name.problem ?? fieldProblem(change.error, 'name')}
        />
        <TextArea label={t.bio} hint={t.bioHint} maxLength={5000} rows={4} {...field('bio')} />
        <div className={styles.row}>
          <Button type="submit" look="primary" busy={change.isPending}>
            {words.save}
          </Button>
          <span className={styles.muted}>
            {t.since} {format.date(account.createdAt)}
          </span>
        </div>
      </form>
    </Section>
  );
};
