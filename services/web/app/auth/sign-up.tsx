import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, Navigate, useLocation, useSearchParams } from 'react-router';
import { useHouse, useSessionStatus } from '../api/house-context.ts';
import { fieldProblem, isCode, problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { useSignInMethods } from '../shell/header.tsx';
import { Button } from '../ui/button.tsx';
import { PasswordField, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { checkEmail, checkNewPassword, safeReturnTo } from './check.ts';
import { AuthFrame, Fields } from './frame.tsx';
import { useSignIn } from './sign-in.tsx';
import { authText } from './text.ts';
import type { AuthWords } from './text/en.ts';
import { useForm } from '../ui/use-form.ts';

interface SignUpValues extends Record<string, string> {
  name: string;
  email: string;
  password: string;
}

/** What the server said about one field; other failures belong to the whole form. */
const useServerProblems = (error: unknown, t: AuthWords) => {
  const ui = useText(uiText);
  const message = error ? problemMessage(error, ui, t.codes) : undefined;
  const email = isCode(error, 'USER_EMAIL_TAKEN') ? message : fieldProblem(error, 'email');
  const password = isCode(error, 'USER_PASSWORD_WEAK') ? message : fieldProblem(error, 'password');
  const name = fieldProblem(error, 'name');
  return { email, password, name, form: email || password || name ? undefined : message };
};

const useSignUp = (onUnverified: (email: string) => void) => {
  const house = useHouse();
  const signIn = useSignIn();
  const signUp = useMutation({
    mutationFn: async ({ name, email, password }: SignUpValues) =>
      await house.user.createAccount({ body: { name: name.trim(), email: email.trim(), password } }),
    onSuccess: (_account, values) =>
      signIn.mutate(values, {
        onError: (error) => {
          if (isCode(error, 'USER_EMAIL_UNVERIFIED')) onUnverified(values.email);
        },
      }),
  });
  return { signUp, isPending: signUp.isPending || signIn.isPending, error: signUp.error ?? signIn.error };
};

const SignUpForm = ({ t, onUnverified }: { t: AuthWords; onUnverified: (email: string) => void }) => {
  const { signUp, isPending, error } = useSignUp(onUnverified);
  const problems = useServerProblems(error, t);
  const { field, form } = useForm<SignUpValues>({
    initial: { name: '', email: '', password: '' },
    check: ({ name, email, password }) => ({
      name: name.trim() === '' ? t.nameMissing : undefined,
      email: checkEmail(email, t),
      password: checkNewPassword(password, t),
    }),
    onSubmit: (values) => signUp.mutate(values),
  });
  const withServer = (name: 'name' | 'email' | 'password') => {
    const own = field(name);
    return { ...own, problem: own.problem ?? problems[name] };
  };
  return (
    <form {...form}>
      <Fields>
        {problems.form && (
          <Notice kind="danger" live>
            {problems.form}
          </Notice>
        )}
        <TextField
          label={t.name}
          hint={t.nameHint}
          autoComplete="name"
          autoFocus
          maxLength={100}
          {...withServer('name')}
        />
        <TextField label={t.email} type="email" autoComplete="username" inputMode="email" {...withServer('email')} />
        <PasswordField
          label={t.password}
          hint={t.passwordHint}
          autoComplete="new-password"
          showLabel={t.showPassword}
          hideLabel={t.hidePassword}
          {...withServer('password')}
        />
        <Button type="submit" look="primary" size="large" wide busy={isPending}>
          {t.signUp}
        </Button>
      </Fields>
    </form>
  );
};

export const SignUp = () => {
  const t = useText(authText);
  const methods = useSignInMethods().data;
  const [unverified, setUnverified] = useState<string | null>(null);
  const [params] = useSearchParams();
  const { search } = useLocation();
  const signedIn = useSessionStatus() === 'signed-in';
  if (signedIn) return <Navigate to={safeReturnTo(params.get('returnTo'))} replace />;
  const foot = (
    <>
      {t.haveAccount} <Link to={`/sign-in${search}`}>{t.signIn}</Link>
    </>
  );
  if (unverified !== null) {
    return (
      <AuthFrame title={t.unverifiedTitle} lead={t.unverified(unverified)} foot={foot}>
        {methods?.outbox && <Link to="/outbox">{t.openOutbox}</Link>}
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={t.signUpTitle} lead={t.signUpLead} foot={foot}>
      {methods?.signUp === false ? <Notice>{t.closed}</Notice> : <SignUpForm t={t} onUnverified={setUnverified} />}
    </AuthFrame>
  );
};
