import type { BlobStat } from '@authorworks/platform/blobs';
import type { KnownObject } from './known-objects-store.ts';

/** What differs between the object storage and our rows, in one stretch of keys. */
export interface Difference {
  /** Objects that no row knows. */
  readonly strays: string[];
  /** Rows whose object is not there. */
  readonly missing: KnownObject[];
}

/** @param before Only what is older counts: younger objects and rows may be on their way. */
export const compare = (
  objects: readonly Pick<BlobStat, 'key' | 'modifiedAt'>[],
  known: readonly KnownObject[],
  before: Date,
): Difference => {
  const knownKeys = new Set(known.map(({ key }) => key));
  const there = new Set(objects.map(({ key }) => key));
  return {
    strays: objects.filter(({ key, modifiedAt }) => modifiedAt < before && !knownKeys.has(key)).map(({ key }) => key),
    missing: known.filter(
      ({ key, by, createdAt }) => (by === 'blob' || by === 'variant') && createdAt < before && !there.has(key),
    ),
  };
};

const FEW = 100;

/**
 * Whether strays may be removed. Many of them mean that something else is wrong: an old copy of the database was put
 * back, or this database does not belong to this bucket. Then a person has to look first.
 */
export const mayRemove = (strays: number, objects: number): boolean => strays <= FEW || strays * 2 < objects;
