/** The parts of a JSON Schema that an example is made from. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly description?: string;
}

export type Schemas = Readonly<Record<string, unknown>>;

/** A manuscript is a tree without end; an example of it need not be. */
const MAX_DEPTH = 5;
const REF = '#/components/schemas/';

const STRINGS: Readonly<Record<string, string>> = {
  uuid: '01936f5e-8c3a-7b21-9d4e-5f60718293a4',
  'date-time': '2026-11-22T18:00:00.000Z',
  date: '2026-11-22',
  email: 'mary@example.org',
  uri: 'https://books.example/',
};

const plain = ({ type, format = '', minimum = 0 }: Schema): unknown => {
  const kind = typeof type === 'string' ? type : type?.find((one) => one !== 'null');
  if (kind === 'string') return STRINGS[format] ?? 'text';
  if (kind === 'integer' || kind === 'number') return Math.max(minimum, 0);
  if (kind === 'boolean') return true;
  return null;
};

/** A value that fits a schema, for people to look at. */
export const exampleOf = (schema: Schema | undefined, schemas: Schemas, depth = 0): unknown => {
  if (!schema || depth > MAX_DEPTH) return null;
  if (schema.$ref !== undefined)
    return exampleOf(schemas[schema.$ref.slice(REF.length)] as Schema | undefined, schemas, depth);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return exampleOf(choice[0], schemas, depth);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, schemas, depth))) as unknown;
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, inner]) => [name, exampleOf(inner, schemas, depth + 1)]),
    );
  if (schema.items) return [exampleOf(schema.items, schemas, depth + 1)];
  return plain(schema);
};
