import { ApiError } from '@authorworks/contracts/client';

const KEY = 'aw.renewal';

const read = (): string | null => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
};

const write = (key: string | null): void => {
  try {
    if (key === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, key);
  } catch {
    // storage is off: then a lost answer is only known to this page, in `held`
  }
};

let held: string | null = null;

const keep = (key: string | null): void => {
  held = key;
  write(key);
};

/**
 * A refresh token works once. An answer that got lost on its way (a tunnel, a closed lid, a house that was killed) must not
 * make the next attempt look like a thief's: attempts carry the same key until the house has answered one of them.
 */
export const withRenewalKey = async <T>(renew: (key: string) => Promise<T>): Promise<T> => {
  const key = read() ?? held ?? crypto.randomUUID();
  keep(key);
  try {
    const answer = await renew(key);
    keep(null);
    return answer;
  } catch (error) {
    // the house has decided; nothing was lost
    if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) keep(null);
    throw error;
  }
};
