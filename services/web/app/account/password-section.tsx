import type { Account } from '@authorworks/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useHouse } from '../api/house-context.ts';
import { fieldProblem, isCode, problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { PasswordField } from '../ui/field.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { accountText } from './account-text.ts';
import styles from './account.module.css';
import { Section } from './section.tsx';

const MIN_LENGTH = 8;

const useChangePassword = (hasPassword: boolean, onChanged: () => void) => {
  const { user } = useHouse();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ current, next }: { current: string; next: string }) =>
      await user.changePassword({ body: { newPassword: next, ...(hasPassword ? { currentPassword: current } : {}) } }),
    onSuccess: () => {
      onChanged();
      void queries.invalidateQueries({ queryKey: ['sessions'] });
      void queries.invalidateQueries({ queryKey: ['account'] });
    },
  });
};

/** The password; accounts of a provider can set their first one here. */
export const PasswordSection = ({ account }: { account: Account }) => {
  const words = useText(accountText);
  const t = words.security;
  const ui = useText(uiText);
  const toast = useToast();
  const change = useChangePassword(account.hasPassword, () => toast({ message: t.changed }));
  const { field, form, reset } = useForm({
    initial: { current: '', next: '' },
    check: ({ current, next }) => ({
      current: account.hasPassword && current === '' ? t.missing : undefined,
      next: next.length < MIN_LENGTH ? t.short : undefined,
    }),
    onSubmit: (values) => change.mutate(values, { onSuccess: () => reset() }),
  });
  const message = change.error ? problemMessage(change.error, ui) : undefined;
  const wrong = isCode(change.error, 'USER_CREDENTIALS_WRONG') ? message : undefined;
  const weak = isCode(change.error, 'USER_PASSWORD_WEAK') ? message : fieldProblem(change.error, 'newPassword');
  const [current, next] = [field('current'), field('next')];
  const shared = { showLabel: t.show, hideLabel: t.hide };
  return (
    <Section title={words.sections.security} lead={account.hasPassword ? t.lead : t.noPassword}>
      <form {...form} className={styles.form}>
        {message && !wrong && !weak && (
          <Notice kind="danger" live>
            {message}
          </Notice>
        )}
        <input type="text" name="username" autoComplete="username" value={account.email} readOnly hidden />
        {account.hasPassword && (
          <PasswordField
            label={t.current}
            autoComplete="current-password"
            {...shared}
            {...current}
            problem={current.problem ?? wrong}
          />
        )}
        <PasswordField
          label={t.next}
          hint={t.hint}
          autoComplete="new-password"
          {...shared}
          {...next}
          problem={next.problem ?? weak}
        />
        <div className={styles.row}>
          <Button type="submit" look="primary" busy={change.isPending}>
            {t.change}
          </Button>
        </div>
      </form>
    </Section>
  );
};
