import { useMutation } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { useSignInMethods } from '../shell/header.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { checkEmail } from './check.ts';
import { AuthFrame, Fields } from './frame.tsx';
import { authText } from './text.ts';
import { useForm } from '../ui/use-form.ts';

const Sent = ({ email }: { email: string }) => {
  const t = useText(authText);
  const methods = useSignInMethods().data;
  return (
    <AuthFrame title={t.forgotSentTitle} lead={t.forgotSent(email)} foot={<Link to="/sign-in">{t.backToSignIn}</Link>}>
      {methods?.outbox && <Link to="/outbox">{t.openOutbox}</Link>}
    </AuthFrame>
  );
};

export const ForgotPassword = () => {
  const t = useText(authText);
  const ui = useText(uiText);
  const house = useHouse();
  const ask = useMutation({
    mutationFn: async (email: string) => await house.user.requestPasswordReset({ body: { email } }),
  });
  const { field, form } = useForm({
    initial: { email: '' },
    check: ({ email }) => ({ email: checkEmail(email, t) }),
    onSubmit: ({ email }) => ask.mutate(email.trim()),
  });
  if (ask.isSuccess) return <Sent email={ask.variables} />;
  return (
    <AuthFrame title={t.forgotTitle} lead={t.forgotLead} foot={<Link to="/sign-in">{t.backToSignIn}</Link>}>
      <form {...form}>
        <Fields>
          {ask.error && (
            <Notice kind="danger" live>
              {problemMessage(ask.error, ui, t.codes)}
            </Notice>
          )}
          <TextField
            label={t.email}
            type="email"
            autoComplete="username"
            inputMode="email"
            autoFocus
            {...field('email')}
          />
          <Button type="submit" look="primary" size="large" wide busy={ask.isPending}>
            {t.forgotSend}
          </Button>
        </Fields>
      </form>
    </AuthFrame>
  );
};
