import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { ReleaseProblem } from './problem.ts';
import type { Limits } from './traffic.ts';
import { merged, type Values } from './values.ts';

/** What an operator wants of a release. */
export interface Options {
  readonly version: string | undefined;
  readonly namespace: string;
  /** Folder with the charts. */
  readonly charts: string;
  readonly given: Values;
  readonly edgeGiven: Values;
  /** Share of the new house in percent, step by step; the last one is 100. */
  readonly steps: readonly number[];
  /** How long each step is watched. */
  readonly holdSeconds: number;
  /** How long the pods of one service of the new house may take to become ready. */
  readonly readySeconds: number;
  /** How long jobs of the old house may go on before the new one begins all the same. */
  readonly jobSeconds: number;
  readonly limits: Limits;
  readonly prometheus: string | undefined;
  readonly address: string | undefined;
  readonly insecure: boolean;
  /** The house that is left goes on standing idle instead of being scaled to nothing. */
  readonly keep: boolean;
  readonly smoke: string | undefined;
  readonly by: string;
  readonly help: boolean;
}

const flags = {
  version: { type: 'string' },
  namespace: { type: 'string', short: 'n', default: 'authorworks' },
  values: { type: 'string', short: 'f', multiple: true },
  'edge-values': { type: 'string', multiple: true },
  charts: { type: 'string' },
  steps: { type: 'string', default: '10,50,100' },
  'hold-seconds': { type: 'string', default: '30' },
  'ready-seconds': { type: 'string', default: '300' },
  'job-seconds': { type: 'string', default: '60' },
  'max-error-percent': { type: 'string', default: '1' },
  'max-p95-ms': { type: 'string', default: '1000' },
  'min-requests': { type: 'string', default: '50' },
  prometheus: { type: 'string' },
  address: { type: 'string' },
  insecure: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  smoke: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const numberOf = (name: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max)
    throw new ReleaseProblem(`--${name} must be a number from ${min} to ${max}, not "${text}"`);
  return value;
};

const stepsOf = (text: string): number[] => {
  const steps = text.split(',').map((step) => numberOf('steps', step, 1, 100));
  const grows = steps.every((step, index) => Number.isInteger(step) && step > (steps[index - 1] ?? 0));
  if (!grows || steps.at(-1) !== 100)
    throw new ReleaseProblem(
      `--steps must be whole percents that grow and end with 100, e.g. 10,50,100, not "${text}"`,
    );
  return steps;
};

const urlOf = (name: string, text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new ReleaseProblem(`--${name} must be an address like http://127.0.0.1:8080, not "${text}"`);
  return text.replace(/\/$/, '');
};

const valuesIn = (file: string): Values => {
  try {
    return (parse(readFileSync(file, 'utf8')) as Values | null) ?? {};
  } catch (error) {
    throw new ReleaseProblem(`the values ${file} cannot be read: ${(error as Error).message.split('\n')[0]}`);
  }
};

const VERSION = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** @param charts Those of this checkout. @throws ReleaseProblem naming what is wrong */
export const readOptions = (args: readonly string[], charts: string): Options => {
  const { values } = parsed(args);
  if (values.version !== undefined && (!VERSION.test(values.version) || values.version === 'latest'))
    throw new ReleaseProblem(`--version must be a tag of the images, and not latest: "${values.version}"`);
  return {
    version: values.version,
    namespace: values.namespace,
    charts: values.charts ?? charts,
    given: merged(...(values.values ?? []).map(valuesIn)),
    edgeGiven: merged(...(values['edge-values'] ?? []).map(valuesIn)),
    steps: stepsOf(values.steps),
    holdSeconds: numberOf('hold-seconds', values['hold-seconds'], 1, 86_400),
    readySeconds: numberOf('ready-seconds', values['ready-seconds'], 1, 3_600),
    jobSeconds: numberOf('job-seconds', values['job-seconds'], 0, 86_400),
    limits: {
      maxErrorPercent: numberOf('max-error-percent', values['max-error-percent'], 0, 100),
      maxP95Ms: numberOf('max-p95-ms', values['max-p95-ms'], 1, 600_000),
      minRequests: numberOf('min-requests', values['min-requests'], 1, 1e9),
    },
    prometheus: urlOf('prometheus', values.prometheus),
    address: urlOf('address', values.address),
    insecure: values.insecure,
    keep: values.keep,
    smoke: values.smoke,
    by: `${userInfo().username}@${hostname()}`,
    help: values.help,
  };
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true });
  } catch (error) {
    throw new ReleaseProblem((error as Error).message);
  }
};
