import type { AccountSummary, Client, UserApi } from '@authorworks/contracts';
import type { Base } from '@authorworks/platform';
import { LRUCache } from 'lru-cache';

/** What other people's pages show of an account. */
export type AccountName = Pick<AccountSummary, 'id' | 'name' | 'email' | 'emailVerified'>;

export interface AccountNames {
  /** Accounts by id; unknown ones, and new ones while the user service is away, are missing. */
  readonly find: (ids: readonly string[]) => Promise<ReadonlyMap<string, AccountName>>;
  /** Forgets an account whose name or address has changed. */
  readonly forget: (id: string) => void;
}

const REMEMBERED = 10_000;
const FRESH_MS = 60_000;
/** A page must not wait long for names. */
const TIMEOUT_MS = 2_000;
/** Accounts that one question to the user service may name. */
const BATCH = 500;

/** Names are asked for once a minute; while the user service is away the ones of before are shown. */
export const openAccountNames = (base: Base, user: Pick<Client<UserApi>, 'findAccounts'>): AccountNames => {
  const known = new LRUCache<string, AccountName>({ max: REMEMBERED, ttl: FRESH_MS, allowStale: true });
  const ask = async (ids: readonly string[]): Promise<void> => {
    for (let start = 0; start < ids.length; start += BATCH) {
      const batch = ids.slice(start, start + BATCH);
      const accounts = await user.findAccounts({ body: { ids: batch } }, { timeoutMs: TIMEOUT_MS });
      for (const { id, name, email, emailVerified } of accounts) known.set(id, { id, name, email, emailVerified });
    }
  };
  return {
    find: async (ids) => {
      const wanted = [...new Set(ids)];
      const found = new Map<string, AccountName>();
      const keep = (id: string): void => {
        const name = known.get(id, { noDeleteOnStaleGet: true });
        if (name) found.set(id, name);
      };
      wanted.forEach(keep);
      const missing = wanted.filter((id) => !known.has(id));
      if (missing.length === 0) return found;
      try {
        await ask(missing);
        missing.forEach(keep);
      } catch (error) {
        base.log.warn({ err: error }, 'names of accounts cannot be had now');
      }
      return found;
    },
    forget: (id) => void known.delete(id),
  };
};
