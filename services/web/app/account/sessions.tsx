import type { Session } from '@authorworks/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Problem } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { accountText } from './account-text.ts';
import styles from './account.module.css';
import { Section } from './section.tsx';

type SessionView = z.infer<typeof Session>;
const KEY = ['sessions'];

const useEnding = () => {
  const { user } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const t = useText(accountText).sessions;
  const ui = useText(uiText);
  const onError = (error: unknown): void => toast({ kind: 'danger', message: problemMessage(error, ui) });
  const onSettled = async (): Promise<void> => await queries.invalidateQueries({ queryKey: KEY });
  const one = useMutation({
    mutationFn: async ({ id }: SessionView) => await user.endSession({ params: { sessionId: id } }),
    onSuccess: (_nothing, { device }) => toast({ message: t.ended(device) }),
    onError,
    onSettled,
  });
  const others = useMutation({
    mutationFn: async () => await user.endOtherSessions(),
    onSuccess: () => toast({ message: t.othersEnded }),
    onError,
    onSettled,
  });
  return { one, others };
};

/** Where one is signed in. */
export const Sessions = () => {
  const words = useText(accountText);
  const t = words.sessions;
  const { user } = useHouse();
  const { one, others } = useEnding();
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await user.listSessions({ query: { limit: 100 } })).data,
  });
  return (
    <Section title={words.sections.sessions} lead={t.lead}>
      {error && !data && <Problem compact error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height="6rem" />}
      <ul className={styles.list}>
        {data?.map((session) => (
          <li key={session.id} className={styles.item}>
            <div>
              <p className={styles.name}>
                {session.device} {session.current && <span className={styles.muted}>({t.current})</span>}
              </p>
              <p className={styles.muted}>
                {session.ipAddress} · {t.methods[session.method]} · {t.lastSeen} <Ago time={session.lastSeenAt} />
              </p>
            </div>
            {!session.current && (
              <Button size="small" aria-label={t.endOf(session.device)} onClick={() => one.mutate(session)}>
                {t.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {(data?.length ?? 0) > 1 && (
        <div className={styles.row}>
          <Button look="danger" busy={others.isPending} onClick={() => others.mutate()}>
            {t.endOthers}
          </Button>
        </div>
      )}
    </Section>
  );
};
