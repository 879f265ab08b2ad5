import { manuscriptSchema } from '@authorworks/manuscript/schema';
import type { Attrs, ContentMatch, MarkType, NodeType, Schema } from 'prosemirror-model';

/** What may stand in an element, as far as single changes can be judged. */
export interface ElementRule {
  readonly children: ReadonlySet<string>;
  readonly takesText: boolean;
  readonly marks: ReadonlyMap<string, AttributeChecks>;
  readonly attributes: AttributeChecks;
}

/** For each attribute: throws when a value is wrong. */
export type AttributeChecks = ReadonlyMap<string, (value: unknown) => void>;

/** The rules of a schema by node name. `doc` is the fragment itself. */
export type Rules = ReadonlyMap<string, ElementRule>;

const TYPES = /^(string|number|boolean|null)(\|(string|number|boolean|null))*$/;

const checkOf = (validate: unknown): ((value: unknown) => void) => {
  if (typeof validate === 'function') return validate as (value: unknown) => void;
  if (typeof validate === 'string' && TYPES.test(validate)) {
    const types = validate.split('|');
    return (value) => {
      if (!types.includes(value === null ? 'null' : typeof value)) throw new RangeError(`must be ${validate}`);
    };
  }
  return () => undefined;
};

const checksOf = (attributes: Readonly<Record<string, { validate?: unknown }>> | undefined): AttributeChecks =>
  new Map(Object.entries(attributes ?? {}).map(([name, { validate }]) => [name, checkOf(validate)]));

/** Every kind of node that a content expression can take somewhere. */
const childrenOf = (type: NodeType): Set<string> => {
  const names = new Set<string>();
  const seen = new Set<ContentMatch>();
  const visit = (match: ContentMatch): void => {
    if (seen.has(match)) return;
    seen.add(match);
    for (let index = 0; index < match.edgeCount; index += 1) {
      const { type: child, next } = match.edge(index);
      names.add(child.name);
      visit(next);
    }
  };
  visit(type.contentMatch);
  return names;
};

const ruleOf = (type: NodeType, marks: readonly MarkType[]): ElementRule => {
  const children = childrenOf(type);
  const takesText = children.delete('text');
  return {
    children,
    takesText,
    marks: new Map(
      marks.filter((mark) => type.allowsMarkType(mark)).map((mark) => [mark.name, checksOf(mark.spec.attrs)]),
    ),
    attributes: checksOf(type.spec.attrs),
  };
};

/**
 * What a single change may do to a document of this schema. Sequences and numbers of children are not judged: two writers
 * who delete at the same time can empty a list together, and none of them is to blame; `mendManuscript` reads what they
 * leave.
 */
export const rulesOf = (schema: Schema): Rules => {
  const marks = Object.values(schema.marks);
  return new Map(Object.values(schema.nodes).map((type) => [type.name, ruleOf(type, marks)]));
};

export const manuscriptRules: Rules = rulesOf(manuscriptSchema);

/** @throws Error naming the mark or its attribute when a writer could not have made it. */
export const checkMark = (rule: ElementRule, name: string, value: unknown): void => {
  const checks = rule.marks.get(name);
  if (!checks) throw new RangeError(`there is no mark "${name.slice(0, 40)}" here`);
  if (value === null) return;
  if (typeof value !== 'object' || Array.isArray(value)) throw new RangeError(`the mark ${name} is not one`);
  for (const key of Object.keys(value))
    if (!checks.has(key)) throw new RangeError(`the mark ${name} has no such value`);
  for (const [key, check] of checks) check((value as Attrs)[key] ?? null);
};
