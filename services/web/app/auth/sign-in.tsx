import { ApiError } from '@authorworks/contracts/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, useLocation, useNavigate, useSearchParams } from 'react-router';
import { useHouse, useSessionStatus } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { useSignInMethods } from '../shell/header.tsx';
import { Button } from '../ui/button.tsx';
import { PasswordField, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { checkEmail, safeReturnTo } from './check.ts';
import { AuthFrame, Fields, Or } from './frame.tsx';
import { authText } from './text.ts';
import type { AuthWords } from './text/en.ts';
import { useForm } from '../ui/use-form.ts';

/** Signs in and keeps the session: the refresh token stays in a cookie that no script can read. */
export const useSignIn = () => {
  const house = useHouse();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  return useMutation({
    mutationFn: async ({ email, password }: { email: string; password: string }) =>
      await house.user.createSession({ body: { email: email.trim(), password, transport: 'cookie' } }),
    onSuccess: (tokens) => {
      queries.clear();
      house.session.begin(tokens);
      void navigate(safeReturnTo(search.get('returnTo')), { replace: true });
    },
  });
};

const useSignInProblem = (error: unknown, t: AuthWords): string | null => {
  const ui = useText(uiText);
  if (!error) return null;
  if (error instanceof ApiError && error.status === 429 && error.retryAfterSeconds)
    return t.tooManyGuesses(error.retryAfterSeconds);
  return problemMessage(error, ui, t.codes);
};

const OtherWays = ({ t }: { t: AuthWords }) => {
  const methods = useSignInMethods().data;
  const house = useHouse();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const returnTo = safeReturnTo(search.get('returnTo'));
  const proxy = useMutation({
    mutationFn: async () => await house.user.createProxySession(),
    onSuccess: (tokens) => {
      house.session.begin(tokens);
      void navigate(returnTo, { replace: true });
    },
  });
  if (!methods || (!methods.provider && !methods.proxy)) return null;
  const start = methods.provider && new URL(methods.provider.startUrl, location.origin);
  start?.searchParams.set('returnTo', returnTo);
  return (
    <Fields>
      {methods.password && <Or>{t.or}</Or>}
      {start && (
        <Button wide size="large" onClick={() => location.assign(start)}>
          {t.withProvider(methods.provider?.name ?? '')}
        </Button>
      )}
      {methods.proxy && (
        <Button wide size="large" busy={proxy.isPending} onClick={() => proxy.mutate()}>
          {t.withProxy}
        </Button>
      )}
    </Fields>
  );
};

const SignInForm = ({ t }: { t: AuthWords }) => {
  const signIn = useSignIn();
  const { field, form } = useForm({
    initial: { email: '', password: '' },
    check: ({ email, password }) => ({
      email: checkEmail(email, t),
      password: password === '' ? t.passwordMissing : undefined,
    }),
    onSubmit: (values) => signIn.mutate(values),
  });
  const problem = useSignInProblem(signIn.error, t);
  return (
    <form {...form}>
      <Fields>
        {problem && (
          <Notice kind="danger" live>
            {problem}
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
        <PasswordField
          label={t.password}
          autoComplete="current-password"
          showLabel={t.showPassword}
          hideLabel={t.hidePassword}
          aside={<Link to="/forgot-password">{t.forgot}</Link>}
          {...field('password')}
        />
        <Button type="submit" look="primary" size="large" wide busy={signIn.isPending}>
          {t.signIn}
        </Button>
      </Fields>
    </form>
  );
};

export const SignIn = () => {
  const t = useText(authText);
  const { state, search } = useLocation() as { state: { notice?: string } | null; search: string };
  const [params] = useSearchParams();
  const methods = useSignInMethods().data;
  const signedIn = useSessionStatus() === 'signed-in';
  // the provider's way back reports its failures in the address
  const failure = params.get('error');
  if (signedIn) return <Navigate to={safeReturnTo(params.get('returnTo'))} replace />;
  return (
    <AuthFrame
      title={t.signInTitle}
      foot={
        methods?.signUp !== false && (
          <>
            {t.noAccount} <Link to={`/sign-up${search}`}>{t.signUp}</Link>
          </>
        )
      }
    >
      {state?.notice && <Notice kind="good">{state.notice}</Notice>}
      {failure && <Notice kind="danger">{t.codes[failure] ?? params.get('message') ?? failure}</Notice>}
      {methods?.password !== false && <SignInForm t={t} />}
      <OtherWays t={t} />
    </AuthFrame>
  );
};
