import type { StorageContext } from '../../src/context.ts';

/** What a dead process says: nothing. Callers only see that something broke. */
class DeadError extends Error {
  override readonly name = 'DeadError';
}

/** Parts of a context that die together, before a chosen step. */
export interface Mortal {
  readonly overrides: Record<string, unknown>;
  readonly isDead: () => boolean;
  /** Steps that were begun. */
  readonly steps: () => number;
}

type Mortals = Pick<StorageContext, 'blobs' | 'db' | 'transaction'>;

/**
 * Lets a service die before its nth step towards the object storage or the database, as by kill -9: that step and all
 * after it do nothing, also the clearing up that a living process would still do. A transaction is one step to begin and
 * one to commit.
 */
export const mortal = ({ blobs, db, transaction }: Mortals, dieBefore: number): Mortal => {
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps >= dieBefore) throw new DeadError('the process is dead');
  };
  const stepping = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, property, receiver) => {
        const value: unknown = Reflect.get(object, property, receiver);
        if (typeof value !== 'function') return value !== null && typeof value === 'object' ? stepping(value) : value;
        return (...args: unknown[]): unknown => {
          step();
          return Reflect.apply(value, object, args) as unknown;
        };
      },
    });
  const dying: StorageContext['transaction'] = async (work) => {
    step();
    return await transaction(async (tx, sql) => {
      const result = await work(tx, sql);
      step();
      return result;
    });
  };
  return {
    overrides: { blobs: stepping(blobs), db: stepping(db), transaction: dying },
    isDead: () => steps >= dieBefore,
    steps: () => steps,
  };
};
