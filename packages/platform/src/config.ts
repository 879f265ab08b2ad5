/**
 * Settings of a service: one line for each, with its reason, default and whether it is secret. A setting `poolSize` is
 * read from the variable POOL_SIZE, or from the file that POOL_SIZE_FILE names (as secrets are mounted in pods).
 */

export interface Setting<T> {
  readonly doc: string;
  /** Shown as *** wherever settings are printed. */
  readonly secret: boolean;
  /** Shape for people, e.g. "integer from 1 to 65535". */
  readonly shape: string;
  /** Text form of the default; undefined: has to be set, unless `optional`. */
  readonly fallback: string | undefined;
  readonly optional: boolean;
  /** @throws Error whose message completes the sentence "NAME …". */
  readonly parse: (raw: string) => T;
}

/** Alternatives: NAME=s3 chooses which further settings are read. */
export interface Choice<O extends Record<string, ConfigSpec>> {
  readonly doc: string;
  readonly fallback: (keyof O & string) | undefined;
  readonly options: O;
}

export interface ConfigSpec {
  // oxlint-disable-next-line typescript/no-explicit-any -- a spec holds settings of every type; ConfigOf gives them back
  readonly [key: string]: Setting<any> | Choice<any>;
}

export type ConfigOf<S extends ConfigSpec> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T>
    ? T
    : S[K] extends Choice<infer O>
      ? { [N in keyof O & string]: { readonly kind: N } & ConfigOf<O[N]> }[keyof O & string]
      : never;
};

interface SettingOptions<T> {
  readonly doc: string;
  readonly default?: T;
  readonly secret?: boolean;
}

const setting = <T>(shape: string, options: SettingOptions<T>, parse: (raw: string) => T): Setting<T> => ({
  doc: options.doc,
  secret: options.secret ?? false,
  shape,
  fallback: options.default === undefined ? undefined : String(options.default),
  optional: false,
  parse,
});

export const text = (options: SettingOptions<string>): Setting<string> =>
  setting('text', options, (raw) => {
    if (raw === '') throw new Error('must not be empty');
    return raw;
  });

export const integer = (
  options: SettingOptions<number> & { readonly min?: number; readonly max?: number },
): Setting<number> => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  return setting(`integer from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}`, options, (raw) => {
    const value = Number(raw);
    if (!/^-?\d+$/.test(raw.trim()) || !Number.isSafeInteger(value)) throw new Error('must be an integer');
    if (value < min || value > max) throw new Error(`must be from ${min} to ${max}`);
    return value;
  });
};

export const flag = (options: SettingOptions<boolean>): Setting<boolean> =>
  setting('true or false', options, (raw) => {
    if (/^(true|1|yes|on)$/i.test(raw)) return true;
    if (/^(false|0|no|off)$/i.test(raw)) return false;
    throw new Error('must be true or false');
  });

export const oneOf = <const T extends string>(values: readonly T[], options: SettingOptions<T>): Setting<T> =>
  setting(values.join(' | '), options, (raw) => {
    const value = values.find((candidate) => candidate === raw);
    if (value === undefined) throw new Error(`must be one of ${values.join(', ')}`);
    return value;
  });

export const url = (options: SettingOptions<string> & { readonly protocols?: readonly string[] }): Setting<string> => {
  const protocols = options.protocols ?? ['http:', 'https:'];
  return setting(`URL (${protocols.map((protocol) => `${protocol}//`).join(', ')})`, options, (raw) => {
    if (!URL.canParse(raw)) throw new Error('must be a URL');
    if (!protocols.includes(new URL(raw).protocol)) throw new Error(`must begin with ${protocols.join(' or ')}//`);
    return raw.replace(/\/$/, '');
  });
};

/** Comma-separated values; empty means none. */
export const list = (options: SettingOptions<string>): Setting<readonly string[]> => ({
  ...setting('comma-separated list', options, (raw) => raw),
  fallback: options.default ?? '',
  parse: (raw: string) =>
    raw
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
});

/** Makes a setting one that may be absent. */
export const optional = <T>(inner: Setting<T>): Setting<T | undefined> => ({
  ...inner,
  optional: true,
  parse: (raw) => (raw === '' ? undefined : inner.parse(raw)),
});

export const choice = <const O extends Record<string, ConfigSpec>>(options: {
  readonly doc: string;
  readonly default?: keyof O & string;
  readonly options: O;
}): Choice<O> => ({ doc: options.doc, fallback: options.default, options: options.options });

/** Declares the settings of a service. */
export const defineConfig = <const S extends ConfigSpec>(spec: S): S => spec;

/** publicUrl → PUBLIC_URL */
export const variableOf = (key: string): string => key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();

type Entry = ConfigSpec[string];
const isChoice = (entry: Entry): entry is Choice<Record<string, ConfigSpec>> => 'options' in entry;
const isSetting = (entry: Entry): entry is Setting<unknown> => !isChoice(entry);

/** All problems of all settings at once, as a table for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly { readonly variable: string; readonly problem: string; readonly doc: string }[];

  constructor(service: string, problems: ConfigError['problems']) {
    const width = Math.max(...problems.map(({ variable }) => variable.length));
    const rows = problems.map(({ variable, problem, doc }) => `  ${variable.padEnd(width)}  ${problem}  (${doc})`);
    super(`The settings of ${service} are not complete:\n${rows.join('\n')}`);
    this.problems = problems;
  }
}

/** Where settings come from: variables, and a reader for files that NAME_FILE names. */
export interface ConfigSource {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
}

type Problem = { variable: string; problem: string; doc: string };

const rawOf = (variable: string, source: ConfigSource): string | undefined => {
  const direct = source.variables[variable];
  const file = source.variables[`${variable}_FILE`];
  if (direct !== undefined && direct !== '' && file)
    throw new Error(`is set twice: as ${variable} and as ${variable}_FILE`);
  if (!file) return direct === '' ? undefined : direct;
  try {
    return source.readFile(file).trim();
  } catch {
    throw new Error(`cannot be read from the file ${file}`);
  }
};

const readSpec = (spec: ConfigSpec, source: ConfigSource, problems: Problem[]): Record<string, unknown> => {
  const config: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(spec)) {
    const variable = variableOf(key);
    try {
      const raw = rawOf(variable, source) ?? entry.fallback;
      if (isChoice(entry)) {
        const names = Object.keys(entry.options);
        const chosen = raw === undefined ? undefined : entry.options[raw];
        if (raw === undefined || !chosen)
          throw new Error(raw === undefined ? 'is missing' : `must be one of ${names.join(', ')}`);
        config[key] = { kind: raw, ...readSpec(chosen, source, problems) };
      } else if (raw === undefined) {
        if (!(isSetting(entry) && entry.optional)) throw new Error('is missing');
        config[key] = undefined;
      } else if (isSetting(entry)) {
        config[key] = entry.parse(raw);
      }
    } catch (error) {
      problems.push({ variable, problem: (error as Error).message, doc: entry.doc });
    }
  }
  return config;
};

/**
 * Reads and checks all settings of a spec.
 * @throws ConfigError naming every missing or wrong variable at once; values of secrets are never part of it.
 */
export const readConfig = <S extends ConfigSpec>(service: string, spec: S, source: ConfigSource): ConfigOf<S> => {
  const problems: Problem[] = [];
  const config = readSpec(spec, source, problems);
  if (problems.length > 0) throw new ConfigError(service, problems);
  return config as ConfigOf<S>;
};

export interface ConfigRow {
  readonly variable: string;
  readonly shape: string;
  /** '' where there is none, *** is never needed because secrets have no default. */
  readonly fallback: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly doc: string;
}

/** The settings as rows, for the table in a service's README and for chart values. */
export const describeConfig = (spec: ConfigSpec, condition = ''): ConfigRow[] =>
  Object.entries(spec).flatMap(([key, entry]) => {
    const variable = variableOf(key);
    const doc = condition ? `${entry.doc} (${condition})` : entry.doc;
    if (isSetting(entry)) {
      const { shape, secret, fallback = '' } = entry;
      return [{ variable, shape, fallback, required: entry.fallback === undefined && !entry.optional, secret, doc }];
    }
    if (!isChoice(entry)) return [];
    const names = Object.keys(entry.options);
    return [
      {
        variable,
        shape: names.join(' | '),
        fallback: entry.fallback ?? '',
        required: entry.fallback === undefined,
        secret: false,
        doc,
      },
      ...names.flatMap((name) => describeConfig(entry.options[name] ?? {}, `when ${variable} is ${name}`)),
    ];
  });
