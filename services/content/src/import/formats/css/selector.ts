import type { SourceElement } from '@authorworks/manuscript/xhtml';
import type { CssNode, Selector } from 'css-tree';

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

const wordsOf = (text: string | undefined): readonly string[] => (text === undefined ? [] : text.split(/\s+/));

const elementSiblings = ({ parent }: SourceElement): SourceElement[] =>
  (parent?.children ?? []).filter((child) => typeof child !== 'string');

const previousElement = (element: SourceElement): SourceElement | null => {
  let previous: SourceElement | null = null;
  for (const child of element.parent?.children ?? []) {
    if (child === element) return previous;
    if (typeof child !== 'string') previous = child;
  }
  return null;
};

const MATCHERS: Readonly<Record<string, (actual: string, wanted: string) => boolean>> = {
  '=': (actual, wanted) => actual === wanted,
  '~=': (actual, wanted) => wordsOf(actual).includes(wanted),
  '|=': (actual, wanted) => actual === wanted || actual.startsWith(`${wanted}-`),
  '^=': (actual, wanted) => wanted !== '' && actual.startsWith(wanted),
  '$=': (actual, wanted) => wanted !== '' && actual.endsWith(wanted),
  '*=': (actual, wanted) => wanted !== '' && actual.includes(wanted),
};

const PSEUDO_CLASSES: Readonly<Record<string, Test>> = {
  'first-child': (element) => previousElement(element) === null,
  'last-child': (element) => elementSiblings(element).at(-1) === element,
  'only-child': (element) => elementSiblings(element).length === 1,
  root: ({ name }) => name === 'html',
};

/** The test of one part of a compound; null when what it asks cannot be known here. */
const compilePart = (part: CssNode): Test | null => {
  switch (part.type) {
    case 'TypeSelector': {
      const name = part.name.replace(/^[^|]*\|/, '').toLowerCase();
      return name === '*' ? () => true : (element) => element.name === name;
    }
    case 'ClassSelector':
      return ({ attributes }) => wordsOf(attributes.get('class')).includes(part.name);
    case 'IdSelector':
      return ({ attributes }) => attributes.get('id') === part.name;
    case 'AttributeSelector': {
      const name = part.name.name.replace('|', ':').toLowerCase();
      const wanted = part.value === null ? null : part.value.type === 'String' ? part.value.value : part.value.name;
      if (wanted === null || part.matcher === null) return ({ attributes }) => attributes.has(name);
      const matches = MATCHERS[part.matcher];
      return matches ? ({ attributes }) => matches(attributes.get(name) ?? '', wanted) : null;
    }
    case 'PseudoClassSelector':
      return PSEUDO_CLASSES[part.name.toLowerCase()] ?? null;
    default:
      return null;
  }
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

/** Elements that may stand for the next compound outwards. */
const candidates = (element: SourceElement, combinator: Compound['combinator']): SourceElement[] => {
  if (combinator === '>') return element.parent ? [element.parent] : [];
  if (combinator === '+') {
    const previous = previousElement(element);
    return previous ? [previous] : [];
  }
  const found: SourceElement[] = [];
  if (combinator === '~') {
    for (const sibling of elementSiblings(element)) {
      if (sibling === element) break;
      found.push(sibling);
    }
    return found;
  }
  for (let parent = element.parent; parent; parent = parent.parent) found.push(parent);
  return found;
};

/** Whether a selector is meant for an element. */
export const matchesSelector = (
  selector: CompiledSelector,
  element: SourceElement,
  budget: Budget,
): boolean => {
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
