import { Fragment, Mark, type MarkType, type NodeType } from 'prosemirror-model';
import { cleanText } from './clean-text.ts';
import { fitContent } from './fit-content.ts';
import { type DocNode, manuscriptSchema } from './manuscript-schema.ts';
import { append } from './append.ts';

/** How large a document may be. */
export interface ManuscriptLimits {
  /** Levels of nodes below the document. */
  readonly depth: number;
  readonly blocks: number;
  /** Text nodes, hard breaks and footnotes. */
  readonly inlines: number;
  /** UTF-16 units of all text together. */
  readonly characters: number;
}

export const manuscriptLimits: ManuscriptLimits = {
  depth: 64,
  blocks: 200_000,
  inlines: 2_000_000,
  characters: 20_000_000,
};

/** One thing that is wrong with a document: `path` as in `content[3].attrs.level`, `message` for a person. */
export interface ManuscriptProblem {
  readonly path: string;
  readonly message: string;
}

/** More problems than these are not listed. */
export const PROBLEMS_LISTED = 50;

/** Where the reader is: a linked list, because a path is only written out for a problem. */
interface Place {
  readonly parent: Place | null;
  readonly step: string;
}

export interface Reading {
  readonly limits: ManuscriptLimits;
  /** true: keep what fits and go on. false: the document is only read to list its problems. */
  readonly mend: boolean;
  readonly problems: ManuscriptProblem[];
  blocks: number;
  inlines: number;
  characters: number;
}

/** Thrown to stop reading a document that is refused anyway. */
export class ReadingStopped extends Error {}

const pathOf = (place: Place | null): string => {
  const steps: string[] = [];
  for (let at = place; at !== null; at = at.parent) steps.push(at.step);
  return steps.reverse().join('').replace(/^\./, '');
};

const report = (reading: Reading, place: Place | null, message: string): void => {
  if (reading.problems.length < PROBLEMS_LISTED) reading.problems.push({ path: pathOf(place), message });
  else if (!reading.mend) throw new ReadingStopped();
};

const quoted = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value) : typeof value;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (parent: Place | null, step: string): Place => ({ parent, step });

/** Counts one node; false when it is one too many. */
const within = (reading: Reading, place: Place, counted: 'blocks' | 'inlines'): boolean => {
  reading[counted] += 1;
  if (reading[counted] <= reading.limits[counted]) return true;
  if (reading[counted] === reading.limits[counted] + 1) {
    report(reading, place, `the document has more than ${reading.limits[counted]} ${counted}`);
  }
  if (!reading.mend) throw new ReadingStopped();
  return false;
};

const checkKeys = (
  reading: Reading,
  record: Record<string, unknown>,
  known: readonly string[],
  place: Place | null,
) => {
  for (const key of Object.keys(record)) {
    if (!known.includes(key)) report(reading, place, `unknown key ${quoted(key)}`);
  }
};

/** The attributes that a node or mark may have, by its specification; `null` when one that it needs is missing. */
const readAttributes = (
  reading: Reading,
  source: { readonly type: NodeType | MarkType; readonly json: unknown },
  place: Place,
): Record<string, unknown> | null => {
  const { type, json } = source;
  const specs = type.spec.attrs ?? {};
  const kept: Record<string, unknown> = {};
  const here = at(place, '.attrs');
  const given = isRecord(json) ? json : {};
  if (json !== undefined && json !== null && !isRecord(json)) report(reading, here, 'must be an object');
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(specs, key)) report(reading, here, `unknown attribute ${quoted(key)} of ${type.name}`);
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (!Object.hasOwn(given, name)) {
      if (spec.default !== undefined) continue;
      report(reading, at(here, `.${name}`), 'is missing');
      return null;
    }
    try {
      if (typeof spec.validate === 'function') spec.validate(given[name]);
      kept[name] = typeof given[name] === 'string' ? cleanText(given[name]) : given[name];
    } catch (error) {
      report(reading, at(here, `.${name}`), error instanceof Error ? error.message : 'is not valid');
      if (spec.default === undefined) return null;
    }
  }
  return kept;
};

const readMarks = (
  reading: Reading,
  source: { readonly json: unknown; readonly parent: NodeType },
  place: Place,
): readonly Mark[] => {
  const { json, parent } = source;
  if (json === undefined || json === null) return Mark.none;
  if (!Array.isArray(json)) {
    report(reading, at(place, '.marks'), 'must be a list');
    return Mark.none;
  }
  let marks: readonly Mark[] = Mark.none;
  // Every mark excludes itself, so there is no use in more of them than the schema knows.
  for (const [index, item] of json.slice(0, 32).entries()) {
    const here = at(place, `.marks[${index}]`);
    const name: unknown = isRecord(item) ? item.type : undefined;
    const type = typeof name === 'string' && Object.hasOwn(manuscriptSchema.marks, name) ? markTypes[name] : undefined;
    if (!type || !isRecord(item)) {
      report(reading, here, `unknown mark ${quoted(name)}`);
      continue;
    }
    checkKeys(reading, item, ['type', 'attrs'], here);
    const attributes = readAttributes(reading, { type, json: item.attrs }, here);
    if (attributes === null) continue;
    if (parent.allowsMarkType(type)) marks = type.create(attributes).addToSet(marks);
    else report(reading, here, `a ${parent.name} takes no mark ${type.name}`);
  }
  return marks;
};

const nodeTypes: Readonly<Record<string, NodeType>> = manuscriptSchema.nodes;
const markTypes: Readonly<Record<string, MarkType>> = manuscriptSchema.marks;

interface Source {
  readonly json: unknown;
  readonly parent: NodeType;
  readonly depth: number;
}

const readText = (reading: Reading, source: Source, place: Place): DocNode[] => {
  const json = source.json as Record<string, unknown>;
  checkKeys(reading, json, ['type', 'text', 'marks', 'attrs'], place);
  if (isRecord(json.attrs)) checkKeys(reading, json.attrs, [], at(place, '.attrs'));
  if (typeof json.text !== 'string' || json.text === '') {
    report(reading, at(place, '.text'), 'must be text of at least one character');
    return [];
  }
  if (!within(reading, place, 'inlines')) return [];
  reading.characters += json.text.length;
  if (reading.characters > reading.limits.characters) {
    report(reading, place, `the document has more than ${reading.limits.characters} characters`);
    if (!reading.mend) throw new ReadingStopped();
    return [];
  }
  const text = cleanText(json.text);
  const marks = readMarks(reading, { json: json.marks, parent: source.parent }, place);
  return text === '' ? [] : [manuscriptSchema.text(text, marks)];
};

const readContent = (reading: Reading, source: Source & { readonly type: NodeType }, place: Place): DocNode[] => {
  const { json, type, depth } = source;
  if (json === undefined || json === null) return [];
  if (!Array.isArray(json)) {
    report(reading, at(place, '.content'), 'must be a list');
    return [];
  }
  if (depth >= reading.limits.depth && json.length > 0) {
    report(reading, place, `nodes are nested more than ${reading.limits.depth} deep`);
    if (!reading.mend) throw new ReadingStopped();
    return [];
  }
  const children: DocNode[] = [];
  for (let index = 0; index < json.length; index++) {
    const child = { json: json[index] as unknown, parent: type, depth: depth + 1 };
    append(children, readNode(reading, child, at(place, `.content[${index}]`)));
  }
  return children;
};

/** Reads one node. Empty when nothing of it can be kept; several when an unknown node was taken apart (mending). */
const readNode = (reading: Reading, source: Source, place: Place): DocNode[] => {
  const { json, parent, depth } = source;
  const name: unknown = isRecord(json) ? json.type : undefined;
  const type = typeof name === 'string' && Object.hasOwn(nodeTypes, name) ? nodeTypes[name] : undefined;
  if (!isRecord(json) || !type || type === manuscriptSchema.nodes.doc) {
    report(reading, place, isRecord(json) ? `unknown node ${quoted(name)}` : 'must be an object');
    return reading.mend && isRecord(json)
      ? readContent(reading, { json: json.content, parent, type: parent, depth }, place)
      : [];
  }
  if (type.isText) return readText(reading, source, place);
  if (!within(reading, place, type.isInline ? 'inlines' : 'blocks')) return [];
  checkKeys(reading, json, ['type', 'attrs', 'content', 'marks'], place);
  const attributes = readAttributes(reading, { type, json: json.attrs }, place) ?? {};
  readMarks(reading, { json: json.marks, parent }, place);
  const children = readContent(reading, { json: json.content, parent, type, depth }, place);
  return buildNode(reading, { type, attributes, children, given: lengthOf(json.content) }, place);
};

const lengthOf = (content: unknown): number => (Array.isArray(content) ? content.length : 0);

const buildNode = (
  reading: Reading,
  parts: {
    readonly type: NodeType;
    readonly attributes: Record<string, unknown>;
    readonly children: DocNode[];
    /** How many children the document gave. */
    readonly given: number;
  },
  place: Place,
): DocNode[] => {
  const { type, attributes, children } = parts;
  const content = Fragment.fromArray(children);
  if (type.validContent(content)) return [type.create(attributes, content)];
  // What is missing here was refused further down, and named there.
  if (!reading.mend && children.length < parts.given) return [];
  let match = type.contentMatch;
  const stranger = children.findIndex((child) => {
    const next = match.matchType(child.type);
    if (next) match = next;
    return next === null;
  });
  const rule = type.spec.content || 'nothing';
  if (stranger < 0) report(reading, place, `a ${type.name} must contain ${rule}`);
  else {
    const found = children[stranger]?.type.name ?? 'this';
    report(reading, place, `a ${found} cannot stand here: a ${type.name} contains ${rule}`);
  }
  return reading.mend ? fitContent(type, attributes, children) : [];
};

/** Reads a whole document; with `mend` it always returns one. */
export const readDocument = (reading: Reading, json: unknown): DocNode | null => {
  const docType = manuscriptSchema.nodes.doc;
  if (!isRecord(json) || json.type !== 'doc') {
    report(reading, null, 'must be an object of type "doc"');
    if (!reading.mend) return null;
  }
  const record = isRecord(json) ? json : {};
  checkKeys(reading, record, ['type', 'content', 'attrs'], null);
  if (isRecord(record.attrs)) checkKeys(reading, record.attrs, [], at(null, '.attrs'));
  const source = { json: record.content, parent: docType, type: docType, depth: 0 };
  const children = readContent(reading, source, at(null, ''));
  // A document that nobody has written in yet, which the live editor may well send.
  if (children.length === 0) return docType.create(null, manuscriptSchema.nodes.paragraph.create());
  return (
    buildNode(reading, { type: docType, attributes: {}, children, given: lengthOf(record.content) }, at(null, ''))[0] ??
    null
  );
};
