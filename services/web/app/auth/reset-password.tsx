import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { fieldProblem, isCode, problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { PasswordField } from '../ui/field.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { checkNewPassword } from './check.ts';
import { AuthFrame, Fields } from './frame.tsx';
import { useLinkToken } from './link-token.ts';
import { authText } from './text.ts';
import { useForm } from '../ui/use-form.ts';

const useReset = (token: string) => {
  const t = useText(authText);
  const house = useHouse();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (password: string) => await house.user.confirmPasswordReset({ body: { token, password } }),
    onSuccess: () => {
      house.session.end();
      void navigate('/sign-in', { replace: true, state: { notice: t.resetDone } });
    },
  });
};

export const ResetPassword = () => {
  const t = useText(authText);
  const ui = useText(uiText);
  const token = useLinkToken();
  const reset = useReset(token);
  const expired = isCode(reset.error, 'USER_LINK_EXPIRED');
  const weak = isCode(reset.error, 'USER_PASSWORD_WEAK')
    ? problemMessage(reset.error, ui, t.codes)
    : fieldProblem(reset.error, 'password');
  const { field, form } = useForm({
    initial: { password: '' },
    check: ({ password }) => ({ password: checkNewPassword(password, t) }),
    onSubmit: ({ password }) => reset.mutate(password),
  });
  const again = <Link to="/forgot-password">{t.askAgain}</Link>;
  if (token === '' || expired) {
    return (
      <AuthFrame title={t.resetTitle} foot={again}>
        <Notice kind="warning">{token === '' ? t.linkBroken : t.linkExpired}</Notice>
      </AuthFrame>
    );
  }
  const password = field('password');
  return (
    <AuthFrame title={t.resetTitle} lead={t.resetLead} foot={<Link to="/sign-in">{t.backToSignIn}</Link>}>
      <form {...form}>
        <Fields>
          {reset.error && !weak && (
            <Notice kind="danger" live>
              {problemMessage(reset.error, ui, t.codes)}
            </Notice>
          )}
          <PasswordField
            label={t.newPassword}
            hint={t.passwordHint}
            autoComplete="new-password"
            autoFocus
            showLabel={t.showPassword}
            hideLabel={t.hidePassword}
            {...password}
            problem={password.problem ?? weak}
          />
          <Button type="submit" look="primary" size="large" wide busy={reset.isPending}>
            {t.reset}
          </Button>
        </Fields>
      </form>
    </AuthFrame>
  );
};
