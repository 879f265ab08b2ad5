import { stringify } from 'yaml';
import type { Declared, JsonSchema } from './values.ts';

/** What values.yaml, values.schema.json and the README table are made of: the declared values as a tree. */
interface Branch {
  readonly children: Map<string, Branch | Declared>;
}

const isBranch = (node: Branch | Declared): node is Branch => 'children' in node;

const treeOf = (declared: readonly Declared[]): Branch => {
  const root: Branch = { children: new Map() };
  for (const value of declared) {
    const steps = value.path.split('.');
    const leaf = steps.pop() ?? '';
    let branch = root;
    for (const step of steps) {
      let next = branch.children.get(step);
      if (!next || !isBranch(next)) {
        next = { children: new Map() };
        branch.children.set(step, next);
      }
      branch = next;
    }
    branch.children.set(leaf, value);
  }
  return root;
};

const comment = (text: string, column: number): string[] =>
  text.split('\n').map((line) => `${' '.repeat(column)}# ${line}`);

/** Constraints in words, for values.yaml and the README. */
export const constraintOf = ({ schema }: Declared): string => {
  const { type, enum: allowed, minimum, maximum, pattern } = schema as { [key: string]: never };
  if (allowed) return (allowed as readonly string[]).join(' | ');
  if (type === 'integer')
    return `integer from ${String(minimum)}${maximum === undefined ? '' : ` to ${String(maximum)}`}`;
  if (type === 'boolean') return 'true | false';
  if (type === 'object') return 'map';
  if (type === 'array') return 'list';
  return pattern === undefined ? 'text' : `text like ${String(pattern)}`;
};

const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, version: '1.1' }).trimEnd();

const lines = (branch: Branch, column: number): string[] =>
  [...branch.children].flatMap(([key, node]) => {
    const start = `${' '.repeat(column)}${key}:`;
    if (isBranch(node)) return [...(column === 0 ? [''] : []), start, ...lines(node, column + 2)];
    const constraint = constraintOf(node);
    const short =
      constraint.startsWith('text') || constraint === 'map' || constraint === 'list' ? '' : ` (${constraint})`;
    const heading = [...(column === 0 ? [''] : []), ...comment(`${node.doc}${short}`, column)];
    const value = node.default;
    const structured = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
    if (!structured) return [...heading, `${start} ${flow(value)}`];
    const body = stringify(value, { lineWidth: 0, version: '1.1' }).trimEnd().split('\n');
    return [...heading, start, ...body.map((line) => `${' '.repeat(column + 2)}${line}`)];
  });

/** values.yaml, with a comment for each value. */
export const valuesYaml = (name: string, declared: readonly Declared[]): string =>
  `${[`# Values of the chart ${name}. Written by cdk8s/: change it there. What is not listed here is refused.`, ...lines(treeOf(declared), 0)].join('\n')}\n`;

const schemaOf = (branch: Branch): JsonSchema => {
  const properties: Record<string, JsonSchema> = {};
  for (const [key, node] of branch.children)
    properties[key] = isBranch(node) ? schemaOf(node) : { description: node.doc, ...node.schema };
  // all are required: every value has a default, so one is only missing when somebody has set it to null
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
};

/** values.schema.json: refuses what is misspelt, of another type, or out of bounds. */
export const valuesSchema = (name: string, declared: readonly Declared[]): string => {
  const schema = schemaOf(treeOf(declared)) as { properties: Record<string, JsonSchema> };
  // Helm gives it to every chart that is part of another
  const properties = { global: { type: 'object' }, ...schema.properties };
  return `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', title: `Values of ${name}`, ...schema, properties }, null, 2)}\n`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The table of values in a chart's README. */
export const valuesTable = (declared: readonly Declared[]): string =>
  [
    '| value | what | shape | default |',
    '| --- | --- | --- | --- |',
    ...declared
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map((value) => {
        const constraint = constraintOf(value);
        const shape = constraint.startsWith('text like') ? 'text' : constraint;
        const fallback = value.default === '' ? '' : `\`${cell(flow(value.default))}\``;
        return `| \`${value.path}\` | ${cell(value.doc)} | ${cell(shape)} | ${fallback} |`;
      }),
  ].join('\n');
