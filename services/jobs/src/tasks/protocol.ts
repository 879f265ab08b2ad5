import { z } from 'zod';

/**
 * How a task that runs by itself speaks with the service that started it: what it is given stands in its environment,
 * what it tells on the way are lines of its output, and what it leaves is a small file. In the cluster that file is the
 * container's termination message, which Kubernetes keeps with the pod, up to 4,096 bytes.
 */

export const RESULT_LIMIT_BYTES = 4_000;

/** Begins a line that is not for the log. */
const TELLING = '::task ';

const Telling = z.object({
  progress: z.number().min(0).max(100).optional(),
  note: z.string().max(200).optional(),
  checkpoint: z.unknown().optional(),
});
export type Telling = z.infer<typeof Telling>;

export const writeTelling = (telling: Telling): string => `${TELLING}${JSON.stringify(telling)}\n`;

const read = <T extends z.ZodType>(schema: T, text: string): z.output<T> | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

const LONGEST_LINE = 4_000;

/** Separates what a task says to the service from what it says to people. A line that only looks like the former is the latter. */
export const readOutput = (output: string): { readonly log: string; readonly told: Telling[] } => {
  const told: Telling[] = [];
  const lines = output.split('\n').filter((line) => {
    const telling = line.startsWith(TELLING) ? read(Telling, line.slice(TELLING.length)) : undefined;
    if (telling) told.push(telling);
    return !telling;
  });
  const log = lines
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line))
    .join('\n')
    // PostgreSQL cannot hold it
    .replaceAll('\0', '�');
  return { log, told };
};

const Result = z.object({
  output: z.unknown().optional(),
  error: z
    .object({
      code: z.string().max(100),
      message: z.string().max(1_000),
      final: z.boolean().describe('It will end the same the next time'),
    })
    .optional(),
});
export type Result = z.infer<typeof Result>;

export const writeResult = (result: Result): string => JSON.stringify(result);
export const readResult = (text: string | undefined): Result | undefined =>
  text === undefined || text === '' ? undefined : read(Result, text);
