import type { ApiToken, ApiTokenScope } from '@authorworks/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Notice, Problem } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { accountText } from './account-text.ts';
import styles from './account.module.css';
import { Section } from './section.tsx';

type TokenView = z.infer<typeof ApiToken>;
const KEY = ['api-tokens'];
const scopes = [
  'profile:read',
  'profile:write',
  'books:read',
  'books:write',
  'files:read',
  'files:write',
] as const satisfies readonly ApiTokenScope[];
const expiries = ['30', '90', '365', 'never'] as const;

const useMakeToken = (onMade: (token: string) => void) => {
  const { user } = useHouse();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, chosen, expiry }: { name: string; chosen: readonly ApiTokenScope[]; expiry: string }) =>
      await user.createApiToken({
        body: { name, scopes: [...chosen], expiresInDays: expiry === 'never' ? null : Number(expiry) },
      }),
    onSuccess: ({ token }) => {
      onMade(token);
      void queries.invalidateQueries({ queryKey: KEY });
    },
  });
};

const Scopes = ({
  chosen,
  problem,
  onChange,
}: {
  chosen: readonly ApiTokenScope[];
  problem: string | undefined;
  onChange: (chosen: ApiTokenScope[]) => void;
}) => {
  const t = useText(accountText).tokens;
  return (
    <fieldset className={styles.scopes}>
      <legend>{t.scopes}</legend>
      {scopes.map((scope) => (
        <label key={scope}>
          <input
            type="checkbox"
            checked={chosen.includes(scope)}
            onChange={({ target }) =>
              onChange(target.checked ? [...chosen, scope] : chosen.filter((one) => one !== scope))
            }
          />
          {t.scopeNames[scope]}
        </label>
      ))}
      {problem && <Notice kind="danger">{problem}</Notice>}
    </fieldset>
  );
};

const TokenForm = ({ onMade, onClose }: { onMade: (token: string) => void; onClose: () => void }) => {
  const t = useText(accountText).tokens;
  const ui = useText(uiText);
  const [chosen, setChosen] = useState<ApiTokenScope[]>(['books:read']);
  const [asked, setAsked] = useState(false);
  const make = useMakeToken(onMade);
  const { field, form } = useForm({
    initial: { name: '', expiry: '365' },
    check: ({ name }) => ({ name: name.trim() === '' ? t.nameMissing : undefined }),
    onSubmit: ({ name, expiry }) => {
      setAsked(true);
      if (chosen.length > 0) make.mutate({ name: name.trim(), chosen, expiry });
    },
  });
  return (
    <form {...form} className={styles.form}>
      {make.error && (
        <Notice kind="danger" live>
          {problemMessage(make.error, ui)}
        </Notice>
      )}
      <TextField
        label={t.name}
        placeholder={t.namePlaceholder}
        maxLength={100}
        autoComplete="off"
        autoFocus
        {...field('name')}
      />
      <Scopes
        chosen={chosen}
        problem={asked && chosen.length === 0 ? t.scopesMissing : undefined}
        onChange={setChosen}
      />
      <SelectField label={t.expires} {...field('expiry')}>
        {expiries.map((value) => (
          <option key={value} value={value}>
            {t.expiry[value]}
          </option>
        ))}
      </SelectField>
      <div className={styles.row}>
        <Button type="submit" look="primary" busy={make.isPending}>
          {t.make}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {ui.cancel}
        </Button>
      </div>
    </form>
  );
};

const Made = ({ token, onClose }: { token: string; onClose: () => void }) => {
  const t = useText(accountText).tokens;
  const toast = useToast();
  return (
    <div className={styles.form}>
      <Notice kind="good" live>
        {t.made}
      </Notice>
      <p className={styles.token}>{token}</p>
      <div className={styles.row}>
        <Button
          look="primary"
          onClick={() => void navigator.clipboard.writeText(token).then(() => toast({ message: t.copied }))}
        >
          {t.copy}
        </Button>
        <Button onClick={onClose}>{t.done}</Button>
      </div>
    </div>
  );
};

const TokenRow = ({ token }: { token: TokenView }) => {
  const t = useText(accountText).tokens;
  const ui = useText(uiText);
  const format = useFormat();
  const { user } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const revoke = useMutation({
    mutationFn: async () => await user.deleteApiToken({ params: { apiTokenId: token.id } }),
    onSuccess: () => toast({ message: t.revoked(token.name) }),
    onError: (error) => toast({ kind: 'danger', message: problemMessage(error, ui) }),
    onSettled: async () => await queries.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <li className={styles.item}>
      <div>
        <p className={styles.name}>{token.name}</p>
        <p className={styles.muted}>
          {format.list(token.scopes.map((scope) => t.scopeNames[scope]))} ·{' '}
          {token.lastUsedAt ? (
            <>
              {t.lastUsed} <Ago time={token.lastUsedAt} />
            </>
          ) : (
            t.never
          )}
          {' · '}
          {token.expiresAt ? `${t.ends} ${format.date(token.expiresAt)}` : t.endless}
        </p>
      </div>
      <Button
        size="small"
        look="danger"
        aria-label={t.revokeOf(token.name)}
        busy={revoke.isPending}
        onClick={() => revoke.mutate()}
      >
        {t.revoke}
      </Button>
    </li>
  );
};

/** Keys for programs. */
export const Tokens = () => {
  const words = useText(accountText);
  const t = words.tokens;
  const { user } = useHouse();
  const [state, setState] = useState<'list' | 'new' | { readonly token: string }>('list');
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: async () => (await user.listApiTokens({ query: { limit: 100 } })).data,
  });
  const close = (): void => setState('list');
  return (
    <Section title={words.sections.tokens} lead={t.lead}>
      {error && !data && <Problem compact error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height="4rem" />}
      {data?.length === 0 && state === 'list' && <p className={styles.muted}>{t.none}</p>}
      {data && data.length > 0 && (
        <ul className={styles.list}>
          {data.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
      {state === 'list' && (
        <div className={styles.row}>
          <Button onClick={() => setState('new')}>{t.add}</Button>
        </div>
      )}
      {state === 'new' && <TokenForm onMade={(token) => setState({ token })} onClose={close} />}
      {typeof state === 'object' && <Made token={state.token} onClose={close} />}
    </Section>
  );
};
