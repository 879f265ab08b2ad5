/**
 * Values of a chart. A value is declared where it is used, and stands in a manifest as a sentinel: a short string that no
 * manifest holds otherwise. After synthesis `emit.ts` puts the template expression in its place, by the value's type.
 */

/** A part of JSON Schema (draft 7, the one Helm reads). */
export type JsonSchema = { readonly [key: string]: unknown };

interface Documented<T> {
  /** One sentence for the operator; becomes a comment in values.yaml and a row in the README. */
  readonly doc: string;
  readonly default: T;
}

export interface StringOptions extends Documented<string> {
  /** A regular expression that the whole value has to match. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** @default 0, or 1 when the default is not empty */
  readonly minLength?: number;
}

export interface IntegerOptions extends Documented<number> {
  readonly min?: number;
  readonly max?: number;
}

export interface MapOptions extends Documented<Readonly<Record<string, unknown>>> {
  /** Schema of each entry. @default strings */
  readonly entries?: JsonSchema;
  /** Pattern of the keys. */
  readonly keys?: string;
  /** Keys that the chart sets itself. */
  readonly reserved?: readonly string[];
}

export interface ListOptions<T> extends Documented<readonly T[]> {
  readonly items: JsonSchema;
  /** How many there are at least. @default 0 */
  readonly min?: number;
}

/** How an expression is written into a manifest. */
type Kind = 'string' | 'integer' | 'boolean' | 'map' | 'list' | 'items' | 'condition' | 'file';

export interface Meaning {
  readonly kind: Kind;
  /** Go template expression without braces, e.g. `.Values.postgres.port`. */
  readonly expression: string;
}

export interface Declared {
  readonly path: string;
  readonly doc: string;
  readonly default: unknown;
  readonly schema: JsonSchema;
}

export class ValueError extends Error {
  override readonly name = 'ValueError';
}

const OPEN = '⟦';
const CLOSE = '⟧';
const SENTINEL = /⟦(\d+)⟧/g;

const PATH = /^[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*)*$/;

/** Names of objects in Kubernetes (RFC 1123 label). */
export const NAME_PATTERN = '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$';
const QUANTITY_PATTERN = '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$';

/** An expression as an argument of another: in brackets when it is a call. */
export const wrapped = (expression: string): string =>
  expression.includes(' ') && !/^\([^()]*\)$/.test(expression) ? `(${expression})` : expression;

export class Values {
  readonly #meanings: Meaning[] = [];
  readonly #declared = new Map<string, Declared>();
  readonly #sentinels = new Map<string, string>();

  /** What was declared, in the order in which it was. */
  get declared(): readonly Declared[] {
    return [...this.#declared.values()];
  }

  string(path: string, options: StringOptions): string {
    const { pattern, enum: allowed, minLength = options.default === '' ? 0 : 1 } = options;
    if (pattern !== undefined && options.default !== '' && !new RegExp(pattern).test(options.default))
      throw new ValueError(`${path}: its default ${options.default} does not match ${pattern}`);
    return this.#declare(path, options, 'string', {
      type: 'string',
      ...(pattern === undefined ? {} : { pattern }),
      ...(allowed === undefined ? {} : { enum: allowed }),
      ...(minLength > 0 && allowed === undefined ? { minLength } : {}),
    });
  }

  /** The name of a Kubernetes object that is made by others, e.g. of a Secret. */
  name(path: string, options: Documented<string>): string {
    return this.string(path, { ...options, pattern: NAME_PATTERN });
  }

  /** A number with a unit of Kubernetes, e.g. 10Gi or 500m. */
  quantity(path: string, options: Documented<string>): string {
    return this.string(path, { ...options, pattern: QUANTITY_PATTERN });
  }

  /** Typed as a number for the manifest's sake; do not calculate with it, use `calculate`. */
  integer(path: string, options: IntegerOptions): number {
    const { min = 0, max } = options;
    return this.#declare(path, options, 'integer', {
      type: 'integer',
      minimum: min,
      ...(max === undefined ? {} : { maximum: max }),
    }) as unknown as number;
  }

  boolean(path: string, options: Documented<boolean>): boolean {
    return this.#declare(path, options, 'boolean', { type: 'boolean' }) as unknown as boolean;
  }

  /** Entries that are added to the map in which this is spread. */
  map(path: string, options: MapOptions): Record<string, string> {
    const { entries = { type: 'string' }, keys, reserved = [] } = options;
    // not by propertyNames: Helm's validator then names a path that has nothing to do with it
    const sentinel = this.#declare(path, options, 'map', {
      type: 'object',
      ...(reserved.length === 0 ? {} : { properties: Object.fromEntries(reserved.map((name) => [name, false])) }),
      ...(keys === undefined
        ? { additionalProperties: entries }
        : { patternProperties: { [keys]: entries }, additionalProperties: false }),
    });
    return { [sentinel]: sentinel };
  }

  /** Items that are added to the list in which this is spread. */
  list<T>(path: string, options: ListOptions<T>): T[] {
    const { items, min = 0 } = options;
    const schema = { type: 'array', items, ...(min > 0 ? { minItems: min } : {}) };
    return [this.#declare(path, options, 'list', schema)] as unknown as T[];
  }

  /** An expression of Helm's own, e.g. `.Release.Name`; written like a string. */
  builtIn(expression: string): string {
    return this.#sentinelOf({ kind: 'string', expression });
  }

  /** A value derived from others; `ref` gives the expression of a sentinel. `items` stands in a list for some, and never for none. */
  calculate(
    kind: 'string' | 'integer' | 'boolean' | 'items',
    build: (ref: (sentinel: unknown) => string) => string,
  ): string {
    return this.#sentinelOf({ kind, expression: build((sentinel) => this.expressionOf(sentinel)) });
  }

  /** The key under which a map or list is kept only if a condition holds. */
  conditionKey(condition: unknown): string {
    return this.#sentinelOf({ kind: 'condition', expression: this.expressionOf(condition) });
  }

  /** The text of a file of the chart, as it is: what is in it is only a template if that is said. */
  file(path: string, isTemplate = false): string {
    return this.#sentinelOf({
      kind: 'file',
      expression: isTemplate ? `tpl (.Files.Get "${path}") .` : `.Files.Get "${path}"`,
    });
  }

  /** The expression that a single sentinel stands for. */
  expressionOf(sentinel: unknown): string {
    const meaning = typeof sentinel === 'string' ? this.single(sentinel) : undefined;
    if (!meaning) throw new ValueError(`${JSON.stringify(sentinel)} is not a value of this chart`);
    return meaning.kind === 'integer' ? `(int64 ${wrapped(meaning.expression)})` : meaning.expression;
  }

  /** What a text stands for, if it is one sentinel and nothing else. */
  single(text: string): Meaning | undefined {
    const match = /^⟦(\d+)⟧$/.exec(text);
    return match ? this.#meaningOf(match[1]) : undefined;
  }

  /** The pieces of a text: plain ones and values, in order. */
  pieces(text: string): (string | Meaning)[] {
    return text
      .split(SENTINEL)
      .map((piece, index) => (index % 2 === 0 ? piece : this.#meaningOf(piece)))
      .filter((piece) => piece !== '');
  }

  #meaningOf(index: string | undefined): Meaning {
    const meaning = this.#meanings[Number(index)];
    if (!meaning) throw new ValueError(`there is no value number ${index}; was it made by another chart?`);
    return meaning;
  }

  #declare(path: string, options: Documented<unknown>, kind: Kind, schema: JsonSchema): string {
    if (!PATH.test(path)) throw new ValueError(`${path} is no path of a value: camelCase names with dots between them`);
    const wanted: Declared = { path, doc: options.doc, default: options.default, schema };
    const known = this.#declared.get(path);
    if (known && JSON.stringify(known) !== JSON.stringify(wanted))
      throw new ValueError(`${path} is declared twice, and differently`);
    for (const other of this.#declared.keys()) {
      if (other.startsWith(`${path}.`) || path.startsWith(`${other}.`))
        throw new ValueError(`${path} and ${other} cannot both be values: one holds the other`);
    }
    this.#declared.set(path, wanted);
    return this.#sentinelOf({ kind, expression: `.Values.${path}` });
  }

  #sentinelOf(meaning: Meaning): string {
    const key = `${meaning.kind} ${meaning.expression}`;
    const known = this.#sentinels.get(key);
    if (known !== undefined) return known;
    const sentinel = `${OPEN}${this.#meanings.push(meaning) - 1}${CLOSE}`;
    this.#sentinels.set(key, sentinel);
    return sentinel;
  }
}
