import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useHouse, useSessionStatus } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { LinkButton } from '../ui/button.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { AuthFrame } from './frame.tsx';
import { useLinkToken } from './link-token.ts';
import { authText } from './text.ts';

/** Confirms by itself: the person has followed the link already. As a query, so that it is asked once for a token. */
const useConfirmation = (token: string) => {
  const house = useHouse();
  return useQuery({
    queryKey: ['confirm-email', token],
    queryFn: async () => {
      await house.user.confirmEmail({ body: { token } });
      return true;
    },
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  });
};

export const VerifyEmail = () => {
  const t = useText(authText);
  const ui = useText(uiText);
  const token = useLinkToken();
  const signedIn = useSessionStatus() === 'signed-in';
  const { isSuccess, error } = useConfirmation(token);
  const queries = useQueryClient();
  useEffect(() => {
    if (isSuccess) void queries.invalidateQueries({ queryKey: ['account'] });
  }, [isSuccess, queries]);
  return (
    <AuthFrame title={t.verifyTitle} foot={<Link to="/sign-in">{t.backToSignIn}</Link>}>
      {token === '' && <Notice kind="warning">{t.linkBroken}</Notice>}
      {token !== '' && !isSuccess && !error && <p role="status">{t.verifying}</p>}
      {error && <Notice kind="danger">{problemMessage(error, ui, t.codes)}</Notice>}
      {isSuccess && <Notice kind="good">{t.verified}</Notice>}
      {isSuccess && (
        <LinkButton look="primary" size="large" wide to={signedIn ? '/shelf' : '/sign-in'}>
          {signedIn ? t.toShelf : t.signIn}
        </LinkButton>
      )}
    </AuthFrame>
  );
};
