import { useMutation } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { useAccount } from './account.ts';
import styles from './page.module.css';
import { shellText } from './text.ts';

const onLineChanges = (listener: () => void): (() => void) => {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
};

/** A house on this machine answers without any network. */
const isHere = (): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);

export const useOnline = (): boolean => useSyncExternalStore(onLineChanges, () => navigator.onLine || isHere());

const OfflineBanner = () => {
  const t = useText(shellText);
  return <div role="status">{!useOnline() && <p className={styles.banner}>{t.offlineBanner}</p>}</div>;
};

const VerifyBanner = () => {
  const t = useText(shellText);
  const words = useText(uiText);
  const account = useAccount();
  const house = useHouse();
  const toast = useToast();
  const send = useMutation({
    mutationFn: async () => await house.user.requestEmailVerification(),
    onSuccess: () => toast({ message: t.verifySent }),
    onError: (error) => toast({ kind: 'danger', message: problemMessage(error, words) }),
  });
  if (!account || account.emailVerified) return null;
  return (
    <p className={styles.banner}>
      {t.verifyBanner}
      <button type="button" disabled={send.isPending} onClick={() => send.mutate()}>
        {t.verifySend}
      </button>
    </p>
  );
};

export const Banners = () => (
  <section aria-label={useText(shellText).notices}>
    <OfflineBanner />
    <VerifyBanner />
  </section>
);
