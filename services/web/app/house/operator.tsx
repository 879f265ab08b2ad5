import type { AccountRole, AccountSummary, ServiceHealth } from '@authorworks/contracts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { EllipsisVertical } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';
import type { z } from 'zod';
import type { House } from '../api/api.ts';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { useAccount } from '../shell/account.ts';
import { Page } from '../shell/page.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { TextField } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Notice, Problem } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { houseText } from './house-text.ts';
import styles from './operator.module.css';

type HealthView = z.infer<typeof ServiceHealth>;
const LOOK_AGAIN_MS = 10_000;

const ServiceRow = ({ service }: { service: HealthView }) => {
  const t = useText(houseText).operator;
  return (
    <li className={styles.service}>
      <span className={classes(styles.dot, styles[service.state])} aria-hidden />
      <span className={styles.title}>{service.title}</span>
      <span className={styles.muted}>
        {t.states[service.state]}
        {service.latencyMs !== null && ` · ${t.latency(service.latencyMs)}`}
      </span>
      {service.detail && <span className={styles.detail}>{service.detail}</span>}
    </li>
  );
};

const Services = () => {
  const t = useText(houseText).operator;
  const { gateway } = useHouse();
  const { data, error, refetch } = useQuery({
    queryKey: ['services'],
    queryFn: async () => await gateway.readServices(),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const built = data?.filter(({ state }) => state !== 'planned') ?? [];
  const planned = data?.filter(({ state }) => state === 'planned') ?? [];
  return (
    <section>
      <h2 className={styles.heading}>{t.services}</h2>
      {error && !data && <Problem compact error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height="8rem" />}
      <ul className={styles.services}>
        {built.map((service) => (
          <ServiceRow key={service.name} service={service} />
        ))}
      </ul>
      {planned.length > 0 && (
        <>
          <p className={styles['planned-lead']}>{t.plannedLead}</p>
          <ul className={styles.services}>
            {planned.map((service) => (
              <ServiceRow key={service.name} service={service} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
};

type AccountChange = Parameters<House['user']['updateAccountByOperator']>[0]['body'];

const useChangeOfAccount = (person: AccountSummary) => {
  const { user } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const t = useText(houseText).operator;
  const ui = useText(uiText);
  return useMutation({
    mutationFn: async (body: AccountChange) =>
      await user.updateAccountByOperator({ params: { accountId: person.id }, body }),
    onSuccess: (after, { suspended }) => {
      const message =
        suspended === undefined
          ? t.changed(after.name)
          : suspended
            ? t.wasSuspended(after.name)
            : t.wasReadmitted(after.name);
      toast({ message });
    },
    onError: (error) => toast({ kind: 'danger', message: problemMessage(error, ui) }),
    onSettled: async () => await queries.invalidateQueries({ queryKey: ['accounts'] }),
  });
};

const AccountRow = ({ person, isSelf }: { person: AccountSummary; isSelf: boolean }) => {
  const t = useText(houseText).operator;
  const change = useChangeOfAccount(person).mutate;
  const isOperator = person.roles.includes('operator');
  const roles: AccountRole[] = isOperator
    ? person.roles.filter((role) => role !== 'operator')
    : [...person.roles, 'operator'];
  return (
    <li className={styles.account}>
      <Avatar name={person.name} id={person.id} />
      <div>
        <p className={styles.title}>
          {person.name} {isSelf && <span className={styles.muted}>({t.you})</span>}
        </p>
        <p className={styles.muted}>{person.email}</p>
      </div>
      <span className={classes(styles.muted, styles.roles)}>
        {person.roles.map((role) => t.roles[role]).join(', ')}
        {!person.emailVerified && ` · ${t.unverified}`}
        {person.suspended && <span className={styles.suspended}> · {t.suspended}</span>}
      </span>
      <Menu
        trigger={
          <IconButton label={t.actionsFor(person.name)} size="small">
            <EllipsisVertical />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => change({ roles })}>{isOperator ? t.takeOperator : t.makeOperator}</MenuItem>
        {!isSelf && (
          <MenuItem danger={!person.suspended} onSelect={() => change({ suspended: !person.suspended })}>
            {person.suspended ? t.readmit : t.suspend}
          </MenuItem>
        )}
      </Menu>
    </li>
  );
};

const Accounts = ({ ownId }: { ownId: string }) => {
  const t = useText(houseText).operator;
  const { user } = useHouse();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['accounts', search],
    queryFn: async ({ pageParam }: { pageParam: string | undefined }) =>
      await user.listAccounts({
        query: { limit: 50, ...(search ? { search } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
  });
  const people = data?.pages.flatMap((page) => page.data);
  return (
    <section>
      <h2 className={styles.heading}>{t.accounts}</h2>
      <div className={styles.search}>
        <TextField
          label={t.search}
          type="search"
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
      {error && !people && <Problem compact error={error} onRetry={() => void refetch()} />}
      {!people && !error && <Skeleton height="8rem" />}
      {people?.length === 0 && <p className={styles.muted}>{t.none}</p>}
      <ul>
        {people?.map((person) => (
          <AccountRow key={person.id} person={person} isSelf={person.id === ownId} />
        ))}
      </ul>
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.more}
        </Button>
      )}
    </section>
  );
};

/** What runs in the house, and who lives in it. */
export const Operator = () => {
  const t = useText(houseText).operator;
  const account = useAccount();
  if (account && !account.roles.includes('operator')) {
    return (
      <Page title={t.title} narrow>
        <Notice>{t.notYou}</Notice>
      </Page>
    );
  }
  return (
    <Page
      title={t.title}
      actions={
        <>
          <Link to="/console">{t.console}</Link>
          <a href="/api/docs">{t.api}</a>
        </>
      }
    >
      <Services />
      {account && <Accounts ownId={account.id} />}
    </Page>
  );
};
