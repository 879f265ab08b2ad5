import { ConfigError } from '../config.ts';
import type { Logger } from '../log.ts';

/** What PostgreSQL answers to a password that is not (or not any more) the right one. */
const WRONG_PASSWORD = '28P01';

export const isWrongPassword = (error: unknown): boolean =>
  (error as { code?: unknown } | null | undefined)?.code === WRONG_PASSWORD;

/** The address of the database, whose password may be changed while the service runs. */
export interface DatabaseUrl {
  /** The one that is in use. */
  readonly present: () => string;
  readonly password: () => string;
  /** Looks whether DATABASE_URL_FILE holds another one by now, and takes that from now on. */
  readonly renew: () => void;
}

export interface DatabaseUrlOptions {
  readonly databaseUrl: string;
  /** The setting as it is at this moment. */
  readonly reread: () => string;
  readonly log: Logger;
}

/**
 * A password is rotated in two steps that nobody can do at once: the Secret, and the role in PostgreSQL. The file of the
 * Secret changes first and is not looked at; only when PostgreSQL refuses the password in use is it read again. So no
 * connection fails in between, and no pod has to be restarted.
 */
export const changingUrl = ({ databaseUrl, reread, log }: DatabaseUrlOptions): DatabaseUrl => {
  let present = databaseUrl;
  return {
    present: () => present,
    password: () => decodeURIComponent(new URL(present).password),
    renew: () => {
      try {
        const next = reread();
        if (next === present) return;
        present = next;
        log.info('the password of the database was changed');
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        log.warn({ err: error }, 'the address of the database cannot be read again');
      }
    },
  };
};
