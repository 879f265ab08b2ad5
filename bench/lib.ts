import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** A table with columns as wide as they need to be. */
export const printTable = (rows: readonly (readonly string[])[]): void => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    );
};

const field = (path: string, name: string): number => {
  try {
    const line = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(path, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
};

/** Memory of a process in MiB: resident, and proportional (shared pages counted once over all that share them). */
export const memoryOf = (pid: number): { rssMiB: number; pssMiB: number; peakMiB: number } => ({
  rssMiB: field(`/proc/${pid}/status`, 'VmRSS'),
  peakMiB: field(`/proc/${pid}/status`, 'VmHWM'),
  pssMiB: field(`/proc/${pid}/smaps_rollup`, 'Pss'),
});

/** A process and all below it. */
export const familyOf = (pid: number): number[] => {
  const children = (() => {
    try {
      return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  })();
  return [pid, ...children.flatMap(familyOf)];
};

export const newDataDirectory = async (): Promise<string> => await mkdtemp(join(tmpdir(), 'authorworks-bench-'));
export const removeDirectory = async (path: string): Promise<void> => await rm(path, { recursive: true, force: true });
