import { type ElementStyle, readDeclarations } from '@authorworks/manuscript/xhtml';
import { type Atrule, type Block, generate, parse, type Rule } from 'css-tree';
import { type CompiledSelector, compileSelector } from './selector.ts';

/** What the layout of an element tells about its meaning, beside its ElementStyle. Lengths in em. */
export interface LayoutHints {
  readonly marginTop?: number;
  readonly textIndent?: number;
  readonly fontSize?: number;
  readonly floats?: boolean;
}

/** One selector of a style sheet with what it sets. */
export interface StyleRule {
  readonly selector: CompiledSelector;
  readonly isImportant: boolean;
  readonly style: ElementStyle;
  readonly layout: LayoutHints;
}

const SHEET_LIMIT = 1_000_000;
const RULES_LIMIT = 5_000;
/** Points, pixels and the rest in em, at the sizes that browsers begin with. */
const UNITS: Readonly<Record<string, number>> = {
  em: 1,
  rem: 1,
  px: 1 / 16,
  pt: 1 / 12,
  '%': 1 / 100,
  ex: 0.5,
  cm: 2.36,
  mm: 0.236,
  in: 6,
};
const SIZES: Readonly<Record<string, number>> = { 'xx-large': 2, 'x-large': 1.5, large: 1.2, medium: 1 };

const lengthOf = (value: string | undefined): number | undefined => {
  const [, number, unit = ''] = /^(-?[\d.]+)([a-z%]*)$/.exec(value ?? '') ?? [];
  if (number === undefined) return value === undefined ? undefined : SIZES[value];
  const scale = Number(number) === 0 ? 0 : UNITS[unit];
  return scale === undefined || Number.isNaN(Number(number)) ? undefined : Number(number) * scale;
};

const HINTS: Readonly<Record<string, (value: string) => LayoutHints>> = {
  'margin-top': (value) => ({ marginTop: lengthOf(value) ?? 0 }),
  margin: (value) => ({ marginTop: lengthOf(value.split(/\s+/)[0]) ?? 0 }),
  'text-indent': (value) => ({ textIndent: lengthOf(value) ?? 0 }),
  'font-size': (value) => ({ fontSize: lengthOf(value) ?? 1 }),
  float: (value) => ({ floats: value === 'left' }),
};

interface Declared {
  css: string;
  layout: LayoutHints;
}

/** The declarations of a block, those that are important apart from the others. */
const declarationsOf = (block: Block): { plain: Declared; important: Declared } => {
  const plain: Declared = { css: '', layout: {} };
  const important: Declared = { css: '', layout: {} };
  for (const node of block.children) {
    if (node.type !== 'Declaration') continue;
    const name = node.property.toLowerCase();
    const value = (node.value.type === 'Raw' ? node.value.value : generate(node.value)).trim().toLowerCase();
    const target = node.important ? important : plain;
    target.css += `${name}:${value};`;
    if (Object.hasOwn(HINTS, name)) target.layout = { ...target.layout, ...HINTS[name]?.(value) };
  }
  return { plain, important };
};

const rulesOf = (rule: Rule, found: StyleRule[]): void => {
  if (rule.prelude.type !== 'SelectorList') return;
  const { plain, important } = declarationsOf(rule.block);
  const sets = [
    { isImportant: false, style: readDeclarations(plain.css), layout: plain.layout },
    { isImportant: true, style: readDeclarations(important.css), layout: important.layout },
  ].filter(({ style, layout }) => Object.keys(style).length > 0 || Object.keys(layout).length > 0);
  if (sets.length === 0) return;
  for (const node of rule.prelude.children) {
    const selector = node.type === 'Selector' ? compileSelector(node) : null;
    if (selector && found.length < RULES_LIMIT) for (const set of sets) found.push({ selector, ...set });
  }
};

/** Whether rules within an at-rule are for everybody who reads on a screen. */
const isForScreens = ({ name, prelude }: Atrule): boolean => {
  if (name.toLowerCase() !== 'media') return false;
  const media =
    prelude === null ? '' : (prelude.type === 'Raw' ? prelude.value : generate(prelude)).trim().toLowerCase();
  return media === '' || media === 'all' || media === 'screen';
};

/**
 * The rules of a style sheet, as far as they say something about the text. Other sheets that it names are not read.
 * Never throws: what is not CSS is passed over.
 */
export const readStyleSheet = (css: string): StyleRule[] => {
  const found: StyleRule[] = [];
  const options = { parseValue: false, parseCustomProperty: false, onParseError: () => undefined };
  const sheet = parse(css.slice(0, SHEET_LIMIT), options);
  if (sheet.type !== 'StyleSheet') return found;
  for (const node of sheet.children) {
    if (node.type === 'Rule') rulesOf(node, found);
    else if (node.type === 'Atrule' && node.block && isForScreens(node))
      for (const inner of node.block.children) if (inner.type === 'Rule') rulesOf(inner, found);
  }
  return found;
};
