import type { Construct } from 'constructs';
import { HelmChart } from './helm-chart.ts';

/** Entries of a map that are only written if the condition holds: `{ ...whenKeys(this, enabled, { a: 1 }) }`. */
export const whenKeys = <T extends object>(scope: Construct, condition: unknown, entries: T): Partial<T> =>
  ({ [HelmChart.around(scope).values.conditionKey(condition)]: entries }) as Partial<T>;

/** Items of a list that are only written if the condition holds: `[...whenItems(this, enabled, [a])]`. */
export const whenItems = <T>(scope: Construct, condition: unknown, items: readonly T[]): T[] => [
  { [HelmChart.around(scope).values.conditionKey(condition)]: items } as T,
];

/** The opposite of a condition. */
export const unless = (scope: Construct, condition: unknown): string =>
  HelmChart.around(scope).values.calculate('boolean', (ref) => `not ${ref(condition)}`);
