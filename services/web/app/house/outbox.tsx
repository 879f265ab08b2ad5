import type { OutboxMail } from '@authorworks/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { isNotFound } from '../api/problem.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Page } from '../shell/page.tsx';
import { Ago } from '../ui/ago.tsx';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Empty, Problem } from '../ui/state.tsx';
import { houseText } from './house-text.ts';
import styles from './outbox.module.css';

type MailView = z.infer<typeof OutboxMail>;
const LOOK_AGAIN_MS = 5000;

/** Addresses within a mail, and what stands between them. */
export const partsOf = (text: string): { text: string; href?: string }[] =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? { text: part, href: part } : { text: part }));

/** Links to this house lead within the window; others open beside it. */
const linkProps = (href: string): { href: string; target?: string; rel?: string } => {
  const url = new URL(href);
  return url.host === location.host
    ? { href: url.pathname + url.search + url.hash }
    : { href, target: '_blank', rel: 'noopener noreferrer' };
};

const Letter = ({ mail }: { mail: MailView }) => {
  const t = useText(houseText).outbox;
  const format = useFormat();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [mail.id]);
  return (
    <article className={styles.mail}>
      <h2 ref={heading} tabIndex={-1}>
        {mail.subject}
      </h2>
      <p className={styles.meta}>
        {t.to} {mail.to} · {format.exactly(mail.sentAt)}
      </p>
      {/* the plain text, never the HTML: it is the same, and nothing in it can act */}
      <p className={styles.text}>
        {partsOf(mail.text).map((part, index) =>
          part.href ? (
            <a key={index} {...linkProps(part.href)}>
              {part.text}
            </a>
          ) : (
            part.text
          ),
        )}
      </p>
    </article>
  );
};

const useMails = () => {
  const { user } = useHouse();
  return useInfiniteQuery({
    queryKey: ['outbox'],
    queryFn: async ({ pageParam }: { pageParam: string | undefined }) =>
      await user.listOutboxMails({ query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
    refetchInterval: LOOK_AGAIN_MS,
  });
};

const Mails = ({ mails, more }: { mails: readonly MailView[]; more: (() => void) | undefined }) => {
  const t = useText(houseText).outbox;
  const [openId, setOpenId] = useState<string | null>(null);
  const open = mails.find(({ id }) => id === openId);
  return (
    <div className={styles.layout}>
      <div>
        <ul className={styles.list}>
          {mails.map((mail) => (
            <li key={mail.id}>
              <button
                type="button"
                className={styles.entry}
                aria-current={mail.id === openId}
                onClick={() => setOpenId(mail.id)}
              >
                <span className={styles.subject}>{mail.subject}</span>
                <span className={styles.meta}>
                  {t.to} {mail.to} · <Ago time={mail.sentAt} />
                </span>
              </button>
            </li>
          ))}
        </ul>
        {more && (
          <Button look="quiet" onClick={more}>
            {t.more}
          </Button>
        )}
      </div>
      {open ? <Letter mail={open} /> : <p className={styles.choose}>{t.choose}</p>}
    </div>
  );
};

/** Mails of a house that sends none (one-command mode). */
export const Outbox = () => {
  const t = useText(houseText).outbox;
  const { data, error, refetch, hasNextPage, fetchNextPage } = useMails();
  const mails = data?.pages.flatMap((page) => page.data);
  if (isNotFound(error)) {
    return (
      <Page title={t.title} narrow>
        <Empty picture={<Mail />} title={t.offTitle}>
          {t.off}
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={t.title}>
      <p className={styles.lead}>{t.lead}</p>
      {error && !mails && <Problem error={error} onRetry={() => void refetch()} />}
      {!mails && !error && <Skeleton height="10rem" />}
      {mails?.length === 0 && (
        <Empty picture={<Mail />} title={t.empty}>
          {t.emptyLead}
        </Empty>
      )}
      {mails && mails.length > 0 && <Mails mails={mails} more={hasNextPage ? () => void fetchNextPage() : undefined} />}
    </Page>
  );
};
