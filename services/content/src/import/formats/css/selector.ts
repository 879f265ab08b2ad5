import type { SourceElement } from '@authorworks/manuscript/xhtml';
import type { AttributeSelector, CssNode, Selector } from 'css-tree';
import { neighboursOf } from './siblings.ts';

type Test = (element: SourceElement) => boolean;

interface Compound {
  readonly tests: readonly Test[];
  /** How it stands to the compound before it. */
  readonly combinator: ' ' | '>' | '+' | '~' | null;
}

/** A selector of a style sheet, ready to be asked. */
export interface CompiledSelector {
  /** From the subject outwards. */
  readonly compounds: readonly Compound[];
  readonly specificity: number;
  /** By which rules are found: the subject's id, class or tag, or '*'. */
  readonly key: string;
  /** Names no class and no id anywhere: it styles what an element is, not what an author has marked. */
  readonly isGeneric: boolean;
  /** Names nothing but tags, as `p` or `h2 + p`. */
  readonly isTagOnly: boolean;
}

const ID = 10_000;
const CLASS = 100;
const COMPOUNDS_LIMIT = 8;
/** How far a selector looks for ancestors and siblings. */
const REACH = 256;

const wordsOf = (text: string | undefined): readonly string[] => (text === undefined ? [] : text.split(/\s+/));

const MATCHERS: Readonly<Record<string, (actual: string, wanted: string) => boolean>> = {
  '=': (actual, wanted) => actual === wanted,
  '~=': (actual, wanted) => wordsOf(actual).includes(wanted),
  '|=': (actual, wanted) => actual === wanted || actual.startsWith(`${wanted}-`),
  '^=': (actual, wanted) => wanted !== '' && actual.startsWith(wanted),
  '$=': (actual, wanted) => wanted !== '' && actual.endsWith(wanted),
  '*=': (actual, wanted) => wanted !== '' && actual.includes(wanted),
};

const PSEUDO_CLASSES: Readonly<Record<string, Test>> = {
  'first-child': (element) => neighboursOf(element).previous === null,
  'last-child': (element) => neighboursOf(element).isLast,
  root: ({ name }) => name === 'html',
};

const localName = (name: string): string => name.replace(/^[^|]*\|/, '').toLowerCase();

const attributeTest = (part: AttributeSelector): Test | null => {
  const name = part.name.name.replace('|', ':').toLowerCase();
  const wanted = part.value === null ? null : part.value.type === 'String' ? part.value.value : part.value.name;
  if (wanted === null || part.matcher === null) return ({ attributes }) => attributes.has(name);
  const matches = MATCHERS[part.matcher];
  return matches ? ({ attributes }) => matches(attributes.get(name) ?? '', wanted) : null;
};

/** The test of one part of a compound; null when what it asks cannot be known here. */
const compilePart = (part: CssNode): Test | null => {
  if (part.type === 'TypeSelector') {
    const name = localName(part.name);
    return name === '*' ? () => true : (element) => element.name === name;
  }
  if (part.type === 'ClassSelector') return ({ attributes }) => wordsOf(attributes.get('class')).includes(part.name);
  if (part.type === 'IdSelector') return ({ attributes }) => attributes.get('id') === part.name;
  if (part.type === 'AttributeSelector') return attributeTest(part);
  return part.type === 'PseudoClassSelector' ? (PSEUDO_CLASSES[part.name.toLowerCase()] ?? null) : null;
};

const specificityOf = (part: CssNode): number => {
  if (part.type === 'IdSelector') return ID;
  if (part.type === 'TypeSelector') return part.name === '*' ? 0 : 1;
  return CLASS;
};

const keyOf = (subject: readonly CssNode[]): string => {
  const id = subject.find((part) => part.type === 'IdSelector');
  if (id) return `#${id.name}`;
  const named = subject.find((part) => part.type === 'ClassSelector');
  if (named) return `.${named.name}`;
  const tag = subject.find((part) => part.type === 'TypeSelector');
  const name = tag?.name.replace(/^[^|]*\|/, '').toLowerCase() ?? '*';
  return name;
};

interface Written {
  parts: CssNode[];
  readonly combinator: Compound['combinator'];
}

const combinatorOf = (name: string): Compound['combinator'] =>
  name === '>' || name === '+' || name === '~' ? name : ' ';

/** Compiles a selector; null for one that asks what is not known here (states, pseudo-elements, counting). */
export const compileSelector = (selector: Selector): CompiledSelector | null => {
  const written: Written[] = [{ parts: [], combinator: null }];
  for (const part of selector.children) {
    if (part.type === 'Combinator') written.push({ parts: [], combinator: combinatorOf(part.name) });
    else written.at(-1)?.parts.push(part);
  }
  const subject = written.at(-1);
  if (!subject || written.length > COMPOUNDS_LIMIT) return null;
  const compounds: Compound[] = [];
  for (const { parts, combinator } of written.toReversed()) {
    const tests = parts.map(compilePart);
    if (tests.length === 0 || !tests.every((test) => test !== null)) return null;
    compounds.push({ tests, combinator });
  }
  const parts = written.flatMap((compound) => compound.parts);
  return {
    compounds,
    specificity: parts.reduce((sum, part) => sum + specificityOf(part), 0),
    key: keyOf(subject.parts),
    isGeneric: !parts.some(({ type }) => type === 'ClassSelector' || type === 'IdSelector'),
    isTagOnly: parts.every(({ type }) => type === 'TypeSelector' || type === 'PseudoClassSelector'),
  };
};

/** Steps that matching may still take; a hostile style sheet gets no more than these for a whole book. */
export interface Budget {
  left: number;
}

const fits = (compound: Compound, element: SourceElement, budget: Budget): boolean => {
  budget.left -= compound.tests.length;
  return compound.tests.every((test) => test(element));
};

/** Elements that may stand for the next compound outwards, from the nearest on. */
const candidates = (element: SourceElement, combinator: Compound['combinator']): SourceElement[] => {
  const next = (here: SourceElement): SourceElement | null =>
    combinator === ' ' || combinator === '>' ? here.parent : neighboursOf(here).previous;
  const found: SourceElement[] = [];
  const isNear = combinator === '>' || combinator === '+';
  for (let here = next(element); here && found.length < REACH; here = next(here)) {
    found.push(here);
    if (isNear) break;
  }
  return found;
};

/** Whether a selector is meant for an element. */
export const matchesSelector = (selector: CompiledSelector, element: SourceElement, budget: Budget): boolean => {
  const matchFrom = (index: number, here: SourceElement): boolean => {
    const compound = selector.compounds[index];
    if (!compound || budget.left <= 0 || !fits(compound, here, budget)) return false;
    if (compound.combinator === null) return true;
    const next = candidates(here, compound.combinator);
    budget.left -= next.length;
    return next.some((candidate) => matchFrom(index + 1, candidate));
  };
  return matchFrom(0, element);
};
