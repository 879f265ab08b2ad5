import type { ElementStyle, SourceElement } from '@authorworks/manuscript/xhtml';
import { type Budget, matchesSelector } from './selector.ts';
import { neighboursOf } from './siblings.ts';
import type { LayoutHints, StyleRule } from './style-sheet.ts';

/** What the style sheets of a book say about its elements. */
export type StyleOf = (element: SourceElement) => ElementStyle | undefined;

interface Computed {
  readonly style: ElementStyle;
  readonly layout: LayoutHints;
  /** Italics that are the design of a kind of block, such as all epigraphs, and not kept as emphasis. */
  readonly isItalicByDesign: boolean;
}

/** Steps of matching for a whole book; real ones need some thousand for each page. */
const STEPS = 20_000_000;
const NOTHING: Computed = { style: {}, layout: {}, isItalicByDesign: false };

const BLOCKS = new Set([
  'html',
  'body',
  'section',
  'article',
  'aside',
  'div',
  'header',
  'footer',
  'hgroup',
  'blockquote',
  'figure',
  'ul',
  'ol',
  'dl',
  'table',
  'main',
  'nav',
  'p',
  'li',
  'dd',
  'dt',
  'td',
  'th',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
]);
const TEXT_BLOCKS = new Set(['p', 'li', 'dd', 'dt', 'td', 'th', 'div']);
const ITALIC_TAGS = new Set(['i', 'em', 'cite', 'dfn', 'var']);

const holdsBlocks = ({ children }: SourceElement): boolean =>
  children.some((child) => typeof child !== 'string' && BLOCKS.has(child.name));

/**
 * Whether a rule about letters is only the design of a kind of block: all blockquotes italic, all headings in small
 * capitals, the first paragraph of each chapter. The house has a design of its own for these. What an author has marked
 * (by a class) or a book says of one kind of line (signatures) is kept.
 */
const isDesign = ({ selector }: StyleRule, element: SourceElement): boolean => {
  if (!BLOCKS.has(element.name) || !selector.isGeneric) return false;
  return selector.isTagOnly || !TEXT_BLOCKS.has(element.name) || holdsBlocks(element);
};

const LETTERS = new Set(['italic', 'bold', 'smallCaps', 'underline', 'strikethrough']);

const withoutLetters = (style: ElementStyle): ElementStyle =>
  Object.fromEntries(Object.entries(style).filter(([name]) => !LETTERS.has(name)));

const compareRules = (one: StyleRule & { order: number }, other: StyleRule & { order: number }): number =>
  Number(one.isImportant) - Number(other.isImportant) ||
  one.selector.specificity - other.selector.specificity ||
  one.order - other.order;

const textLength = (element: SourceElement, limit: number): number => {
  let length = 0;
  for (const child of element.children) {
    length += typeof child === 'string' ? child.trim().length : textLength(child, limit);
    if (length > limit) return length;
  }
  return length;
};

const beginsBlock = (element: SourceElement): boolean => {
  let here: SourceElement = element;
  while (here.parent && !BLOCKS.has(here.name)) {
    for (const child of here.parent.children) {
      if (child === here) break;
      if (typeof child !== 'string' || child.trim() !== '') return false;
    }
    here = here.parent;
  }
  return true;
};

const INITIAL_CLASS = /(?:^|[\s_-])(?:drop-?caps?|lettrine|initial|versal)(?:$|[\s\d_-])/i;
const INITIAL_SIZE = 1.8;
const INITIAL_LETTERS = 3;

/** A large first letter: its size and weight are decoration. */
const isInitial = (element: SourceElement, { floats, fontSize }: LayoutHints): boolean => {
  if (BLOCKS.has(element.name) || !beginsBlock(element)) return false;
  const isNamed = INITIAL_CLASS.test(element.attributes.get('class') ?? '');
  const looksSo = floats === true || (fontSize ?? 1) >= INITIAL_SIZE;
  return (isNamed || looksSo) && textLength(element, INITIAL_LETTERS) <= INITIAL_LETTERS;
};

const PLAIN_LETTERS: ElementStyle = {
  bold: false,
  italic: false,
  smallCaps: false,
  underline: false,
  position: 'baseline',
};
/** Space above that parts scenes, and what is usual between paragraphs; in em. */
const SPACED = 0.9;
const TIGHT = 0.35;

const CENTRED = new Set(['center', 'right']);

class BookStyles {
  readonly #rules = new Map<string, (StyleRule & { order: number })[]>();
  readonly #computed = new Map<SourceElement, Computed>();
  readonly #budget: Budget;

  constructor(rules: readonly StyleRule[], budget: Budget) {
    this.#budget = budget;
    for (const [order, rule] of rules.entries()) {
      const { key } = rule.selector;
      const known = this.#rules.get(key);
      if (known) known.push({ ...rule, order });
      else this.#rules.set(key, [{ ...rule, order }]);
    }
  }

  #matching(element: SourceElement): (StyleRule & { order: number })[] {
    const keys = [element.name, '*'];
    const { attributes } = element;
    for (const name of (attributes.get('class') ?? '').split(/\s+/, 32)) keys.push(`.${name}`);
    const id = attributes.get('id');
    if (id !== undefined) keys.push(`#${id}`);
    const found: (StyleRule & { order: number })[] = [];
    for (const key of new Set(keys))
      for (const rule of this.#rules.get(key) ?? [])
        if (matchesSelector(rule.selector, element, this.#budget)) found.push(rule);
    return found.length > 1 ? found.sort(compareRules) : found;
  }

  /** Whether what is around an element is italic by design, so that its own upright letters mean emphasis. */
  #isWithinItalicDesign(element: SourceElement): boolean {
    for (let parent = element.parent; parent; parent = parent.parent) {
      const { style, isItalicByDesign } = this.#compute(parent);
      if (isItalicByDesign) return true;
      if (style.italic !== undefined || ITALIC_TAGS.has(parent.name)) return false;
    }
    return false;
  }

  #compute(element: SourceElement): Computed {
    const known = this.#computed.get(element);
    if (known) return known;
    const rules = this.#matching(element);
    let computed = NOTHING;
    if (rules.length > 0) {
      const style: ElementStyle = {};
      const layout: LayoutHints = {};
      let isItalicByDesign = false;
      for (const rule of rules) {
        Object.assign(layout, rule.layout);
        const design = isDesign(rule, element);
        Object.assign(style, design ? withoutLetters(rule.style) : rule.style);
        if (rule.style.italic !== undefined) isItalicByDesign = design && rule.style.italic;
      }
      computed = { style, layout, isItalicByDesign };
    }
    this.#computed.set(element, computed);
    return computed;
  }

  /** Space above a paragraph that is not indented, between paragraphs that are and stand close: a new scene. */
  #beginsScene(element: SourceElement, { style, layout }: Computed): boolean {
    if (element.name !== 'p' || (layout.marginTop ?? 0) < SPACED || style.noIndent !== true) return false;
    const { previous } = neighboursOf(element);
    if (previous?.name !== 'p' || CENTRED.has(style.align ?? '')) return false;
    const before = this.#compute(previous);
    return (
      (before.layout.marginTop ?? 0) <= TIGHT &&
      (before.layout.textIndent ?? 0) > 0 &&
      !CENTRED.has(before.style.align ?? '')
    );
  }

  styleOf(element: SourceElement): ElementStyle | undefined {
    const computed = this.#compute(element);
    const { style, layout } = computed;
    if (computed === NOTHING && !element.attributes.has('class')) return undefined;
    if (isInitial(element, layout)) return { ...style, ...PLAIN_LETTERS };
    const changed: { -readonly [Key in keyof ElementStyle]: ElementStyle[Key] } = { ...style };
    if (style.italic === false && ITALIC_TAGS.has(element.name) && this.#isWithinItalicDesign(element))
      delete changed.italic;
    // a line break that a design hides is still where a line of verse ends
    if (element.name === 'br' || element.name === 'body' || element.name === 'html') delete changed.hidden;
    if (element.name === 'a') delete changed.underline;
    if (this.#beginsScene(element, computed)) changed.breakBefore = true;
    return changed;
  }
}

/** The steps that all files of a book share. */
export const newStyleBudget = (): Budget => ({ left: STEPS });

/** @param rules Of all sheets of a file, in their order. */
export const styleOfRules = (rules: readonly StyleRule[], budget: Budget): StyleOf | undefined => {
  if (rules.length === 0) return undefined;
  const styles = new BookStyles(rules, budget);
  // once the budget is spent, the rest of the book is read without its style sheets
  return (element) => (budget.left > 0 ? styles.styleOf(element) : undefined);
};
