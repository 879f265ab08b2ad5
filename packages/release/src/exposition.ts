/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+([-+]?(?:Inf|NaN|[\d.eE+-]+))(?:\s+-?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/g;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

const numberOf = (text: string): number =>
  text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);

/** Reads Prometheus' text exposition format 0.0.4, which /metrics speaks; comments and lines that are none are passed over. */
export const parseExposition = (text: string): Sample[] =>
  text.split('\n').flatMap((line) => {
    const [, name, rawLabels = '', raw = ''] = LINE.exec(line.trim()) ?? [];
    if (name === undefined) return [];
    const labels = Object.fromEntries(
      [...rawLabels.matchAll(LABEL)].map(([, key = '', value = '']) => [
        key,
        value.replace(/\\(.)/g, (_, letter: string) => ESCAPED[letter] ?? letter),
      ]),
    );
    return [{ name, labels, value: numberOf(raw) }];
  });

/** Sum of all samples of a name; undefined when there is none. */
export const sumOf = (samples: readonly Sample[], name: string): number | undefined => {
  const found = samples.filter((sample) => sample.name === name);
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
};
