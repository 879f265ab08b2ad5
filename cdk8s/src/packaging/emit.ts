import { parse, stringify } from 'yaml';
import { type Meaning, ValueError, type Values, wrapped } from './values.ts';

/** What is left of a manifest after synthesis. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };
type PlainMap = { readonly [key: string]: Plain };

const isMap = (value: Plain): value is PlainMap => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
const pad = (column: number): string => ' '.repeat(column);

/** Braces that were meant literally; everything else in them would be run by Helm. */
const escaped = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');

/** A string as YAML that reads as the same string in YAML 1.1 (Go's) and 1.2: `on`, `1.10` and `012` are quoted. */
const quoted = (text: string): string => {
  if (/[\n\r]/.test(text)) return JSON.stringify(text);
  const plain = stringify(text, { version: '1.1', lineWidth: 0 }).trimEnd();
  return parse(plain, { version: '1.2' }) === text ? plain : JSON.stringify(text);
};

/** An argument of printf: integers come from JSON as floats, and would print as 1e+06. */
const argument = ({ kind, expression }: Meaning): string =>
  kind === 'integer' ? `(int64 ${wrapped(expression)})` : wrapped(expression);

/** Writes manifests as YAML with template expressions in the place of sentinels. */
export class Emitter {
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  /** One document, beginning with `---`; only written by Helm if all conditions hold. */
  document(manifest: PlainMap, conditions: readonly string[] = []): string {
    const body = ['---', ...this.#map(manifest, 0)];
    const lines =
      conditions.length === 0
        ? body
        : [
            `{{- if ${conditions.length === 1 ? conditions[0] : `and ${conditions.map(wrapped).join(' ')}`} }}`,
            ...body,
            '{{- end }}',
          ];
    return `${lines.join('\n')}\n`;
  }

  /** A template expression, for texts that are not YAML (NOTES.txt). */
  text(text: string): string {
    return this.#values
      .pieces(text)
      .map((piece) => (typeof piece === 'string' ? piece : `{{ ${argument(piece)} }}`))
      .join('');
  }

  /** A text in which each value is a scalar of YAML. */
  scalars(text: string): string {
    return this.#values
      .pieces(text)
      .map((piece) =>
        typeof piece === 'string' ? piece : `{{ ${argument(piece)}${piece.kind === 'string' ? ' | quote' : ''} }}`,
      )
      .join('');
  }

  #scalar(value: Plain): string {
    if (typeof value !== 'string') return JSON.stringify(value);
    const single = this.#values.single(value);
    if (single) {
      if (single.kind === 'boolean') return `{{ ${single.expression} }}`;
      if (single.kind === 'integer') return `{{ int64 ${wrapped(single.expression)} }}`;
      if (single.kind === 'string') return `{{ ${single.expression} | quote }}`;
      throw new ValueError(`${single.expression} cannot stand for a single text`);
    }
    const pieces = this.#values.pieces(value);
    if (pieces.every((piece) => typeof piece === 'string')) return escaped(quoted(value));
    const format = pieces
      .map((piece) =>
        typeof piece === 'string' ? piece.replaceAll('%', '%%') : piece.kind === 'integer' ? '%d' : '%v',
      )
      .join('');
    if (format.includes('{{')) throw new ValueError(`${value}: braces and values in one text`);
    const values = pieces.filter((piece) => typeof piece !== 'string').map(argument);
    return `{{ printf ${JSON.stringify(format)} ${values.join(' ')} | quote }}`;
  }

  /** If everything in a map or list may be absent, the expression that says whether something is there. */
  #guard(value: Plain): string | undefined {
    const heads = isMap(value) ? Object.keys(value) : isList(value) ? value.map(headOf) : [];
    if (heads.length === 0) return undefined;
    const expressions: string[] = [];
    for (const head of heads) {
      const meaning = head === undefined ? undefined : this.#values.single(head);
      if (meaning?.kind !== 'map' && meaning?.kind !== 'list' && meaning?.kind !== 'condition') return undefined;
      expressions.push(meaning.expression);
    }
    return expressions.length === 1 ? expressions[0] : `or ${expressions.map(wrapped).join(' ')}`;
  }

  #splice(expression: string, column: number): string[] {
    return [
      `${pad(column)}{{- with ${expression} }}`,
      `${pad(column)}{{- toYaml . | nindent ${column} }}`,
      `${pad(column)}{{- end }}`,
    ];
  }

  #map(map: PlainMap, column: number): string[] {
    return Object.entries(map).flatMap(([key, value]) => {
      const meaning = this.#values.single(key);
      if (meaning?.kind === 'map') return this.#splice(meaning.expression, column);
      if (meaning?.kind === 'condition') {
        if (!isMap(value)) throw new ValueError(`${meaning.expression}: only a map can be in a map`);
        return [
          `${pad(column)}{{- if ${meaning.expression} }}`,
          ...this.#map(value, column),
          `${pad(column)}{{- end }}`,
        ];
      }
      if (this.#values.pieces(key).some((piece) => typeof piece !== 'string'))
        throw new ValueError(`a value cannot be (part of) the key ${key}`);
      return this.#entry(escaped(quoted(key)), value, column);
    });
  }

  #entry(key: string, value: Plain, column: number): string[] {
    const start = `${pad(column)}${key}:`;
    const file = typeof value === 'string' ? this.#values.single(value) : undefined;
    if (file?.kind === 'file')
      return [`${start} |`, `${pad(column + 2)}{{- ${file.expression} | nindent ${column + 2} }}`];
    if (isMap(value) || isList(value)) {
      if (isMap(value) && Object.keys(value).length === 0) return [`${start} {}`];
      if (isList(value) && value.length === 0) return [`${start} []`];
      const body = isMap(value) ? this.#map(value, column + 2) : this.#list(value, column + 2);
      const guard = this.#guard(value);
      return guard === undefined
        ? [start, ...body]
        : [`${pad(column)}{{- if ${guard} }}`, start, ...body, `${pad(column)}{{- end }}`];
    }
    return [`${start} ${this.#scalar(value)}`];
  }

  #list(list: readonly Plain[], column: number): string[] {
    return list.flatMap((item) => {
      const head = headOf(item);
      const meaning = head === undefined ? undefined : this.#values.single(head);
      if (meaning?.kind === 'list') return this.#splice(meaning.expression, column);
      if (meaning?.kind === 'items')
        return [`${pad(column)}{{- toYaml ${wrapped(meaning.expression)} | nindent ${column} }}`];
      if (meaning?.kind === 'condition' && isMap(item)) {
        const inner = Object.values(item)[0];
        if (inner === undefined || !isList(inner))
          throw new ValueError(`${meaning.expression}: only a list can be in a list`);
        return [
          `${pad(column)}{{- if ${meaning.expression} }}`,
          ...this.#list(inner, column),
          `${pad(column)}{{- end }}`,
        ];
      }
      return this.#item(item, column);
    });
  }

  #item(item: Plain, column: number): string[] {
    if (isMap(item) && Object.keys(item).length > 0) {
      const lines = this.#map(nameFirst(item), column + 2);
      const [first = '', ...rest] = lines;
      if (first.trimStart().startsWith('{{-'))
        throw new ValueError(
          `an item of a list must begin with something that is always there: ${JSON.stringify(item)}`,
        );
      return [`${pad(column)}- ${first.slice(column + 2)}`, ...rest];
    }
    if (isList(item)) throw new ValueError('lists in lists are not used in Kubernetes');
    return [`${pad(column)}- ${isMap(item) ? '{}' : this.#scalar(item)}`];
  }
}

/** The sentinel that a list's item may be: itself, or the only key of a map. */
const headOf = (item: Plain): string | undefined => {
  if (typeof item === 'string') return item;
  if (!isMap(item)) return undefined;
  const keys = Object.keys(item);
  return keys.length === 1 ? keys[0] : undefined;
};

/** People look for the name first; and it is never conditional. */
const nameFirst = (map: PlainMap): PlainMap => {
  const { name, ...others } = map;
  return name === undefined ? map : { name, ...others };
};
